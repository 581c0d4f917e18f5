"""Faults that an accessibility checker (axe) finds on the page that a browser shows now."""

import re

from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Page

WITHOUT_SCRIPTS = "matchMedia('(scripting: none)').matches"
UNSEEN = re.compile(r"</?noscript[^>]*>|<script\b.*?</script>", re.DOTALL)

Fault = tuple[str, str]  # the broken rule and the first element that breaks it


def faults(page: Page) -> list[Fault]:
    """No page looks different on PostgreSQL, and each look takes a second: it is looked at on files alone."""
    if connection.vendor != "sqlite":
        return []
    return _faults_of_a_copy(page) if page.evaluate(WITHOUT_SCRIPTS) else _faults(page)


def _faults(page: Page) -> list[Fault]:
    return [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]


def _faults_of_a_copy(page: Page) -> list[Fault]:
    """Axe waits for promises, which never come true in a browser without scripts: it looks at a copy."""
    shown = UNSEEN.sub("", page.content())
    assert page.context.browser is not None
    context = page.context.browser.new_context(viewport=page.viewport_size)
    address = page.url.partition("#")[0]
    context.route(
        lambda url: url == address,
        lambda route: route.fulfill(body=shown, content_type="text/html; charset=utf-8"),
    )
    copy = context.new_page()
    copy.goto(address)
    found = _faults(copy)
    context.close()
    return found
