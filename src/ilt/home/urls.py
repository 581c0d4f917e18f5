from django.urls import path
from django.views.i18n import set_language

from ilt.home.views import pages, setup

urlpatterns = [
    path("", pages.home, name="home"),
    path("help", pages.help_page, name="help"),
    path("privacy", pages.privacy, name="privacy"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("language", set_language, name="set_language"),
    path("health", pages.health, name="health"),
    path("demo/mail", pages.demo_mail, name="demo_mail"),
    path("jobs/<uuid:job_id>", pages.job, name="job"),
    path("school/<int:school_id>", pages.today, name="today"),
    path("school/<int:school_id>/search", pages.search, name="search"),
    path("setup", setup.setup, name="setup"),
    path("setup/district", setup.district, name="setup_district"),
    path("setup/school", setup.school_new, name="setup_school"),
    path("school/<int:school_id>/setup/school", setup.school_edit, name="school_edit"),
    path("school/<int:school_id>/setup/year", setup.year, name="setup_year"),
    path("school/<int:school_id>/setup/people", setup.people, name="setup_people"),
]
