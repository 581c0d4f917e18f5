from django.urls import path

from ilt.cycle.views import respondent

urlpatterns = [
    path("s/<uuid:wave>/collect", respondent.collect, name="collect"),
    path("s/<uuid:wave>/swap", respondent.swap, name="swap"),
    path("go", respondent.go, name="go"),
]
