from django.urls import path
from django.views.i18n import set_language

from ilt.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("help", views.help_page, name="help"),
    path("privacy", views.privacy, name="privacy"),
    path("accessibility", views.accessibility, name="accessibility"),
    path("language", set_language, name="set_language"),
    path("health", views.health, name="health"),
    path("school/<int:school_id>", views.today, name="today"),
]
