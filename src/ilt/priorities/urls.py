from django.urls import path

from ilt.priorities import views

HERE = "school/<int:school_id>/priorities"

urlpatterns = [
    path(HERE, views.page, name="priorities"),
    path(f"{HERE}/new", views.take_up, name="priority_new"),
    path(f"{HERE}/<int:priority_id>", views.change, name="priority"),
    path(f"{HERE}/<int:priority_id>/not-now", views.not_now, name="priority_not_now"),
    path(f"{HERE}/<int:priority_id>/again", views.open_again, name="priority_again"),
    path(f"{HERE}/<int:priority_id>/away", views.archive, name="priority_archive"),
]
