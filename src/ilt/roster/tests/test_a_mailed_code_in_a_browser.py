"""The mailed link carries the sign-in code behind the #, for the browser alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.accessibility import faults
from tests.cast import Cast

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sign_in_is_quick"),
]


@pytest.fixture
def mailed(
    cast: Cast, settings: Any, live_server: LiveServer, run_jobs: Callable[[], int]
) -> Callable[[Page], str]:
    """Asks for a code on this page; returns the link of the mail."""
    settings.PUBLIC_URL = live_server.url

    def ask(page: Page) -> str:
        page.goto(f"{live_server.url}/login/code")
        page.get_by_label("Email").fill(cast.ben.email)
        page.get_by_role("button", name="Mail me a code").click()
        expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
        run_jobs()
        link = re.search(r"http://\S+#\S+", mail.outbox[-1].body)
        assert link
        return link.group()

    return ask


def test_the_mailed_link_fills_in_its_code(mailed: Callable[[Page], str], browser: Browser) -> None:
    context = browser.new_context()
    asked, tab = context.new_page(), context.new_page()
    link = mailed(asked)
    for page in (asked, tab):  # pasted over the page that waits for it, or opened from the mail
        page.goto(link)
        expect(page.get_by_label("Code from the mail")).to_have_value(link.partition("#")[2])
    assert faults(tab) == []
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible()
    context.close()


def test_without_scripts_the_code_is_typed(mailed: Callable[[Page], str], browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    link = mailed(page)
    page.goto(link)
    field = page.get_by_label("Code from the mail")
    expect(field).to_have_value("")
    assert faults(page) == []
    field.fill(link.partition("#")[2].lower())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.close()


def test_another_browser_shows_the_code_and_says_where_it_works(
    mailed: Callable[[Page], str], browser: Browser
) -> None:
    page, elsewhere = browser.new_page(), browser.new_page()
    link = mailed(page)
    elsewhere.goto(link)
    notice = elsewhere.get_by_text("Your code belongs to the browser that asked for it.")
    expect(notice).to_contain_text(link.partition("#")[2])
    assert faults(elsewhere) == []
    elsewhere.goto(link.partition("#")[0])
    expect(notice).to_be_hidden()
    page.close()
    elsewhere.close()
