from django.core.management import call_command


def migrate_both() -> None:
    for store in ("default", "box"):
        call_command("migrate", database=store, verbosity=0, interactive=False)
