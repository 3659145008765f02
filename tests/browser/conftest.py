"""A real headless Chromium on a live portal with the real register."""

import datetime
import os
import shutil
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts import audit
from tests import factories as make

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
IN_A_QUIET_MOMENT = "() => new Promise(done => requestIdleCallback(done, {timeout: 1000}))"
PATIENCE = 30  # seconds


@pytest.fixture(scope="session")
def served(django_db_setup, django_db_blocker):
    """The address of the portal. pytest-django's `live_server` would empty the database after every single test."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def chromium(served):
    """Started after the server and closed before it, so that no connection of the browser outlives the server."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A page and what went wrong on it: script errors, refused resources, requests to other hosts."""

    def __init__(self, browser, address, cookies=(), size=WIDE, dark=False):
        scheme = "dark" if dark else "light"
        self.context = browser.new_context(viewport=size, locale="vi-VN", color_scheme=scheme, base_url=address)
        self.context.add_cookies(list(cookies))
        self.page = self.context.new_page()
        self.troubles = []
        self.underway = set()
        self.page.on("request", lambda request: self.underway.add(request))
        for ended in ("requestfinished", "requestfailed"):
            self.page.on(ended, lambda request: self.underway.discard(request))
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("console", self.heard)
        self.page.on("request", lambda request: self.asked(request, address))

    def heard(self, message):
        if message.type == "error":
            self.troubles.append(f"console: {message.text}")

    def asked(self, request, address):
        if not request.url.startswith((address, "data:", "blob:")):
            self.troubles.append(f"outside: {request.url}")

    def settle(self):
        """Wait until all that the page asked for has come and its scripts have twice had nothing left to do."""
        quiet, end = 0, time.monotonic() + PATIENCE
        while quiet < 2:
            assert time.monotonic() < end, f"still on the way: {[request.url for request in self.underway]}"
            self.page.evaluate(IN_A_QUIET_MOMENT)
            quiet = 0 if self.underway else quiet + 1

    def open(self, path, status=200):
        self.troubles.clear()
        response = self.page.goto(path)
        self.settle()
        assert response.status == status, f"{path}: {response.status}"
        self.troubles = [trouble for trouble in self.troubles if f"with a status of {status} " not in trouble]
        return self.page


def serious(page):
    """What axe finds wrong on a page and calls serious or critical: [(rule, the first places)]."""
    found = Axe().run(page).response["violations"]
    weighty = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in weighty]


def visits_of(chromium, address):
    visits = []

    def start(user=None, **options):
        cookies = []
        if user:
            client = Client()
            client.force_login(user)
            cookies = [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
        visits.append(Visit(chromium, address, cookies, **options))
        return visits[-1]

    yield start
    for made in visits:
        made.context.close()


@pytest.fixture
def visit(chromium, served, transactional_db):
    """visit(user, size=…) → Visit signed in as `user`, or not signed in at all with None."""
    yield from visits_of(chromium, served)


@pytest.fixture
def story(transactional_db):
    return told_story()


@pytest.fixture(scope="module")
def stay(chromium, served):
    """`visit` for tests of a module that only look at what `shown` has put there, and may share a visit."""
    yield from visits_of(chromium, served)


@pytest.fixture(scope="module")
def shown(django_db_setup, django_db_blocker):
    """The story, told once for all tests of a module, to which it stays visible; then the database is emptied."""
    with django_db_blocker.unblock():
        yield told_story()
        audit.remove()
        call_command("flush", verbosity=0, interactive=False)
        connection.close()  # PostgreSQL drops no database that somebody is still in


def told_story():
    """A small register to look at: one zone with everything, one with a name of 80 characters, one without any fact."""
    agency = make.agency(code="HN-SCT", name="Sở Công Thương Hà Nội")
    full = make.zone(code="HN-CCN-DAY-DU", name="Cụm công nghiệp Đầy Đủ", managing_agency=agency, publicity="public")
    make.area(full, kind="decision", value="27.2")
    make.area(full, kind="stated", value="30", standing="reported")
    make.area(full, kind="industrial", value="20")
    make.area(full, kind="leased", value="12.5")
    make.status(full, "operating")
    make.status(full, "yes", aspect="operating")
    make.occupancy(full, "12.5", "20")
    make.land_use(full, "CN", "20")
    make.land_use(full, "GT", "7.2")
    make.boundary(full)
    make.measurement(full)
    make.project(full)
    make.phase(full)
    long = "Cụm công nghiệp làng nghề Đường Thượng Nghĩa Trưng Quyết Tiến Nguyễn Khuyến Vượng"
    make.zone(
        code="HN-CCN-TEN-DAI", name=long, managing_agency=agency, lat=21.0, lon=105.8, point_precision="unit_centre"
    )
    make.zone(code="HN-CCN-TRONG", name="Cụm công nghiệp Trống", managing_agency=agency)
    document = make.document(number="4756/QĐ-UBND", agency=agency)
    make.area(full, kind="zoning", value="27", document=document, source="")
    facility = make.facility(managing_agency=agency)
    under_way(full)
    return {"agency": agency, "zone": full, "document": document, "facility": facility}


def under_way(zone):
    """A dossier in the middle of its appraisal and late, a plan that disagrees, a session that it is meant to reach."""
    make.rule("ccn.appraisal", 20)
    make.rule("ccn.opinion", 5)
    make.holiday(datetime.date(2026, 9, 2))
    dossier = make.dossier(zone, "dossier_submitted", on=datetime.date(2026, 9, 16), code="HS-DAY-DU")
    make.move(dossier, "accept", datetime.date(2026, 9, 17))
    make.move(dossier, "consult", datetime.date(2026, 9, 18))
    make.milestone(dossier, on=datetime.date(2027, 12, 31), on_precision="year")
    make.dossier(zone, "land_clearance", track="land", code="HS-DAY-DU-DAT", precision="month")
    plan = make.plan(code="QH-DAY-DU")
    make.plan_entry(plan, name=zone.name, zone=zone, area_ha="30")
    make.session_item(dossier, make.session(code="KH-DAY-DU", on=datetime.date(2027, 6, 30)))
