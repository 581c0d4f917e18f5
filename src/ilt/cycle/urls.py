from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("ilt.cycle.staff_urls")),
    path("", include("ilt.cycle.respondent_urls")),
]
