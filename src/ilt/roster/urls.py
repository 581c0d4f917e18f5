from allauth.account.views import LogoutView
from django.urls import path

from ilt.roster.views import people, signin, staff_import

STAFF = "school/<int:school_id>/staff"

# Only these of allauth's pages: no sign-up, no address change by oneself, no reset by mail.
urlpatterns = [
    path("login", signin.SignIn.as_view(), name="account_login"),
    path("logout", LogoutView.as_view(), name="account_logout"),
    path("login/code", signin.AskForCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm", signin.TypeCode.as_view(), name="account_confirm_login_code"),
    path("password", signin.ChangePassword.as_view(), name="account_change_password"),
    path("password/first", signin.SetPassword.as_view(), name="account_set_password"),
    path(STAFF, people.staff, name="staff"),
    path(f"{STAFF}/add", people.person_add, name="person_add"),
    path(f"{STAFF}/import", staff_import.staff_import, name="staff_import"),
    path(f"{STAFF}/import/<uuid:import_id>", staff_import.preview, name="staff_import_preview"),
    path(f"{STAFF}/import/<uuid:import_id>/undo", staff_import.undo, name="staff_undo"),
    path(f"{STAFF}/<int:person_id>", people.person, name="person"),
    path(f"{STAFF}/<int:person_id>/slip", people.sign_in_slip, name="sign_in_slip"),
    path("school/<int:school_id>/roles", people.roles, name="roles"),
    path("school/<int:school_id>/roles/<int:grant_id>/revoke", people.role_revoke, name="role_revoke"),
    path("school/<int:school_id>/journal", people.journal, name="journal"),
]
