from django.urls import path

from ilt.cycle.views import keying, respondent

urlpatterns = [
    path("s/<uuid:wave>/collect", respondent.collect, name="collect"),
    path("s/<uuid:wave>/swap", respondent.swap, name="swap"),
    path("go", respondent.go, name="go"),
    path("school/<int:school_id>/waves/<uuid:wave_id>/keying", keying.keying, name="wave_keying"),
    path("school/<int:school_id>/waves/<uuid:wave_id>/vouchers", keying.vouchers, name="wave_vouchers"),
]
