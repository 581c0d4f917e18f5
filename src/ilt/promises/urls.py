from django.urls import path

from ilt.promises import views

SCHOOL = "school/<int:school_id>"

urlpatterns = [
    path(f"{SCHOOL}/promises", views.promises, name="promises"),
    path(f"{SCHOOL}/promises/new", views.promise_new, name="promise_new"),
    path(f"{SCHOOL}/promises/<int:promise_id>", views.promise, name="promise"),
    path(f"{SCHOOL}/actions", views.actions, name="actions"),
    path(f"{SCHOOL}/actions/new", views.action_new, name="action_new"),
    path(f"{SCHOOL}/actions/<int:action_id>", views.action, name="action"),
    path(f"{SCHOOL}/actions/<int:action_id>/shown", views.actions_one, name="actions_one"),
    path(f"{SCHOOL}/actions/<int:action_id>/done", views.action_done, name="action_done"),
]
