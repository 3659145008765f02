"""Obstacles leave as files and are read back; they are kept in the admin; what was told of them is only read there."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.audit import acting
from accounts.models import Notice
from planning.models import Obstacle
from reports.exporting import LISTINGS
from tests import factories as make
from zones import importing

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 1)
HEAD = [
    "Mã",
    "Vướng mắc",
    "Nguyên nhân",
    "Mã khu, cụm",
    "Mã cơ quan tháo gỡ",
    "Ngày nêu",
    "Ngày dự kiến ban đầu",
    "Nguồn",
]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner():
    """An editor of the commune that has to remove VM-1 and two others."""
    editor = make.user("editor", agency=make.agency(code="XA", city="HN"))
    zone, raiser = make.zone(code="LY", name="CCN Lại Yên"), make.agency(code="SCT", city="HN")
    one = make.obstacle(code="VM-1", agency=editor.agency, raised_by=raiser, zone=zone, raised_on=DAY)
    make.obstacle_update(one, on=DAY, expected_on=datetime.date(2026, 9, 30))
    make.obstacle(agency=editor.agency, document=make.document(), source="", note="=1+1", detail="Dòng một\nDòng hai")
    hidden = {"document": make.document(publicity="restricted"), "zone": make.zone(publicity="restricted")}
    make.obstacle(agency=editor.agency, source="", **hidden)
    make.obstacle(agency=editor.agency, dossier=make.dossier(zone), first_expected_on=datetime.date(2026, 12, 31))
    return editor


def fetched(client, ending):
    return b"".join(client.get(f"/export/obstacles.{ending}").streaming_content)


def handed_in(by, content=None, *rows, ending="csv", head=HEAD):
    if content is None:
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        content = text.getvalue().encode()
    return importing.upload(ContentFile(content, f"vuong-mac.{ending}"), what="obstacles", by=by)


def outcomes(imported):
    return {name: getattr(imported, name) for name in ("created", "updated", "unchanged", "rejected")}


def refusals(imported):
    return [refusal.message for row in importing.outcomes(imported).rows() for refusal in row.refusals]


# Files ----------------------------------------------------------------------------------------------------------------


def test_the_list_leaves_as_excel_and_csv_without_what_is_hidden(client, owner):
    client.force_login(owner)
    head, *rows = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx"))).worksheets[0].values
    assert list(head) == [column.heading for column in LISTINGS["obstacles"].columns]
    text = fetched(client, "csv").decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) - 1 == len(rows) == 4
    closed = Obstacle.objects.get(zone__publicity="restricted")
    assert closed.zone.name not in text and closed.zone.code not in text
    assert "khu, hồ sơ hạn chế" in text


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_was_exported_changes_nothing_when_it_is_read_back(client, owner, ending):
    client.force_login(owner)
    imported = handed_in(owner, fetched(client, ending), ending=ending)
    assert outcomes(imported) == {"created": 0, "updated": 0, "unchanged": 4, "rejected": 0}, refusals(imported)


def test_a_file_adds_and_corrects_and_is_taken_back(owner):
    held = Obstacle.objects.get(code="VM-1")
    corrected = ["VM-1", "Còn 5 hộ", "giải phóng mặt bằng", "LY", "XA", "01/03/2026", "30/06/2026", "Sổ"]
    new = ["VM-HN-2026-007", "Thiếu vốn", "vốn", "LY", "XA", "02/03/2026", "31/12/2026", "Sổ"]
    imported = handed_in(owner, None, corrected, new)
    assert outcomes(imported) == {"created": 1, "updated": 1, "unchanged": 0, "rejected": 0}, refusals(imported)
    with acting(owner):
        importing.apply(imported, by=owner)
    made = Obstacle.objects.get(code="VM-HN-2026-007")
    assert (made.expected_on, made.cause, made.city) == (datetime.date(2026, 12, 31), "capital", "HN")
    held.refresh_from_db()
    assert (held.title, held.first_expected_on.month, held.expected_on.month) == ("Còn 5 hộ", 6, 9)
    with acting(owner):
        importing.undo(imported, by=owner, reason="Nhầm")
    held.refresh_from_db()
    assert (held.title, held.first_expected_on) == ("Còn 12 hộ chưa nhận tiền", None)
    assert not Obstacle.objects.filter(code="VM-HN-2026-007").exists()


def test_a_file_raises_what_another_agency_has_to_remove_and_that_one_is_told(owner):
    raiser = make.user("editor", agency=make.agency(code="KHAC", city="HN"))
    imported = handed_in(raiser, None, ["VM-9", "Thiếu vốn", "vốn", "LY", "XA", "02/03/2026", "", "Sổ"])
    with acting(raiser):
        importing.apply(imported, by=raiser)
    assert Obstacle.objects.get(code="VM-9").raised_by == raiser.agency
    assert [(told.user, told.kind) for told in Notice.objects.all()] == [(owner, "obstacle_given")]
    with acting(raiser), pytest.raises(PermissionDenied):
        importing.undo(imported, by=raiser, reason="Nhầm")
    assert Obstacle.objects.filter(code="VM-9").exists()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["VM-1", "Nhẹ hơn", "vốn", "LY", "XA", "01/03/2026", "", "Sổ"], "chỉ cơ quan quản lý"),
        (["VM-2", "Không nơi", "vốn", "", "XA", "01/03/2026", "", "Sổ"], "chọn khu, cụm hoặc hồ sơ"),
        (["VM-2", "Không nguồn", "vốn", "LY", "XA", "01/03/2026", "", ""], "nguồn"),
        (["VM-2", "Nguyên nhân lạ", "thời tiết", "LY", "XA", "01/03/2026", "", "Sổ"], "thời tiết"),
        (["VM-2", "Không có xã", "vốn", "LY", "XAX", "01/03/2026", "", "Sổ"], "không có cơ quan nào"),
        (["VM-2", "Xong trước khi nêu", "vốn", "LY", "XA", "01/03/2026", "28/02/2026", "Sổ"], "trước ngày nêu"),
        (["VM-2", "Không ngày", "vốn", "LY", "XA", "", "", "Sổ"], "không thể để trống"),
    ],
)
def test_a_row_that_makes_no_obstacle_is_refused(owner, row, why):
    raiser = make.user("editor", agency=Obstacle.objects.get(code="VM-1").raised_by)
    imported = handed_in(raiser, None, row)
    assert outcomes(imported)["rejected"] == 1
    assert why in " ".join(refusals(imported)).lower()


def test_obstacles_have_a_form_to_fill(client, owner):
    client.force_login(owner)
    form = b"".join(client.get("/imports/templates/obstacles.xlsx").streaming_content)
    assert "Vướng mắc" in " ".join(next(openpyxl.load_workbook(io.BytesIO(form)).worksheets[0].values))


# The admin ------------------------------------------------------------------------------------------------------------


def address(model, page, *args):
    return reverse(f"admin:planning_{model}_{page}", args=args)


@pytest.fixture
def admin(client):
    client.force_login(make.administrator())
    return client


def form_of(obstacle, **given):
    """What the page of an obstacle posts."""
    said = {"code": obstacle.code, "title": obstacle.title, "cause": "clearance", "publicity": "internal"}
    said |= {"zone": obstacle.zone_id, "agency": obstacle.agency_id, "raised_on": "01/03/2026", "source": "Sổ"}
    return said | {"version_read": obstacle.version, "updates-TOTAL_FORMS": 0, "updates-INITIAL_FORMS": 0} | given


def test_an_obstacle_is_put_down_and_handed_over_and_each_agency_is_told(admin, owner):
    new = Obstacle(code="VM-9", title="Thiếu vốn", zone=make.zone(), agency=owner.agency)
    assert admin.post(address("obstacle", "add"), form_of(new, first_expected_on="30/06/2026")).status_code == 302
    made = Obstacle.objects.get(code="VM-9")
    assert made.expected_on == datetime.date(2026, 6, 30)
    other = make.user("editor")
    path = address("obstacle", "change", made.pk)
    assert admin.post(path, form_of(made, agency=other.agency_id)).status_code == 302
    assert admin.post(path, form_of(Obstacle.objects.get(pk=made.pk), agency=other.agency_id)).status_code == 302
    assert [told.user for told in Notice.objects.order_by("pk")] == [owner, other]


def test_what_was_told_is_read_and_not_written_and_its_obstacle_stays(admin, owner):
    obstacle = Obstacle.objects.get(code="VM-1")
    update = obstacle.updates.get()
    assert admin.get(address("obstacleupdate", "change", update.pk)).status_code == 200
    for page in ("change", "delete"):
        assert admin.post(address("obstacleupdate", page, update.pk), {"text": "x"}).status_code == 403
    assert update.text in admin.get(address("obstacle", "change", obstacle.pk)).content.decode()
    admin.post(address("obstacle", "delete", obstacle.pk), {"post": "yes"})
    assert Obstacle.objects.filter(code="VM-1").exists()
    admin.post(address("obstacle", "change", obstacle.pk), form_of(obstacle, resolved_on="01/04/2026"))
    assert Obstacle.objects.get(code="VM-1").resolved_on is None
