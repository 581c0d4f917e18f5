from allauth.account.views import LogoutView
from django.urls import path

from ilt.roster.views import signin

# Only these of allauth's pages: no sign-up, no address change by oneself, no reset by mail.
urlpatterns = [
    path("login", signin.SignIn.as_view(), name="account_login"),
    path("logout", LogoutView.as_view(), name="account_logout"),
    path("login/code", signin.AskForCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm", signin.TypeCode.as_view(), name="account_confirm_login_code"),
    path("password", signin.ChangePassword.as_view(), name="account_change_password"),
    path("password/first", signin.SetPassword.as_view(), name="account_set_password"),
]
