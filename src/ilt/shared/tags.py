"""Template filters of the pages."""

from django import template
from django.urls import reverse

from ilt.shared.text import to_html

register = template.Library()
register.filter("text", to_html)


@register.simple_tag
def place(kind: str, name: str, school_id: int, *numbers: object) -> str:
    """The address of a page that every kind of document has: `{% place spec.kind "edit" school.id key %}`."""
    return reverse(f"{kind}_{name}", args=[school_id, *numbers])
