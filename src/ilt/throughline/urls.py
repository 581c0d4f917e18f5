from django.urls import path

from ilt.rounds.urls import paths
from ilt.throughline import views
from ilt.throughline.rules import STRATEGY

HERE = "school/<int:school_id>/throughline"
THING = f"{HERE}/<str:thing_kind>/<str:thing_ref>"

urlpatterns = [
    path(HERE, views.outline, name="throughline"),
    path(f"{HERE}/picture", views.picture, name="throughline_picture"),
    path(f"{HERE}/lanes", views.lanes, name="throughline_lanes"),
    path(f"{HERE}/gaps", views.gaps, name="throughline_gaps"),
    path(f"{HERE}/gaps/leave", views.waive, name="gap_waive"),
    path(f"{HERE}/waivers/<int:waiver_id>/end", views.end_waiver, name="waiver_end"),
    path(f"{HERE}/copies", views.copies, name="throughline_copies"),
    path(f"{HERE}/copies/new", views.keep_copy, name="throughline_copy_new"),
    path(f"{HERE}/copies/<int:copy_id>", views.copy, name="throughline_copy"),
    path(THING, views.thing, name="throughline_thing"),
    path(f"{THING}/links", views.links, name="throughline_links"),
    path(f"{THING}/cut", views.cut, name="throughline_cut"),
    *paths(STRATEGY),
]
