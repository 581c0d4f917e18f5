from django.urls import path

from ilt.report import views

urlpatterns = [
    path("school/<int:school_id>/results", views.results, name="results"),
    path("school/<int:school_id>/waves/<uuid:wave_id>/results", views.wave_results, name="wave_results"),
    path("school/<int:school_id>/waves/<uuid:wave_id>/methods", views.wave_methods, name="wave_methods"),
]
