"""An import against everybody else: two editors, twenty at once, killed in the middle, taken back as one action."""

import datetime
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import connection, connections

from accounts.audit import acting
from accounts.models import RowChange
from tests import factories as make
from tests.zones import sheets
from tests.zones.test_importing import FIGURES, officer, take, told, write  # noqa: F401
from zones import importing
from zones.models import Document, Facility, Import, TenantProject, Zone, ZoneArea
from zones.recording import record

pytestmark = pytest.mark.django_db
KIND = "theo quyết định thành lập, chủ trương đầu tư"
DAY = datetime.date(2026, 1, 1)
HEAD = ["Mã", "Tên", "Loại", "Thành phố", "Thời hạn"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def zone(officer):  # noqa: F811
    return make.zone(code="HN-A", name="Cụm A", managing_agency=officer.agency, term_years=40, note="Ghi chú")


def undo(imported, by, reason="Nhầm tệp"):
    with acting(by):
        return importing.undo(imported, by=by, reason=reason)


def test_what_another_editor_changed_since_the_preview_is_shown_first(officer, zone):  # noqa: F811
    imported = take([["Mã", "Tên", "Thời hạn"], ["HN-A", "Cụm A", 50]], "zones", officer)
    zone.term_years = 45
    zone.save()
    with pytest.raises(importing.ImportChanged):
        write(imported, officer)
    imported.refresh_from_db()
    zone.refresh_from_db()
    assert (zone.term_years, imported.state) == (45, Import.State.PREVIEWED)
    assert told(imported)[0].changes == [importing.Change("term_years", "Thời hạn (năm)", "45", "50")]
    write(imported, officer)
    zone.refresh_from_db()
    assert (zone.term_years, zone.note) == (50, "Ghi chú")


def test_an_edit_of_something_else_is_not_undone_by_the_import(officer, zone):  # noqa: F811
    make.zone(code="HN-B", name="Cụm B", managing_agency=officer.agency, note="Cũ")
    rows = [["Mã", "Tên", "Thời hạn", "Ghi chú"], ["HN-A", "Cụm A", 50, "Ghi chú"], ["HN-B", "Cụm B", None, "Mới"]]
    imported = take(rows, "zones", officer)
    zone.place_text = "Xã A"
    zone.save()
    write(imported, officer)
    zone.refresh_from_db()
    assert (zone.term_years, zone.place_text, zone.note) == (50, "Xã A", "Ghi chú")


def test_an_editor_who_read_before_the_import_is_refused_after_it(officer, zone):  # noqa: F811
    read_before = Zone.objects.get(pk=zone.pk)
    write(take([["Mã", "Tên", "Thời hạn"], ["HN-A", "Cụm A", 50]], "zones", officer), officer)
    read_before.note = "Muộn"
    with pytest.raises(ValidationError, match="vừa được người khác sửa"):
        read_before.save()


def test_a_fact_recorded_since_the_preview_is_not_laid_over(officer, zone):  # noqa: F811
    imported = take([FIGURES, ["HN-A", "Cụm A", None, 120, KIND, DAY, "QĐ"]], "zones", officer)
    make.area(zone, value="130", as_of=datetime.date(2026, 3, 1))
    with pytest.raises(importing.ImportChanged):
        write(imported, officer)
    imported.refresh_from_db()
    assert (imported.rejected, ZoneArea.objects.count()) == (1, 1)


def test_only_the_agency_that_handed_in_applies_and_undoes(officer, zone):  # noqa: F811
    imported, stranger = take([["Mã", "Tên", "Thời hạn"], ["HN-A", "Cụm A", 50]], "zones", officer), make.user("editor")
    with pytest.raises(PermissionDenied):
        write(imported, stranger)
    with pytest.raises(PermissionDenied):
        undo(write(imported, officer), stranger)


# Taken back ----------------------------------------------------------------------------------------------------------


def test_undoing_brings_back_what_was_and_takes_away_what_was_added(officer, zone):  # noqa: F811
    old = make.area(zone, value="100", as_of=DAY)
    head = [*HEAD, *FIGURES[2:]]
    rows = [head, ["HN-A", "Cụm Á", "CCN", "HN", 50, None, 120, KIND, DAY, "QĐ"]]
    rows += [["HN-N", "Cụm Mới", "CCN", "HN", 50, "Đang hoạt động", 30, KIND, DAY, "QĐ"]]
    imported = write(take(rows, "zones", officer), officer)
    assert undo(imported, officer).state == Import.State.UNDONE
    again = Zone.objects.on().get(code="HN-A")
    assert (again.name, again.term_years, again.area_ha) == ("Cụm A", 40, 100)
    assert list(Zone.objects.find("cụm a").values_list("code", flat=True)) == ["HN-A"]
    assert not Zone.objects.visible_to(officer).filter(code="HN-N").exists()
    assert [fact.value_ha for fact in zone.areas.in_force()] == [100]
    assert old.pk not in zone.areas.in_force().values_list("pk", flat=True)
    change = RowChange.objects.of(again).first()
    assert change.reason == "Hoàn tác tệp nhập tep.xlsx: Nhầm tệp"


def test_an_undone_file_can_be_applied_again(officer, zone):  # noqa: F811
    content = sheets.xlsx(sheets.Page([["Mã", "Tên", "Thời hạn"], ["HN-A", "Cụm A", 50]]))
    first = importing.upload(ContentFile(content, name="a.xlsx"), what="zones", by=officer)
    undo(write(first, officer), officer)
    second = importing.upload(ContentFile(content, name="a.xlsx"), what="zones", by=officer)
    assert (second.pk != first.pk, second.updated) == (True, 1)
    write(second, officer)
    zone.refresh_from_db()
    assert zone.term_years == 50
    with pytest.raises(ValidationError, match="đã ghi vào sổ"):
        undo(first, officer)


def test_added_facilities_projects_and_documents_go_again(officer, zone):  # noqa: F811
    day = datetime.date(2025, 1, 1)
    files = {
        "facilities": [["Mã", "Tên", "Thành phố", "Số liệu đến ngày", "Nguồn"], ["CS-1", "Xưởng", "HN", day, "Phiếu"]],
        "projects": [
            ["Mã", "Tên dự án", "Mã khu, cụm", "Nguồn vốn", "Tình trạng", "Số liệu đến ngày", "Nguồn"],
            ["DA-1", "Nhà máy", "HN-A", "DDI", "đang hoạt động", day, "GCN"],
        ],
        "documents": [["Loại", "Số, ký hiệu", "Năm"], ["QĐ", "1/QĐ", 2025]],
    }
    applied = [write(take(rows, what, officer), officer) for what, rows in files.items()]
    models = (Facility, TenantProject, Document)
    assert [model.objects.count() for model in models] == [1, 1, 1]
    for imported in applied:
        undo(imported, officer)
    assert [model.objects.count() for model in models] == [0, 0, 0]


def test_nothing_is_undone_when_any_of_it_was_changed_since(officer, zone):  # noqa: F811
    rows = [["Mã", "Tên", "Loại", "Thành phố"], ["HN-N", "Mới", "CCN", "HN"], ["HN-A", "Tên khác", "CCN", "HN"]]
    imported = write(take(rows, "zones", officer), officer)
    zone.refresh_from_db()
    zone.note = "Sửa sau"
    zone.save()
    with pytest.raises(ValidationError) as refused:
        undo(imported, officer)
    assert "khu, cụm: Tên khác" in refused.value.messages
    assert Zone.objects.filter(code="HN-N", withdrawn=False).exists()
    assert Import.objects.get(pk=imported.pk).state == Import.State.APPLIED


def test_a_zone_that_others_have_built_on_is_not_taken_out(officer):  # noqa: F811
    imported = write(take([HEAD, ["HN-N", "Mới", "CCN", "HN", None]], "zones", officer), officer)
    make.project(Zone.objects.get(), name="Nhà máy Sau")
    with pytest.raises(ValidationError) as refused:
        undo(imported, officer)
    assert "dự án thứ cấp: Nhà máy Sau" in refused.value.messages


def test_a_figure_corrected_since_stands_in_the_way(officer, zone):  # noqa: F811
    imported = write(take([FIGURES, ["HN-A", "Cụm A", None, 120, KIND, DAY, "QĐ"]], "zones", officer), officer)
    fact = ZoneArea.objects.get()
    record(ZoneArea(zone=zone, kind="decision", value_ha=121, as_of=DAY, source="QĐ"), by=officer, supersedes=fact)
    with pytest.raises(ValidationError) as refused:
        undo(imported, officer)
    assert any("120 ha" in message for message in refused.value.messages)


def test_facts_of_a_file_are_withdrawn_and_what_they_replaced_stands_again(officer, zone):  # noqa: F811
    old = make.area(zone, value="100", as_of=DAY, source="QĐ 1")
    head = ["Mã số trong sổ", "Mã khu, cụm", "Loại diện tích", "Diện tích", "Từ ngày", "Nguồn"]
    rows = [head, [old.pk, "HN-A", KIND, 105, DAY, "QĐ 1"], [None, "HN-A", "đất công nghiệp", 70, DAY, "QĐ 1"]]
    undo(write(take(rows, "areas", officer), officer), officer)
    assert [(fact.value_ha, fact.source) for fact in zone.areas.in_force()] == [(100, "QĐ 1")]
    assert zone.areas.count() == 4


# At once -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_apply_once(database_for_many, officer):  # noqa: F811
    imported = take([HEAD, ["HN-N", "Mới", "CCN", "HN", None]], "zones", officer)
    told_by = at_once(20, lambda: write(imported, officer))
    assert sorted(told_by) == ["AlreadyApplied"] * 19 + ["Import"]
    assert Zone.objects.count() == 1
    assert RowChange.objects.filter(table="zones_zone", action="insert").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_content_handed_in_by_two_agencies_is_applied_once(database_for_many):
    first, second = make.user("administrator"), make.user("administrator")
    content = sheets.xlsx(
        sheets.Page([[*HEAD, "Cơ quan quản lý"], ["HN-N", "Mới", "CCN", "HN", None, first.agency.name]])
    )
    both = [
        (one, importing.upload(ContentFile(content, name="a.xlsx"), what="zones", by=one)) for one in (first, second)
    ]
    turns = iter(both * 4)
    lock = threading.Lock()

    def one_apply():
        with lock:
            person, imported = next(turns)
        return write(imported, person)

    told_by = at_once(8, one_apply)
    assert sorted(told_by) == ["AlreadyApplied"] * 7 + ["Import"]
    assert Zone.objects.count() == 1


def at_once(times, action):
    """The names of what `times` threads got: the class of the answer, or of the refusal."""
    found, ready = [], threading.Barrier(times)

    def run():
        try:
            ready.wait()
            found.append(type(action()).__name__)
        except Exception as refusal:
            found.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


KILLED = """
import os, sys
import django
django.setup()
from accounts.audit import acting
from accounts.models import User
from zones import importing
from zones.importing import plan
from zones.models import Import, Zone

stored = Zone.objects.bulk_create

def stay(*args, **kwargs):
    made = stored(*args, **kwargs)
    print("written", flush=True)
    os.read(0, 1)
    return made

type(Zone.objects).bulk_create = lambda self, *args, **kwargs: stay(*args, **kwargs)
by = User.objects.get(pk=int(sys.argv[2]))
with acting(by):
    importing.apply(Import.objects.get(pk=int(sys.argv[1])), by=by)
"""


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_in_the_middle_leaves_nothing(database_for_many, officer):  # noqa: F811
    rows = [HEAD, *([f"HN-{n}", f"Cụm {n}", "CCN", "HN", None] for n in range(50))]
    imported = take(rows, "zones", officer)
    with child(imported, officer) as process:
        assert process.stdout.readline().strip() == b"written"
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: Zone.objects.count() == 0)
    imported.refresh_from_db()
    assert imported.state == Import.State.PREVIEWED
    assert not RowChange.objects.filter(table="zones_zone").exists()
    assert write(imported, officer).created == 50


def child(imported, by):
    """A process of its own that stops in the middle of applying, with the rows written but not yet kept."""
    database = connection.settings_dict
    address = f"sqlite:///{database['NAME']}" if connection.vendor == "sqlite" else os.environ["DATABASE_URL"]
    if connection.vendor == "postgresql":
        address = address.rsplit("/", 1)[0] + f"/{database['NAME']}"
    given = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": address, "DJANGO_DEBUG": "1"}
    given |= {"PYTHONPATH": str(django_settings.BASE_DIR), "LOG_LEVEL": "ERROR"}
    given["DATA_DIR"] = str(Path(django_settings.MEDIA_ROOT).parent)
    command = [sys.executable, "-c", KILLED, str(imported.pk), str(by.pk)]
    return subprocess.Popen(
        command, env=os.environ | given, cwd=django_settings.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def wait_until(answer, seconds=10):
    until = time.monotonic() + seconds
    while not answer() and time.monotonic() < until:
        time.sleep(0.1)
    assert answer()
