"""Every address of the two OpenAPI documents, asked what the documents allow and what they do not: no server error, and
no status, header, type or body that the document does not tell of. `make fuzz`; the choice of cases is fixed, so that a
failure comes back, and it says the curl that shows it.

Each request is undone, so that the next one finds the same records. In three cases of four made-up keys give way to
those of real records and If-Match to the version that was read: else all would end at 404, 412 or an unknown code."""

import re
import zlib

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi

from accounts.models import ApiToken
from tests import factories as make
from tests.test_access import belongings

pytestmark = [pytest.mark.fuzz, pytest.mark.django_db]
CHECKS = (
    not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
)
FIELD = re.compile("[a-z][a-z0-9_]+")
EXAMPLES = 20
WRITE_NOTHING = ("/api/v1/clock/explain",)  # though they are posted to
PARTS = 4  # of the operations, so that all cores have something to do
SETTINGS = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    report_multiple_bugs=False,
)


class World:
    """One agency's records, a read key and a write key of its machine account, and what the caller may name."""

    def __init__(self):
        own = make.agency(code="OWN", city="HN")
        shared = make.unit(), make.developer(), make.indicator(code="workers"), make.document(agency=own)
        keys = belongings(own, "internal", *shared)
        self.machine = make.user("machine", agency=own)
        self.keys = {scope: self.headers(scope) for scope in ("read", "write")}
        self.client = make.caller(self.machine)
        self.named = {name: keys[name] for name in ("zone", "phase", "document", "unit")}
        self.named |= {"managing_agency": own.code, "agency": own.code, "city": "HN", "indicator": "workers"}
        self.named |= {name: keys[name] for name in ("dossier", "plan", "directive")} | {"lead_agency": own.code}
        self.named |= {"destination": keys["zone"], "parent": None, "as_of": "2025-01-15", "source": "Báo cáo"}

    def headers(self, scope):
        return {"Authorization": f"Bearer {ApiToken.objects.create(self.machine, scope=scope)[1]}"}

    def first_key(self, address):
        """The code or id of the first record of a list; None when there is no such list, or nothing in it."""
        answer = self.client.get(address)
        rows = answer.json().get("results") if answer.status_code == 200 else None
        return (rows[0].get("code") or rows[0].get("id")) if rows else None

    def make_real(self, case):
        """Puts real keys and the version that was read into a case, and values that an office might write."""
        head, _, tail = case.path.partition("/{")
        if tail and (key := self.first_key(head)):
            case.path_parameters = {name: str(key) for name in case.path_parameters}
        case.body = self.plausible(case.body)
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = "khoa-1"
        if "If-Match" in (case.headers or {}):
            of_record = f"{head}/{key}" if tail and key else case.formatted_path  # an action asks for the record's
            etag = self.client.get(of_record).headers.get("ETag")
            case.headers["If-Match"] = etag or case.headers["If-Match"]

    def plausible(self, value, name=""):
        if name in self.named:
            return self.named[name]
        match value:
            case dict():
                return {key: self.plausible(one, key) for key, one in value.items() if FIELD.fullmatch(key)}
            case list():
                return [self.plausible(one) for one in value]
            case str():
                return "".join(char for char in value if char.isprintable())
            case float():
                return round(value, 2)
        return value


@pytest.fixture
def world(db):
    return World()


def ask(case, world, scope):
    """The answer to a case, undone and held against the document."""
    if zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode("utf-8", "replace")) % 4:
        world.make_real(case)
    with transaction.atomic():
        response = case.call(headers=world.keys[scope])
        transaction.set_rollback(True)
    sparse = (openapi.response_schema_conformance,) if "fields" in (case.query or {}) else ()
    case.validate_response(response, checks=CHECKS, excluded_checks=sparse, headers=world.keys[scope])
    return response


def operations(address, world, wanted):
    """The operations of a document that have a wanted method."""
    document = schemathesis.openapi.from_wsgi(address, get_wsgi_application(), headers=world.keys["read"])
    found = [one.ok() for one in document.get_all_operations()]
    return [one for one in found if wanted(one.method.upper())]


def failures(operations, check):
    """What is wrong, operation by operation, when each is asked EXAMPLES times."""
    found = []
    for operation in operations:
        cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])
        try:
            SETTINGS(given(cases)(lambda case: check(case)))()
        except Unsatisfiable:
            continue
        except (Exception, FailureGroup) as problem:
            found.append(f"{operation.label}: {problem}")
    return found


parts = pytest.mark.parametrize("part", range(PARTS))


@parts
def test_a_reader_gets_what_the_document_says(world, part):
    asked = operations("/api/schema/?format=json", world, lambda method: method == "GET")[part::PARTS]
    assert asked
    found = failures(asked, lambda case: ask(case, world, "read") and None)
    assert not found, "\n\n".join(found)


@parts
def test_a_writer_gets_what_the_document_says_and_a_read_key_changes_nothing(world, part):
    def check(case):
        ask(case, world, "write")
        assert ask(case, world, "read").status_code >= 400 or case.path in WRITE_NOTHING

    asked = operations("/api/schema/?format=json", world, lambda method: method != "GET")[part::PARTS]
    assert asked
    found = failures(asked, check)
    assert not found, "\n\n".join(found)


def test_a_gis_program_gets_what_the_document_says(world):
    asked = operations("/api/ogc/api", world, lambda method: True)
    assert asked
    found = failures(asked, lambda case: ask(case, world, "read") and None)
    assert not found, "\n\n".join(found)


def test_a_server_error_would_be_noticed(world, monkeypatch):
    """The control: one address that breaks is found and named."""
    monkeypatch.setattr("zones.api.ogc.answering.landing", lambda request: 1 / 0)
    [landing, *_rest] = operations("/api/ogc/api", world, lambda method: True)
    [found] = failures([landing], lambda case: ask(case, world, "read") and None)
    assert "GET /" in found
    assert "Server error" in found
