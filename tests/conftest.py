"""What every test may ask for, and how transactional tests get past the guards of the history."""

import shutil

import pytest

from accounts import audit

BROWSER_TESTS = "tests/browser/"


def pytest_collection_modifyitems(items):
    """Browser tests need Debian's Chromium."""
    if not shutil.which("chromium"):
        for item in items:
            if item.nodeid.startswith(BROWSER_TESTS):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


def pytest_terminal_summary(terminalreporter):
    """A run that left the browser out says so where nobody overlooks it."""
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if report.nodeid.startswith(BROWSER_TESTS)
    ]
    if skipped:
        said = f"{len(skipped)} BROWSER TESTS DID NOT RUN: Chromium is not installed (Debian: apt install chromium)"
        terminalreporter.write_sep("!", said, red=True, bold=True)


@pytest.fixture(autouse=True)
def guards_let_the_database_be_emptied(request):
    """A transactional test ends with a flush, which the triggers would refuse; `post_migrate` makes them anew."""
    transactional = {"transactional_db", "live_server"} & set(request.fixturenames) or any(
        mark.kwargs.get("transaction") for mark in request.node.iter_markers("django_db")
    )
    if not transactional:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    audit.remove()
