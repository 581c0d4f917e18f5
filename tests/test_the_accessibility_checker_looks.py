import pytest
from playwright.sync_api import Browser

from tests.accessibility import faults

PLANTED = """<!doctype html><html><title>Planted</title><body><main><h1>Planted</h1>
<input type="text"><noscript><p style="color: #ccc">Too pale to read.</p></noscript></main>
<script>document.documentElement.lang = "en";</script></body></html>"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scripts", "planted"), [(True, ["label"]), (False, ["color-contrast", "html-has-lang", "label"])]
)
def test_the_checker_finds_the_faults_of_what_is_shown(
    browser: Browser, scripts: bool, planted: list[str]
) -> None:
    """Without scripts the page keeps a fault that its script mends, and shows one that scripts hide."""
    context = browser.new_context(java_script_enabled=scripts)
    context.route("**/*", lambda route: route.fulfill(body=PLANTED, content_type="text/html; charset=utf-8"))
    page = context.new_page()
    page.goto("http://planted.example/")
    assert sorted(rule for rule, _element in faults(page)) == planted
    context.close()
