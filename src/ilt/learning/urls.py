from django.urls import path

from ilt.learning import views

HERE = "school/<int:school_id>/learning"

urlpatterns = [
    path(HERE, views.calendar, name="learning"),
    path(f"{HERE}/load", views.load, name="learning_load"),
    path(f"{HERE}/new", views.activity, name="activity_new"),
    path(f"{HERE}/<int:activity_id>", views.activity, name="activity"),
    path(f"{HERE}/<int:activity_id>/held", views.held, name="activity_held"),
    path(f"{HERE}/<int:activity_id>/dropped", views.drop, name="activity_drop"),
]
