"""After a file is written down: rows that were left out are mended, and each row leads to where it stands."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories as make
from tests.zones import sheets
from tests.zones.sheet_files import csv_file
from tests.zones.test_import_pages import HEAD, apply, hand_in, media, officer, text, zone  # noqa: F401 (fixtures too)
from zones.models import Document, Facility, Import, Zone

pytestmark = pytest.mark.django_db


def mended(client, change):
    """The list of errors of the last file, with `change` made in its rows, as it is handed in again."""
    answer = client.get(reverse("zones:import_errors", args=[Import.objects.latest("pk").pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    change(book.worksheets[1])
    packed = io.BytesIO()
    book.save(packed)
    return SimpleUploadedFile("sua.xlsx", packed.getvalue())


def test_the_rows_that_were_left_out_are_mended_and_handed_in_without_undoing_the_others(client, zone, officer):  # noqa: F811
    head = (*HEAD, "Loại", "Thành phố")
    hand_in(client, csv_file(head, ("HN-CCN-A", "Cụm công nghiệp A", "50", "CCN", "HN"),
                             ("HN-CCN-B", "Cụm công nghiệp B", "năm mươi", "CCN", "HN")))  # fmt: skip
    assert "Không cần hoàn tác tệp này" in text(apply(client, skip_rejected="1"))

    def mend(sheet):
        sheet["C2"] = 60

    seen = text(hand_in(client, mended(client, mend)))
    assert "trang tính “Dòng cần sửa”" in seen
    apply(client)
    assert dict(Zone.objects.values_list("code", "term_years")) == {"HN-CCN-A": 50, "HN-CCN-B": 60}
    assert [one.state for one in Import.objects.all()] == ["applied", "applied"]


def test_rows_that_only_missed_something_in_the_register_are_handed_in_as_they_are(client, zone, officer):  # noqa: F811
    rows = [("Mã", "Tên", "Thành phố", "Mã khu, cụm tiếp nhận", "Số liệu đến ngày", "Nguồn"),
            ("CS-1", "Xưởng 1", "HN", "HN-CCN-A", "1/1/2026", "Phiếu"),
            ("CS-2", "Xưởng 2", "HN", "HN-CCN-SAU", "1/1/2026", "Phiếu")]  # fmt: skip
    hand_in(client, csv_file(*rows), "facilities")
    apply(client, skip_rejected="1")
    make.zone(code="HN-CCN-SAU", name="Cụm Sau", managing_agency=officer.agency)
    hand_in(client, mended(client, lambda sheet: None), "facilities")
    apply(client)
    assert dict(Facility.objects.values_list("code", "destination__code")) == {
        "CS-1": "HN-CCN-A",
        "CS-2": "HN-CCN-SAU",
    }


def test_each_figure_of_a_file_leads_to_the_place_where_it_stands(client, zone, officer):  # noqa: F811
    heads = ("Mã khu", "Loại diện tích", "Diện tích", "Từ ngày", "Nguồn")
    hand_in(client, csv_file(heads, ("HN-CCN-A", "Đất công nghiệp", "20", "1/1/2026", "Báo cáo")), "areas")
    page = reverse("zone", args=["HN-CCN-A"])
    assert f'href="{page}#areas"' in text(apply(client))
    assert 'id="areas"' in text(client.get(page))
    indicator = make.indicator()
    heads = ("Mã chỉ tiêu", "Mã khu, cụm", "Giá trị", "Từ ngày", "Nguồn")
    hand_in(client, csv_file(heads, (indicator.code, "HN-CCN-A", "5", "1/1/2026", "Báo cáo")), "measurements")
    assert f'href="{page}#measurements"' in text(apply(client))
    assert 'id="measurements"' in text(client.get(page))


def test_each_new_document_of_a_file_leads_to_its_page(client, officer):  # noqa: F811
    heads = ("Loại", "Số, ký hiệu", "Năm", "Nguồn", "Thành phố")
    rows = [("QĐ", f"{n}/QĐ-UBND", "2025" if n != 40 else "hai nghìn", "Công báo", "HN") for n in range(1, 61)]
    hand_in(client, csv_file(heads, *rows), "documents")
    seen = text(apply(client, skip_rejected="1"))
    for number in ("1/QĐ-UBND", "39/QĐ-UBND", "41/QĐ-UBND", "50/QĐ-UBND"):
        document = Document.objects.get(number=number)
        assert f'href="{reverse("zones:document", args=[document.pk])}#history">{document}</a>' in seen
    Document.objects.get(number="2/QĐ-UBND").delete()
    page = client.get(reverse("zones:import", args=[Import.objects.get().pk]), {"outcome": "created"})
    rows = {row.label.split("/")[0]: row.href for part in page.context["parts"] for row in part["rows"]}
    assert rows["2"].startswith("#") or not rows["2"]
    assert rows["60"] == f"{reverse('zones:document', args=[Document.objects.get(number='60/QĐ-UBND').pk])}#history"


def test_what_is_hidden_in_a_file_is_said_on_its_page(client, zone):  # noqa: F811
    page = sheets.Page([HEAD, ("HN-CCN-A", "Cụm công nghiệp A", 50)], name="Số liệu")
    hidden = sheets.Page([HEAD, ("HN-CCN-A", "Cụm công nghiệp A", 60)], name="Năm trước", hidden=True)
    seen = text(hand_in(client, SimpleUploadedFile("khu.xlsx", sheets.xlsx(page, hidden))))
    assert "Không đọc 1 trang tính bị ẩn: “Năm trước”." in seen
    assert "Không đọc 1 trang tính bị ẩn" in text(apply(client))
