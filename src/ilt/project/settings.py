"""All settings, from the environment alone. There is no second settings module."""

import os
from pathlib import Path

from ilt.project import environment as env

env.refuse_unknown(os.environ)

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("ILT_DATA_DIR", Path("var/data"))
KEY_DIR = env.folder("ILT_KEY_DIR", Path("var/keys"))
env.refuse_nested(DATA_DIR, KEY_DIR)
env.refuse_open_keys(KEY_DIR)

DEMO = env.flag("ILT_DEMO")
DEBUG = env.flag("ILT_DEBUG")
BEHIND_PROXY = env.flag("ILT_BEHIND_PROXY")
PUBLIC_URL = env.public_url()
HTTPS = PUBLIC_URL.startswith("https://")
env.refuse_unsafe_mix(PUBLIC_URL, DEBUG, BEHIND_PROXY)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", env.host_of(PUBLIC_URL)]
ALLOWED_HOSTS += env.text("ILT_ALLOWED_HOSTS").split()
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
FONT_DIR = env.text("ILT_FONT_DIR")
SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(KEY_DIR / "secret-key")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
    "ilt",
]
MIDDLEWARE = [
    "ilt.shared.silence.SilentRoutes",  # first: nothing below may see who a respondent is
    "ilt.shared.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
RESPONDENT_MIDDLEWARE = [  # in `wsgi.py`, for the routes of `shared/silence.py`
    "ilt.shared.silence.SilentRoutes",
    "ilt.shared.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = "ilt.project.urls"
WSGI_APPLICATION = "ilt.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE, PACKAGE / "shared" / "overrides"],
        "APP_DIRS": True,  # allauth's templates need it
        "OPTIONS": {
            "builtins": ["ilt.shared.tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "ilt.home.frame.frame",
            ],
        },
    }
]

DATABASES = {
    "default": env.database("DATABASE_URL", DATA_DIR / "registrar.sqlite3"),
    "box": env.database("BOX_URL", DATA_DIR / "box.sqlite3", extra_pragmas="PRAGMA secure_delete=ON;"),
}
env.refuse_one_store(DATABASES["default"], DATABASES["box"])
DATABASE_ROUTERS = ["ilt.project.stores.StoreRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "ilt.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "ilt.roster.signin.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900  # seconds; a school's mail server may take ten minutes over a first mail
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Counted by account, never by address: a faculty in one building, or behind one proxy, is one address.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/15m/key", "login": "", "request_login_code": "3/m/key"}

SESSION_ENGINE = "ilt.shared.sessions"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers fail the sign-in form's origin check
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a cookie would hold names

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("", DATA_DIR / "static")
STATICFILES_DIRS = [("report", PACKAGE.parent / "coherently" / "report" / "static")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 100 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
TASK_QUEUE = "default"

locals().update(env.mail(DATA_DIR))
MAIL_WORKS = env.text("EMAIL_URL") != ""
DEFAULT_FROM_EMAIL = env.text("ILT_MAIL_FROM", "coherently@localhost")

# Django would write addresses and tracebacks. A logger without any handler would too, to the last resort.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{levelname} {name} {message}", "style": "{"},
        "faults": {"()": "ilt.shared.faults.ClassAndRoute"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        "faults": {"class": "logging.StreamHandler", "formatter": "faults"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
        "django.server": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
        "ilt": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
