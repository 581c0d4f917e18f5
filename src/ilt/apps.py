from django.apps import AppConfig


class IltConfig(AppConfig):
    name = "ilt"
    label = "ilt"
    verbose_name = "Coherently"
    default_auto_field = "django.db.models.BigAutoField"
