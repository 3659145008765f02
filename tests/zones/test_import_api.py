"""Imported files over REST, and by command: the same engine, the same account."""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from accounts.models import RowChange
from tests import factories as make
from tests.zones.sheet_files import csv_file, xlsx_file
from zones.models import Import, Zone

pytestmark = pytest.mark.django_db
IMPORTS = "/api/v1/imports"
HEAD = ("Mã", "Tên", "Thời hạn (năm)")
GOOD, BAD = ("HN-CCN-A", "Cụm công nghiệp A", "50"), ("HN-CCN-B", "Cụm công nghiệp B", "năm mươi")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def person():
    return make.user("machine")


@pytest.fixture
def system(person):
    return make.caller(person)


@pytest.fixture
def zone(person):
    return make.zone(code="HN-CCN-A", name="Cụm công nghiệp A", managing_agency=person.agency, term_years=40)


def hand_in(system, file=None, **given):
    sent = {"what": "zones", "file": file or csv_file(HEAD, GOOD)} | given
    return system.post(IMPORTS, sent, format="multipart")


def test_a_file_is_previewed_applied_and_undone(system, zone):
    made = hand_in(system)
    assert made.status_code == 201
    assert made["Location"] == made.data["links"]["self"]
    assert (made.data["state"], made.data["rows"], made.data["updated"]) == ("previewed", 1, 1)

    rows = system.get(made.data["links"]["rows"]).data["results"]
    assert rows[0]["changes"] == [{"column": "term_years", "title": "Thời hạn (năm)", "old": "40", "new": "50"}]

    applied = system.post(made.data["links"]["apply"], {"plan_sha256": made.data["plan_sha256"]})
    assert applied.status_code == 200
    assert applied.data["state"] == "applied"
    assert Zone.objects.get().term_years == 50

    undone = system.post(applied.data["links"]["undo"], {"reason": "Nhầm tệp"})
    assert (undone.status_code, undone.data["state"], undone.data["undo_reason"]) == (200, "undone", "Nhầm tệp")
    assert Zone.objects.get().term_years == 40


def test_the_history_of_the_record_names_the_file(system, zone):
    system.post(hand_in(system).data["links"]["apply"])
    assert "khu.csv" in RowChange.objects.of(zone).first().reason


def test_a_rejected_row_stops_the_file_unless_it_is_left_out(system, zone):
    made = hand_in(system, csv_file(HEAD, GOOD, BAD))
    bad = system.get(made.data["links"]["rows"], {"outcome": "rejected"}).data
    assert bad["count"] == 1
    assert bad["results"][0]["refusals"][0]["cell"].endswith("C3")

    refused = system.post(made.data["links"]["apply"])
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert refused.data["rows"][0]["refusals"] == bad["results"][0]["refusals"]
    assert Zone.objects.get().term_years == 40

    assert system.post(made.data["links"]["apply"], {"skip_rejected": True}).data["skip_rejected"] is True
    assert Zone.objects.get().term_years == 50


def test_what_has_changed_since_the_preview_is_a_conflict_that_shows_the_new_preview(system, zone):
    made = hand_in(system)
    zone.term_years = 45
    zone.save()
    conflict = system.post(made.data["links"]["apply"])
    assert conflict.status_code == 409
    assert conflict.data["current"]["plan_sha256"] != made.data["plan_sha256"]
    assert system.post(made.data["links"]["apply"], {"plan_sha256": made.data["plan_sha256"]}).status_code == 409
    assert Zone.objects.get().term_years == 45
    assert system.post(made.data["links"]["apply"]).status_code == 200


def test_the_new_preview_stays_when_the_call_carried_an_idempotency_key(system, zone):
    made = hand_in(system)
    zone.term_years = 45
    zone.save()
    once = {"headers": {"Idempotency-Key": "ghi-1"}}
    assert system.post(made.data["links"]["apply"], **once).status_code == 409
    assert system.post(made.data["links"]["apply"], **once).status_code == 200
    assert system.post(made.data["links"]["apply"], **once)["Idempotent-Replayed"] == "true"


def test_the_same_file_again_is_the_import_that_there_is(system, zone):
    first = hand_in(system)
    again = hand_in(system)
    assert (again.status_code, again.data["id"]) == (200, first.data["id"])
    system.post(first.data["links"]["apply"])
    assert hand_in(system).data["state"] == "applied"
    second = system.post(f"{IMPORTS}/{first.data['id']}/apply")
    assert (second.status_code, second.data["current"]["id"]) == (409, first.data["id"])


def test_the_file_that_another_agency_has_brought_is_said_to_be_there_and_not_shown(system, zone):
    made = hand_in(system)
    other = hand_in(make.caller(make.user("machine")))
    system.post(made.data["links"]["apply"])
    conflict = make.caller(Import.objects.get(pk=other.data["id"]).uploaded_by).post(
        f"{IMPORTS}/{other.data['id']}/apply", {"skip_rejected": True}
    )
    assert (conflict.status_code, conflict.data["current"]) == (409, None)


def test_of_several_sheets_one_is_named_with_the_file_or_afterwards(system, zone):
    rows = [HEAD, GOOD]
    workbook = {"Quý I": rows, "Quý II": rows}
    made = hand_in(system, xlsx_file(**workbook))
    assert (made.data["state"], made.data["sheets"]) == ("sheet", ["Quý I", "Quý II"])
    assert system.get(made.data["links"]["rows"]).status_code == 404
    assert system.post(made.data["links"]["sheet"], {"sheet": "Quý III"}).status_code == 400
    assert system.post(made.data["links"]["sheet"], {"sheet": "Quý II"}).data["state"] == "previewed"
    assert hand_in(system, xlsx_file(**workbook), sheet="Quý I").data["sheet"] == "Quý I"


def test_a_file_that_cannot_be_read_is_kept_with_the_reason(system, person):
    made = hand_in(system, csv_file(("Tên", "Cột lạ"), ("A", "b")))
    assert (made.status_code, made.data["state"]) == (201, "refused")
    assert made.data["problem"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({"what": "khong-co"}, "what"), ({"file": csv_file(HEAD, name="khu.pdf")}, "file"), ({"what": ""}, "what")],
)
def test_what_is_missing_or_unknown_is_a_problem_at_its_field(system, given, wrong):
    answer = hand_in(system, **given)
    assert answer.status_code == 400
    assert wrong in answer.data["errors"]


def test_a_file_that_is_too_large_is_413(system, settings):
    settings.UPLOAD_MAX_BYTES = 20
    assert hand_in(system).status_code == 413
    settings.UPLOAD_MAX_BYTES = -70_000
    assert hand_in(system).status_code == 413, "by the length that the request announces"


def test_a_file_comes_as_multipart_only(system):
    assert system.post(IMPORTS, {"what": "zones"}, format="json").status_code == 415


def test_another_agency_does_not_see_that_there_is_a_file(system, zone):
    links = hand_in(system).data["links"]
    other = make.caller(make.user("machine"))
    assert {other.get(links[name]).status_code for name in ("self", "rows", "file")} == {404}
    assert other.get(IMPORTS).data["count"] == 0
    assert make.caller(make.user("auditor", agency=None)).get(IMPORTS, {"state": "previewed"}).data["count"] == 1


def test_the_file_and_the_form_to_fill_are_downloads(system, zone):
    links = hand_in(system).data["links"]
    file = system.get(links["file"])
    assert b"".join(file.streaming_content) == csv_file(HEAD, GOOD).read()
    form = system.get(f"{IMPORTS}/templates/zones")
    assert openpyxl.load_workbook(io.BytesIO(b"".join(form.streaming_content)))
    assert system.get(f"{IMPORTS}/templates/khongco").status_code == 404


# By command -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, person):
    def run(*rows, **options):
        path = tmp_path / "khu.csv"
        path.write_bytes(csv_file(HEAD, *rows).read())
        said = io.StringIO()
        call_command("import_sheet", str(path), what="zones", user=person.username, stdout=said, **options)
        return said.getvalue()

    return run


def test_the_command_tells_what_would_change_and_changes_it_when_told_so(run, zone):
    assert "updated 1" in run(GOOD)
    assert "40 → 50" in run(GOOD, verbosity=2)
    assert Zone.objects.get().term_years == 40
    assert "Written." in run(GOOD, apply=True)
    assert Zone.objects.get().term_years == 50
    assert "already" in run(GOOD, apply=True)
    assert Import.objects.count() == 1


def test_rejected_rows_stop_the_command_unless_they_are_left_out(run, zone):
    with pytest.raises(CommandError, match="rejected"):
        run(GOOD, BAD, apply=True)
    assert Zone.objects.get().term_years == 40
    assert "C3" in run(GOOD, BAD, apply=True, skip_rejected=True)
    assert Zone.objects.get().term_years == 50


def test_the_command_refuses_who_may_not_edit(run, zone, person):
    person.role = "viewer"
    person.save()
    with pytest.raises(CommandError, match="may change"):
        run(GOOD)
