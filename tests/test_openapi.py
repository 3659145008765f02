"""The OpenAPI document: valid, complete, current in docs/, and shown by a page that asks nobody else."""

import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.utils import translation

from tests.factories import caller, user

ROOT = Path(__file__).parent.parent
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def text():
    out = StringIO()
    with translation.override("vi"):  # whatever language an earlier test left behind
        call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def operations(text):
    paths = yaml.safe_load(text)["paths"]
    return {(method, path): told for path, item in paths.items() for method, told in item.items() if method in METHODS}


def test_the_committed_document_is_current(text):
    kept = (ROOT / "docs" / "openapi.yaml").read_text("utf-8")
    assert kept == text, "write it anew: python manage.py spectacular --file docs/openapi.yaml"


def test_every_address_is_written_without_a_trailing_slash(operations):
    assert [path for _, path in operations if path.endswith("/") or not path.startswith("/api/v1/")] == []


def test_every_refusal_is_described_as_a_problem(operations):
    for (method, path), told in operations.items():
        wanted = {"400", "401", "404"}
        wanted |= {"403", "409", "413", "415"} if method != "get" else set()
        wanted |= {"412", "428"} if method in ("put", "patch", "delete") else set()
        assert wanted <= set(told["responses"]), (method, path)
        for status in wanted:
            assert list(told["responses"][status]["content"]) == ["application/problem+json"], (method, path)


def test_every_change_asks_for_the_version(operations):
    for (method, path), told in operations.items():
        names = {parameter["name"]: parameter for parameter in told["parameters"]}
        if method in ("put", "patch", "delete"):
            assert names["If-Match"]["required"], path


def test_every_post_may_carry_an_idempotency_key(operations):
    for (method, path), told in operations.items():
        if method == "post":
            assert "Idempotency-Key" in {parameter["name"] for parameter in told["parameters"]}, path
            assert "422" in told["responses"], path


def test_zones_and_facts_can_be_asked_for_a_day_and_a_moment(operations):
    for path in ("/api/v1/zones", "/api/v1/zones/{code}", "/api/v1/facts/areas", "/api/v1/figures/overview"):
        names = {parameter["name"] for parameter in operations["get", path]["parameters"]}
        assert {"as_of", "known_at"} <= names, path
    assert "application/geo+json" in operations["get", "/api/v1/zones"]["responses"]["200"]["content"]


def test_the_document_is_the_same_each_time_it_is_asked_for(text):
    again = StringIO()
    with translation.override("vi"):
        call_command("spectacular", stdout=again)
    assert again.getvalue() == text


@pytest.mark.django_db
def test_the_document_and_its_page_are_for_those_who_have_signed_in(client):
    assert client.get("/api/schema/").status_code == 401
    assert client.get("/api/docs/").status_code == 302
    assert caller(scope="read").get("/api/schema/").status_code == 200


@pytest.mark.django_db
def test_the_page_has_nothing_inline_and_asks_no_other_host(client):
    client.force_login(user(), "accounts.signin.PortalBackend")
    page = client.get("/api/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert "<style" not in html
    assert re.findall(r"<script(?! src=)", html) == []
    links = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(links) >= 5
    assert [link for link in links if not link.startswith("/")] == []
    assert "unsafe" not in page["Content-Security-Policy"]
