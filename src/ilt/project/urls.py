"""Every route of the application, by slice. Each has a row in the access table of the tests."""

from django.urls import include, path

urlpatterns = [
    path("", include("ilt.home.urls")),
    path("", include("ilt.collection.urls")),
    path("", include("ilt.cycle.urls")),
    path("", include("ilt.roster.urls")),
    path("", include("ilt.report.urls")),
    path("", include("ilt.team.urls")),
    path("", include("ilt.priorities.urls")),
    path("", include("ilt.promises.urls")),
    path("", include("ilt.vision.urls")),
    path("", include("ilt.strategy.urls")),
    path("", include("ilt.learning.urls")),
    path("", include("ilt.throughline.urls")),
]
