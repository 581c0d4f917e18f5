"""Pages of a school's surveys, from the first question to the release date."""

from django.urls import path

from ilt.cycle.views import manager, public, wizard

HERE = "school/<int:school_id>/waves"
ONE = f"{HERE}/<uuid:wave_id>"

urlpatterns = [
    path(HERE, manager.waves, name="waves"),
    path(f"{HERE}/new", wizard.new, name="wave_new"),
    path(f"{ONE}/step/<slug:step>", wizard.step, name="wave_step"),
    path(f"{ONE}/confirm", wizard.confirm, name="wave_confirm"),
    path(f"{ONE}/draft", wizard.back_to_draft, name="wave_draft"),
    path(ONE, manager.wave, name="wave"),
    path(f"{ONE}/open", manager.open_wave, name="wave_open"),
    path(f"{ONE}/test-mail", manager.test_mail, name="wave_test_mail"),
    path(f"{ONE}/my-link", manager.my_link, name="wave_my_link"),
    path(f"{ONE}/people", manager.people, name="wave_people"),
    path(f"{ONE}/print", manager.printing, name="wave_print"),
    path(f"{ONE}/print/<slug:sheet>", manager.sheet, name="wave_sheet"),
    path(f"{ONE}/room", manager.room, name="wave_room"),
    path(f"{ONE}/extend", manager.extend, name="wave_extend"),
    path(f"{ONE}/cancel", manager.cancel, name="wave_cancel"),
    path(f"{ONE}/release", manager.release, name="wave_release"),
    path("confirm", wizard.confirm_by_code, name="list_code"),
    path("trust/<uuid:wave_id>", public.trust_page, name="trust"),
]
