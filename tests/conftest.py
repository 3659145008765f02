"""What every test may ask for, and how transactional tests get past the guards of the history."""

import gc
import shutil
import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from hypothesis import settings as properties

from accounts import audit
from zones.loading import load_register

BROWSER_TESTS = "tests/browser/"

# How long one example takes says more about a busy machine than about the rule that it tests.
properties.register_profile("portal", deadline=None)
properties.load_profile("portal")


def pytest_collection_modifyitems(items):
    """Browser tests come last, as they empty the database, and need Debian's Chromium."""
    items.sort(key=lambda item: item.nodeid.startswith(BROWSER_TESTS))
    if not shutil.which("chromium"):
        for item in items:
            if item.nodeid.startswith(BROWSER_TESTS):
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


def pytest_collection_finish():
    """What has been imported stays to the end; looking through it for garbage all the time costs a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


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


@pytest.fixture(autouse=True)
def in_vietnamese():
    """A request in English leaves its language behind in the thread: every test begins in the portal's own."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def database_for_many(transactional_db, tmp_path):
    """A database in which threads meet as processes do: PostgreSQL's own; of SQLite's, which is in memory, a file."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as file:
        in_memory.backup(file)
    connection.connection, connection.settings_dict["NAME"] = None, str(tmp_path / "db.sqlite3")
    yield
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = in_memory, name


@pytest.fixture(scope="module")
def register(django_db_setup, django_db_blocker):
    """The shipped real data, loaded once for all tests of a module and taken back after the last; gives the Account.

    Every test of the module sees the data from the first that asks for it on: keep tests that want an empty register
    in another module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_register(settings.BASE_DIR / "data")
        transaction.set_rollback(True)
