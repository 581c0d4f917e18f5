"""allauth's pages, with our answer to a refused form: status 422."""

from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator


class Refusing:
    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == 200:
            response.status_code = 422
        return response


class SignIn(Refusing, allauth.LoginView):  # type: ignore[misc]
    extra_context = {"mail_works": settings.MAIL_WORKS}


class AskForCode(Refusing, allauth.RequestLoginCodeView):  # type: ignore[misc]
    pass


class TypeCode(Refusing, allauth.ConfirmLoginCodeView):  # type: ignore[misc]
    def get_context_data(self, **options: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**options)
        return {"form": facts["verify_form"], **facts}


@method_decorator(login_required, name="dispatch")
class ChangePassword(Refusing, allauth.PasswordChangeView):  # type: ignore[misc]
    success_url = reverse_lazy("home")


@method_decorator(login_required, name="dispatch")
class SetPassword(Refusing, allauth.PasswordSetView):  # type: ignore[misc]
    success_url = reverse_lazy("home")
