"""Every page in a real browser: nothing refused, nothing from elsewhere, nothing wider than the screen, axe content."""

import pytest

from tests import factories as make
from tests.browser.conftest import NARROW, WIDE, serious

pytestmark = pytest.mark.django_db  # pytest-django makes the database only for tests that say so

REFUSED = "/zones/?area_min=abc"  # says what is wrong, with status 400
PAGES = [
    "/",
    "/?city=all",
    "/?city=HCM",
    "/?as_of=2025-06-30",
    "/zones/",
    "/zones/?view=map",
    "/zones/?search=khong-co-khu-nao",
    REFUSED,
    "/zones/HN-CCN-DAY-DU/",
    "/zones/HN-CCN-DAY-DU/?as_of=2001-01-01",
    "/zones/HN-CCN-TEN-DAI/",
    "/zones/HN-CCN-TRONG/",
    "/zones/HN-CCN-DAY-DU/edit/",
    "/zones/HN-CCN-DAY-DU/facts/area/new/",
    "/zones/HN-CCN-DAY-DU/tracks/",
    "/dossiers/",
    "/dossiers/HS-DAY-DU/",
    "/dossiers/HS-DAY-DU/moves/submit_appraisal/",
    "/dossiers/new/?zone=HN-CCN-DAY-DU",
    "/board/",
    "/timeline/",
    "/timeline/?show=both",
    "/tasks/board/",
    "/calendar/",
    "/calendar/keys/",
    "/delays/",
    "/plans/QH-DAY-DU/",
    "/sessions/KH-DAY-DU/",
    "/rules/",
    "/holidays/",
    "/clock/?start=16/09/2026&length=20&unit=wd",
    "/search/?q=day+du",
    "/facilities/",
    "/projects/",
    "/documents/",
    "/reports/",
    "/reports/progress/?city=HN",
    "/api/docs/",
    "/accounts/2fa/",
    "/accounts/password/change/",
]

PLAIN = {  # a head and tables, seen at the width at which they could break
    "/zones/HN-CCN-DAY-DU/tracks/",
    "/dossiers/HS-DAY-DU/moves/submit_appraisal/",
    "/dossiers/new/?zone=HN-CCN-DAY-DU",
    "/delays/",
    "/sessions/KH-DAY-DU/",
    "/rules/",
    "/holidays/",
    "/clock/?start=16/09/2026&length=20&unit=wd",
    "/search/?q=day+du",
}
CASES = [(path, size) for path in PAGES for size in (WIDE, NARROW) if size is NARROW or path not in PLAIN]


@pytest.fixture(autouse=True)
def _django_db_marker():
    """In the place of pytest-django's own, which would put each test into a transaction that the server cannot see."""


@pytest.fixture(scope="module")
def officer(stay, shown):
    """By the width of the screen: the visit of an editor who goes from page to page."""
    editor = make.user("editor", agency=shown["agency"])
    return {size["width"]: stay(editor, size=size) for size in (WIDE, NARROW)}


@pytest.mark.parametrize(("path", "size"), CASES, ids=[f"{path} {size['width']}" for path, size in CASES])
def test_page_is_sound(officer, path, size):
    visited = officer[size["width"]]
    page = visited.open(path, 400 if path == REFUSED else 200)
    assert not visited.troubles
    if path != "/api/docs/":
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], "wider than the screen"
        assert not serious(page)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_sign_in_page_is_sound_and_lets_in(stay, shown, size):
    person = make.user("viewer", agency=shown["agency"])
    visited = stay(None, size=size)
    page = visited.open("/zones/?search=day+du")
    assert "/accounts/login/" in page.url
    assert not serious(page)
    page.fill("input[name=login]", person.username)
    page.fill("input[name=password]", make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/zones/?search=day+du")
    assert page.locator("a", has_text="Cụm công nghiệp Đầy Đủ").count() >= 1
    assert not visited.troubles


def test_the_first_stop_of_the_keyboard_skips_to_the_content(stay, shown):
    page = stay(make.user("viewer", agency=shown["agency"])).open("/zones/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_dark_pages_are_readable(stay, shown):
    visited = stay(make.user("viewer", agency=shown["agency"]), dark=True)
    for path in ("/", "/zones/", "/zones/HN-CCN-DAY-DU/"):
        assert not serious(visited.open(path))
