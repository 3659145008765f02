"""The pages of imported files: an officer hands in a sheet, looks, mends, writes it down, takes it back."""

import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.zones.sheet_files import csv_file, xlsx_file
from zones.models import Import, Zone

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
HEAD = ("Mã", "Tên", "Thời hạn (năm)")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(client):
    person = make.user("editor")
    client.force_login(person)
    return person


@pytest.fixture
def zone(officer):
    return make.zone(code="HN-CCN-A", name="Cụm công nghiệp A", managing_agency=officer.agency, term_years=40)


def hand_in(client, file, what="zones"):
    return client.post(reverse("zones:import_new"), {"what": what, "file": file}, follow=True)


def apply(client, **given):
    imported = Import.objects.latest("pk")
    given.setdefault("plan", imported.plan_sha256)
    return client.post(reverse("zones:import_apply", args=[imported.pk]), given, follow=True)


def text(response):
    """What the page says, each run of blanks as one."""
    return " ".join(response.content.decode().split())


def one_change(years="50"):
    return csv_file(HEAD, ("HN-CCN-A", "Cụm công nghiệp A", years))


def one_bad_one_good():
    return csv_file(HEAD, ("HN-CCN-A", "Cụm công nghiệp A", "50"), ("HN-CCN-B", "Cụm công nghiệp B", "năm mươi"))


def test_a_file_is_looked_at_first_and_written_down_as_a_whole(client, zone):
    seen = hand_in(client, one_change())
    assert '<del><span class="unseen">trước là </span>40</del>' in text(seen)
    zone.refresh_from_db()
    assert zone.term_years == 40

    written = apply(client)
    zone.refresh_from_db()
    assert zone.term_years == 50
    assert "Đã ghi vào sổ" in text(written)
    assert "khu.csv" in text(client.get(reverse("zone", args=["HN-CCN-A"])))


def test_what_a_file_has_added_leads_to_its_page_and_history(client, officer):
    seen = text(
        hand_in(
            client, csv_file((*HEAD, "Loại", "Thành phố"), ("HN-CCN-MOI", "Cụm công nghiệp Mới", "50", "CCN", "HN"))
        )
    )
    page = reverse("zone", args=["HN-CCN-MOI"])
    assert page not in seen
    assert f'href="{page}#history"' in text(apply(client))
    assert "khu.csv" in text(client.get(page))


def test_an_administrator_is_led_to_every_row_that_the_file_has_changed(client, zone):
    hand_in(client, one_change())
    apply(client)
    client.force_login(make.administrator())
    seen = client.get(reverse("zones:import", args=[Import.objects.get().pk]))
    assert "Mọi dòng đã đổi" in text(seen)
    assert client.get(seen.context["history"]).context["cl"].result_count >= 1


def test_errors_stand_first_with_their_cell_and_stop_the_file(client, zone):
    seen = text(hand_in(client, one_bad_one_good()))
    assert seen.index('id="rejected"') < seen.index('id="updated"')
    assert "C3</strong>" in seen
    assert "Ghi, bỏ qua 1 dòng lỗi" in seen
    assert "Ghi vào sổ</button>" not in seen

    apply(client)
    zone.refresh_from_db()
    assert zone.term_years == 40


def test_bad_rows_are_left_out_when_the_officer_says_so_and_that_stays_visible(client, zone):
    hand_in(client, one_bad_one_good())
    written = apply(client, skip_rejected="1")
    zone.refresh_from_db()
    assert zone.term_years == 50
    assert "đã bỏ qua 1 dòng lỗi" in text(written)
    assert Import.objects.get().skip_rejected


def test_the_list_of_errors_names_the_cells_and_gives_the_rows_back_to_be_mended(client, zone):
    hand_in(client, one_bad_one_good())
    answer = client.get(reverse("zones:import_errors", args=[Import.objects.get().pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    reasons, rows = (list(sheet.values) for sheet in book)
    assert reasons[1][0] == 3
    assert reasons[1][1].endswith("C3")
    assert reasons[1][2] == "Thời hạn"
    assert rows == [HEAD, ("HN-CCN-B", "Cụm công nghiệp B", "năm mươi")]


def test_the_list_of_errors_is_handed_in_again_as_it_is(client, zone):
    hand_in(client, one_bad_one_good())
    answer = client.get(reverse("zones:import_errors", args=[Import.objects.get().pk]))
    mended = SimpleUploadedFile("khu.xlsx", b"".join(answer.streaming_content))
    assert "Dòng cần sửa!C2</strong>" in text(hand_in(client, mended))


def test_a_file_without_errors_has_no_list_of_them(client, zone):
    hand_in(client, one_change())
    assert client.get(reverse("zones:import_errors", args=[Import.objects.get().pk])).status_code == 404


def test_of_several_sheets_the_officer_says_which_is_meant(client, zone):
    rows = [HEAD, ("HN-CCN-A", "Cụm công nghiệp A", 50)]
    seen = text(hand_in(client, xlsx_file(**{"Quý I": rows, "Quý II": rows})))
    assert "Dữ liệu nằm ở trang tính nào?" in seen
    imported = Import.objects.get()
    step = reverse("zones:import_sheet", args=[imported.pk])
    assert "Cần sửa trước khi ghi" in text(client.post(step, {"sheet": "Quý III"}))
    assert "trang tính “Quý II”" in text(client.post(step, {"sheet": "Quý II"}, follow=True))


def test_a_file_that_cannot_be_read_says_why_and_offers_no_way_to_write_it(client, officer):
    seen = text(hand_in(client, csv_file(("Tên", "Cột lạ"), ("A", "b"))))
    assert "Không đọc được tệp này" in seen
    assert Import.objects.get().problem.split(".")[0] in seen
    assert reverse("zones:import_apply", args=[Import.objects.get().pk]) not in seen


@pytest.mark.parametrize("name", ["khu.pdf", "khu.xls", "khu"])
def test_an_ending_that_is_never_read_is_refused_in_the_form(client, officer, name):
    assert "Chỉ đọc được tệp xlsx, ods, csv hoặc geojson." in text(hand_in(client, csv_file(HEAD, name=name)))
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused_in_the_form(client, officer, settings):
    settings.UPLOAD_MAX_BYTES = 20
    assert "Tệp lớn hơn" in text(hand_in(client, one_change()))
    assert not Import.objects.exists()


def test_what_has_changed_since_the_preview_is_looked_at_again(client, zone):
    hand_in(client, one_change())
    zone.term_years = 45
    zone.save()
    seen = text(apply(client))
    zone.refresh_from_db()
    assert zone.term_years == 45
    assert "trước là </span>45</del>" in seen
    assert 'class="messages"' in seen

    apply(client)
    zone.refresh_from_db()
    assert zone.term_years == 50


def test_a_page_that_was_opened_before_the_preview_was_renewed_writes_nothing(client, zone):
    hand_in(client, one_change())
    assert "Hãy xem lại rồi ghi" in text(apply(client, plan="0" * 64))
    zone.refresh_from_db()
    assert zone.term_years == 40


def test_the_same_file_again_leads_to_the_one_that_is_in_the_register(client, zone, officer):
    hand_in(client, one_change())
    apply(client)
    seen = text(hand_in(client, one_change()))
    assert Import.objects.count() == 1
    assert f"{officer} ghi lúc" in seen


def test_a_second_click_on_the_button_changes_nothing(client, zone):
    hand_in(client, one_change())
    apply(client)
    assert 'class="messages"' in text(apply(client))
    zone.refresh_from_db()
    assert zone.version == 2


def test_a_file_is_taken_back_as_a_whole_with_a_reason(client, zone):
    hand_in(client, one_change())
    apply(client)
    undo = reverse("zones:import_undo", args=[Import.objects.get().pk])
    assert "Lý do" in text(client.post(undo, {"reason": ""}))
    seen = text(client.post(undo, {"reason": "Nhầm tệp"}, follow=True))
    zone.refresh_from_db()
    assert zone.term_years == 40
    assert "lý do: Nhầm tệp" in seen


def test_what_was_changed_since_keeps_the_file_from_being_taken_back(client, zone):
    hand_in(client, one_change())
    apply(client)
    zone.refresh_from_db()
    zone.term_years = 45
    zone.save()
    answer = client.post(reverse("zones:import_undo", args=[Import.objects.get().pk]), {"reason": "Nhầm tệp"})
    assert "khu, cụm: Cụm công nghiệp A" in text(answer)
    assert Import.objects.get().state == "applied"


def test_a_file_that_says_what_the_register_says_has_nothing_to_write(client, zone):
    seen = text(hand_in(client, one_change("40")))
    assert "Không có gì để ghi" in seen
    assert "Ghi vào sổ</button>" not in seen


def test_a_file_without_a_row_of_data_says_so(client, officer):
    assert "Tệp không có dòng số liệu nào." in text(hand_in(client, csv_file(HEAD)))


def test_one_outcome_is_read_page_by_page(client, officer):
    zones = make.many_zones(201, managing_agency=officer.agency)
    hand_in(client, csv_file(HEAD, *((zone.code, zone.name, "50") for zone in zones)))
    page = reverse("zones:import", args=[Import.objects.get().pk])
    assert text(client.get(page)).count('<th scope="row">') == 50
    assert text(client.get(page, {"outcome": "updated"})).count('<th scope="row">') == 200
    assert text(client.get(page, {"outcome": "updated", "page": 2})).count('<th scope="row">') == 1


def test_the_list_tells_who_brought_which_file_and_what_became_of_it(client, zone, officer):
    hand_in(client, one_change())
    listing = reverse("zones:imports")
    seen = text(client.get(listing))
    assert "khu.csv" in seen
    assert str(officer) in seen
    assert "khu.csv" not in text(client.get(listing, {"state": "applied"}))


def test_the_list_and_a_page_need_as_many_statements_for_thirty_files_as_for_three(client, officer):
    addresses = {"zones:imports": "/imports/", "api imports": "/api/v1/imports"}
    client.get("/imports/")  # the first request of a session writes down when it began
    for wanted in (3, 27):
        files = [make.imported(officer.agency) for _ in range(wanted)]
        addresses["zones:import"] = f"/imports/{files[0].pk}/"
        assert {name: counted(client, address) for name, address in addresses.items()} == {
            name: COUNTS[name] for name in addresses
        }


def counted(client, address):
    client.get("/healthz")  # that the session is in use is noted once a minute
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_file_itself_comes_back_as_it_was_handed_in(client, zone):
    hand_in(client, one_change())
    answer = client.get(reverse("zones:import_file", args=[Import.objects.get().pk]))
    assert b"".join(answer.streaming_content) == one_change().read()
    assert answer["Content-Disposition"] == 'attachment; filename="khu.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("what", Import.What.values)
def test_every_kind_has_a_form_to_fill(client, officer, what):
    answer = client.get(reverse("zones:import_template", args=[what]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert next(book.worksheets[0].values)


@pytest.mark.parametrize("what", ["zones", "facilities", "projects", "documents"])
def test_every_list_leads_whoever_may_edit_to_its_import(client, officer, what):
    link = f"{reverse('zones:import_new')}?what={what}"
    assert link in text(client.get(f"/{what}/"))
    client.force_login(make.user("viewer"))
    assert link not in text(client.get(f"/{what}/"))


@pytest.mark.parametrize("role", ["viewer", "city", "auditor"])
def test_whoever_may_not_edit_is_told_so_in_words(client, role):
    client.force_login(make.user(role))
    answer = client.get(reverse("zones:import_new"))
    assert answer.status_code == 403
    assert "Bạn chưa được phép làm việc này" in text(answer)


def test_an_agency_sees_its_own_files_only_while_auditors_see_all(client, zone, officer):
    hand_in(client, one_change())
    imported = Import.objects.get()
    for role, agency, status in [
        ("editor", make.agency(), 404),
        ("viewer", officer.agency, 200),
        ("auditor", None, 200),
    ]:
        client.force_login(make.user(role, agency=agency))
        assert client.get(reverse("zones:import", args=[imported.pk])).status_code == status
        assert ("khu.csv" in text(client.get(reverse("zones:imports")))) == (status == 200)


def test_rows_of_another_agency_are_rejected(client, officer):
    make.zone(code="HN-CCN-A", name="Cụm công nghiệp A", term_years=40)
    assert "Ghi vào sổ</button>" not in text(hand_in(client, one_change()))
    assert Import.objects.get().rejected == 1
    assert Zone.objects.get(code="HN-CCN-A").term_years == 40
