import typer
from django.conf import settings

from ilt.roster.rules import first_host

HOST_ADDRESS = "host@localhost"  # a name to sign in with; the set-up asks for the real address


def first_start() -> None:
    """On an empty installation makes the host's account and prints how to sign in: this once."""
    password = first_host(HOST_ADDRESS)
    if password:
        typer.echo(
            f"\nThis installation is empty. Open {settings.PUBLIC_URL}/login and sign in to set it up:\n\n"
            f"  Mail address  {HOST_ADDRESS}\n  Password      {password}\n\n"
            "Write the password down: it is not shown again.\n"
        )
