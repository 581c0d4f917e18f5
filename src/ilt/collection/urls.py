from django.urls import path

from ilt.collection import views

urlpatterns = [
    path("s/<uuid:wave>", views.ballot, name="ballot"),
    path("go/<uuid:wave>", views.go_wave, name="go_wave"),
    path("box/<uuid:wave>/keys.json", views.keys, name="box_keys"),
    path("box/<uuid:wave>/ballot", views.box_ballot, name="box_ballot"),
    path("box/<uuid:wave>/slip", views.box_slip, name="box_slip"),
    path("box/<uuid:wave>/status", views.box_status, name="box_status"),
]
