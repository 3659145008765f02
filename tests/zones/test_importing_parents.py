"""A row may name a parent zone that another row of the same file brings, in whatever order the rows stand."""

import itertools

import pytest
from django.core.exceptions import ValidationError

from accounts.models import RowChange
from tests import factories as make
from tests.zones.test_importing import officer, reasons, take, told, write  # noqa: F401 (a fixture is found by its name)
from zones import importing
from zones.models import Zone

pytestmark = pytest.mark.django_db
HEAD = ["Mã", "Tên", "Loại", "Thành phố", "Mã khu gốc", "Quan hệ với khu gốc"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def row(code, parent=None, relation="mở rộng của"):
    return [code, f"Cụm {code}", "CCN", "HN", parent, parent and relation]


def parents():
    return dict(Zone.objects.filter(withdrawn=False).values_list("code", "parent__code"))


@pytest.mark.parametrize(
    "rows",
    list(itertools.permutations([row("HN-A"), row("HN-B", "HN-A"), row("HN-C", "HN-B"), row("HN-D", "HN-A")]))[::2],
)
def test_in_every_order_of_the_rows_the_same_is_written(officer, rows):  # noqa: F811
    imported = take([HEAD, *rows], "zones", officer)
    assert (imported.created, imported.rejected) == (4, 0)
    told_of = {one.label.split()[0]: {change.column: change.new for change in one.changes} for one in told(imported)}
    assert told_of["HN-C"]["parent"] == "Cụm HN-B"
    write(imported, officer)
    assert parents() == {"HN-A": None, "HN-B": "HN-A", "HN-C": "HN-B", "HN-D": "HN-A"}
    assert not RowChange.objects.filter(table="zones_zone", action="update").exists()


def test_the_parent_may_be_named_by_its_name_and_a_known_zone_may_get_a_new_one(officer):  # noqa: F811
    make.zone(code="HN-CU", name="Cụm Cũ", managing_agency=officer.agency)
    head = [*HEAD[:4], "Khu gốc", HEAD[5]]
    rows = [["HN-CU", "Cụm Cũ", "CCN", "HN", "cụm hn-a", "giai đoạn của"], row("HN-A")]
    imported = take([head, *rows], "zones", officer)
    assert [one.outcome for one in told(imported)] == ["updated", "created"]
    assert ("Khu gốc", "", "Cụm HN-A") in [(one.title, one.old, one.new) for one in told(imported)[0].changes]
    write(imported, officer)
    assert parents() == {"HN-CU": "HN-A", "HN-A": None}
    again = take([head, *rows, []], "zones", officer, name="b.xlsx")
    assert [one.outcome for one in told(again)] == ["unchanged", "unchanged"]
    importing.undo(imported, by=officer, reason="Nhầm tệp")
    assert parents() == {"HN-CU": None}


@pytest.mark.parametrize(
    "rows",
    [
        [row("HN-A", "HN-A")],
        [row("HN-A", "HN-B"), row("HN-B", "HN-A")],
        [row("HN-A", "HN-B"), row("HN-B", "HN-C"), row("HN-C", "HN-A")],
    ],
)
def test_zones_that_name_each_other_in_a_circle_are_refused_by_cell(officer, rows):  # noqa: F811
    imported = take([HEAD, *rows, row("HN-X")], "zones", officer)
    assert (imported.rejected, imported.created) == (len(rows), 1)
    refused = reasons(imported)
    assert [cell for cell, _words in refused] == [f"Sheet1!E{line}" for line in range(2, len(rows) + 2)]
    assert all("Khu gốc đi vòng: HN-" in words for _cell, words in refused)
    write(imported, officer, skip_rejected=True)
    assert parents() == {"HN-X": None}


def test_a_circle_that_closes_in_the_register_is_refused(officer):  # noqa: F811
    top = make.zone(code="HN-TREN", name="Trên", managing_agency=officer.agency)
    make.zone(code="HN-DUOI", name="Dưới", managing_agency=officer.agency, parent=top, relation="phase")
    rows = [["HN-TREN", "Trên", "CCN", "HN", "HN-A", "mở rộng của"], row("HN-A", "HN-DUOI")]
    imported = take([HEAD, *rows], "zones", officer)
    assert [one.outcome for one in told(imported)] == ["rejected", "rejected"]
    assert all("đi vòng" in words for _cell, words in reasons(imported))


def test_what_stands_below_a_rejected_row_is_rejected_with_it(officer):  # noqa: F811
    make.zone(code="HN-CU", name="Cụm Cũ", managing_agency=officer.agency)
    bad = ["HN-A", "Cụm A", "không rõ", "HN", None, None]
    rows = [row("HN-C", "HN-B"), row("HN-B", "HN-A"), bad, ["HN-CU", "Cụm Cũ", "CCN", "HN", "HN-C", "mở rộng của"]]
    imported = take([HEAD, *rows, row("HN-X")], "zones", officer)
    assert [one.outcome for one in told(imported)] == ["rejected"] * 4 + ["created"]
    assert ("Sheet1!E3", "Khu gốc HN-A ở dòng 4 có lỗi; sửa dòng ấy trước.") in reasons(imported)
    assert ("Sheet1!E5", "Khu gốc HN-C ở dòng 2 có lỗi; sửa dòng ấy trước.") in reasons(imported)
    write(imported, officer, skip_rejected=True)
    assert parents() == {"HN-X": None, "HN-CU": None}


def test_a_parent_that_came_since_the_preview_is_looked_at_again(officer):  # noqa: F811
    imported = take([HEAD, row("HN-B", "HN-A"), row("HN-A")], "zones", officer)
    make.zone(code="HN-A", name="Cụm HN-A", kind="CCN", managing_agency=officer.agency)
    with pytest.raises(importing.ImportChanged):
        write(imported, officer)
    imported.refresh_from_db()
    write(imported, officer)
    assert parents() == {"HN-A": None, "HN-B": "HN-A"}


def test_many_generations_and_many_children_are_written(officer):  # noqa: F811
    chain = [row(f"HN-{n}", f"HN-{n - 1}" if n else None) for n in reversed(range(200))]
    write(take([HEAD, *chain], "zones", officer), officer)
    held = parents()
    assert all(held[f"HN-{n}"] == f"HN-{n - 1}" for n in range(1, 200))


def test_taking_the_file_back_takes_parents_and_parts(officer):  # noqa: F811
    imported = write(take([HEAD, row("HN-B", "HN-A"), row("HN-A")], "zones", officer), officer)
    later = make.zone(code="HN-SAU", name="Sau", managing_agency=officer.agency, parent=Zone.objects.get(code="HN-A"),
                      relation="phase")  # fmt: skip
    with pytest.raises(ValidationError, match="Sau"):
        importing.undo(imported, by=officer, reason="Nhầm tệp")
    later.delete()
    importing.undo(imported, by=officer, reason="Nhầm tệp")
    assert parents() == {}
