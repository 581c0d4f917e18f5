from django.urls import path

from ilt.rounds.urls import paths
from ilt.vision import views

urlpatterns = [
    path("school/<int:school_id>/vision", views.page, name="vision"),
    path("school/<int:school_id>/vision/page.pdf", views.one_page, name="vision_pdf"),
    path("school/<int:school_id>/vision/vision.docx", views.word_file, name="vision_word"),
    path("school/<int:school_id>/vision/needs/new", views.need, name="need_new"),
    path("school/<int:school_id>/vision/needs/<int:need_id>", views.need, name="need"),
    path("school/<int:school_id>/vision/needs/<int:need_id>/away", views.archive_need, name="need_archive"),
    *paths(views.SPEC),
]
