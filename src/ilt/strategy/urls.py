from django.urls import path

from ilt.strategy import views

# Its rounds are routed by the through-line, whose gaps keep a consent round from opening.
HERE = "school/<int:school_id>/strategy"

urlpatterns = [
    path(HERE, views.page, name="strategy"),
    path(f"{HERE}/strategy.pdf", views.pdf_file, name="strategy_pdf"),
    path(f"{HERE}/strategy.docx", views.word_file, name="strategy_word"),
    path(f"{HERE}/archive", views.put_away, name="strategy_archive"),
    path(f"{HERE}/goals/new", views.goal, name="goal_new"),
    path(f"{HERE}/goals/<int:goal_id>", views.goal, name="goal"),
    path(f"{HERE}/goals/<int:goal_id>/state", views.move_goal, name="goal_state"),
    path(f"{HERE}/goals/<int:goal_id>/indicators/new", views.indicator, name="indicator_new"),
    path(f"{HERE}/indicators/<int:indicator_id>", views.indicator, name="indicator"),
    path(f"{HERE}/indicators/<int:indicator_id>/shown", views.shown, name="indicator_shown"),
    path(f"{HERE}/indicators/<int:indicator_id>/away", views.archive_indicator, name="indicator_archive"),
    path(f"{HERE}/goals/<int:goal_id>/handoffs/new", views.handoff, name="handoff_new"),
    path(f"{HERE}/handoffs/<int:handoff_id>", views.handoff, name="handoff"),
    path(f"{HERE}/handoffs/<int:handoff_id>/away", views.archive_handoff, name="handoff_archive"),
    path(f"{HERE}/resources/new", views.resource, name="resource_new"),
    path(f"{HERE}/resources/<int:resource_id>", views.resource, name="resource"),
    path(f"{HERE}/resources/<int:resource_id>/away", views.archive_resource, name="resource_archive"),
]
