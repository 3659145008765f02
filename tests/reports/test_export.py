"""Lists as files: exactly the filtered rows in the order shown, each value as what it is, each file with its basis."""

import csv
import datetime
import io
import json

import openpyxl
import pytest
import shapely.geometry
from django.core.files.base import ContentFile

from tests import factories as make
from zones import importing
from zones.listings import LISTINGS
from zones.models import Zone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reader(client):
    person = make.user("viewer")
    client.force_login(person)
    return person


def fetch(client, address, **asked):
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.headers.get("Location")
    return b"".join(answer.streaming_content)


def csv_rows(client, what, **asked):
    return list(csv.DictReader(io.StringIO(fetch(client, f"/export/{what}.csv", **asked).decode("utf-8-sig"))))


def workbook(client, what, **asked):
    return openpyxl.load_workbook(io.BytesIO(fetch(client, f"/export/{what}.xlsx", **asked)))


def sheet_rows(book):
    head, *rows = book.worksheets[0].iter_rows()
    titles = [cell.value for cell in head]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def features(client, what, **asked):
    return json.loads(fetch(client, f"/export/{what}.geojson", **asked))


def test_every_format_holds_the_filtered_rows_of_all_pages_in_the_order_shown(client, reader):
    make.many_zones(120)
    make.zone()
    asked = {"kind": "KCN", "ordering": "-name", "page": "2", "page_size": "10"}
    expected = list(Zone.objects.filter(kind="KCN").order_by("-name_sort").values_list("code", flat=True))
    assert len(expected) == 120
    assert [row["Mã"] for row in csv_rows(client, "zones", **asked)] == expected
    assert [row["Mã"].value for row in sheet_rows(workbook(client, "zones", **asked))] == expected
    assert [feature["id"] for feature in features(client, "zones", **asked)["features"]] == expected


def test_a_file_holds_nothing_that_the_reader_may_not_see(client, reader):
    hidden = make.zone(name="Khu kín", publicity="restricted")
    make.zone(name="Khu mở rộng", parent=hidden, relation="expansion")
    secret = make.document(number="99/QĐ-MẬT", publicity="restricted")
    make.facility(document=secret, source="", destination=hidden)
    for address in ("zones.csv", "zones.geojson", "facilities.csv", "facilities.geojson", "documents.csv"):
        sent = fetch(client, f"/export/{address}").decode()
        assert "Khu kín" not in sent
        assert "99/QĐ-MẬT" not in sent
    assert csv_rows(client, "facilities")[0]["Văn bản"] == "văn bản hạn chế"


def test_excel_gets_numbers_days_and_text_as_what_they_are(client, reader):
    zone = make.zone(name="=HYPERLINK(1)", source_on=datetime.date(2024, 5, 6), term_years=50, note="+84 24")
    make.area(zone, value="1234.5678")
    make.status(zone, "yes", aspect="established")
    [row] = sheet_rows(workbook(client, "zones"))
    assert (row["Diện tích (ha)"].value, row["Diện tích (ha)"].data_type) == (1234.5678, "n")
    assert row["Ngày của nguồn"].is_date
    assert row["Ngày của nguồn"].value.date() == datetime.date(2024, 5, 6)
    assert row["Thời hạn (năm)"].value == 50
    assert (row["Tên"].value, row["Tên"].data_type) == ("=HYPERLINK(1)", "s")
    assert (row["Ghi chú"].value, row["Ghi chú"].data_type) == ("+84 24", "s")
    assert row["Đã thành lập"].value == "Có"
    assert row["Đất công nghiệp (ha)"].value is None


def test_excel_says_on_its_second_sheet_what_the_file_is(client, reader):
    make.area(make.zone(kind="KCN"), value="10")
    make.area(make.zone(kind="KCN"), value="5", as_of=datetime.date(2026, 1, 1))
    book = workbook(client, "zones", kind="KCN", city="HN", as_of="2025-12-31")
    said = [(row[0].value, row[1].value) for row in book.worksheets[1].iter_rows()]
    assert ("Số dòng", 1) in said
    assert ("Số liệu đến ngày", "Số liệu đến ngày 31/12/2025.") in said
    assert ("Điều kiện lọc", "Thành phố: Hà Nội") in said
    assert ("Điều kiện lọc", "Loại: Khu công nghiệp") in said
    assert ("Cách tính", "Diện tích: cộng của 1 trong 1 khu, cụm có số liệu.") in said
    assert ("area_ha", "Diện tích (ha)") in said


def test_csv_is_a_table_from_first_to_last_line_and_carries_its_day_and_conditions(client, reader):
    make.area(make.zone(kind="KCN", note="Dòng một\nDòng hai; “trích”"), value="1234.5")
    sent = fetch(client, "/export/zones.csv", kind="KCN").decode()
    assert sent.startswith("\ufeffTên,Mã,")
    [row] = csv_rows(client, "zones", kind="KCN", as_of="2025-12-31")
    assert row["Diện tích (ha)"] == "1234.5"
    assert row["Đất công nghiệp (ha)"] == ""
    assert row["Ghi chú"] == "Dòng một\nDòng hai; “trích”"
    assert row["Tệp xuất: số liệu đến ngày"] == row["Số liệu đến ngày"] == "2025-12-31"
    assert row["Tệp xuất: điều kiện lọc"] == "Thành phố: Hai thành phố; Loại: Khu công nghiệp"
    assert datetime.datetime.fromisoformat(row["Tệp xuất: lúc"]).tzinfo


@pytest.mark.parametrize("name", ["=1+1", "+84", "-5", "@lệnh"])
def test_csv_holds_no_text_that_a_spreadsheet_would_run(client, reader, name):
    make.area(make.zone(name=name), value="100")
    [row] = csv_rows(client, "zones")
    assert row["Tên"] == f"'{name}"
    assert row["Diện tích (ha)"] == "100"


def test_geojson_holds_whole_boundaries_codes_and_what_it_rests_on(client, reader):
    zone = make.zone(code="A", lat=21.0, lon=105.8, point_precision="unit_centre")
    make.boundary(zone)
    make.area(zone, value="12.5")
    make.zone(code="B", lat=21.1, lon=105.9, point_precision="unit_centre")
    make.zone(code="C")
    found = features(client, "zones", ordering="code")
    first, second, third = found["features"]
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert first["geometry"] == make.SQUARE
    assert shapely.geometry.shape(first["geometry"]).is_valid
    assert first["properties"]["area_ha"] == 12.5
    assert first["properties"]["area_kind"] == "decision"
    assert first["properties"]["has_boundary"] is True
    assert second["geometry"] == {"type": "Point", "coordinates": [105.9, 21.1]}
    assert third["geometry"] is None
    assert {"label": "Số dòng", "text": "3"} in found["about"]


def test_a_file_comes_as_a_download_with_a_plain_name(client, reader):
    kinds = {
        "xlsx": "application/vnd.openxmlformats",
        "csv": "text/csv; charset=utf-8",
        "geojson": "application/geo+json",
    }
    for ending, kind in kinds.items():
        answer = client.get(f"/export/zones.{ending}", {"city": "HN", "as_of": "2025-12-31"})
        assert answer.headers["Content-Disposition"] == f'attachment; filename="khu-cum-HN-2025-12-31.{ending}"'
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_every_list_can_be_taken_away(client, reader):
    project = make.project(registered_bn="12.5", irc_on=datetime.date(2024, 1, 2))
    document = make.document(issued_on=datetime.date(2025, 3, 31), issued_precision="quarter")
    assert sheet_rows(workbook(client, "projects"))[0]["Vốn đăng ký DDI (tỷ đồng)"].value == 12.5
    assert csv_rows(client, "projects")[0]["Mã khu, cụm"] == project.zone.code
    assert sheet_rows(workbook(client, "documents"))[0]["Năm"].value == 2025
    assert csv_rows(client, "documents")[0]["Số, ký hiệu"] == document.number
    assert csv_rows(client, "documents")[0]["Độ chính xác của ngày"] == "quý"
    assert sheet_rows(workbook(client, "facilities")) == []


EVERY_FILE = [
    (what, ending)
    for what in LISTINGS
    for ending in ("xlsx", "csv", *(["geojson"] if LISTINGS[what].mapped else []))
]  # fmt: skip


@pytest.fixture
def full_register(reader):
    """A record of each kind with the values that files tend to lose."""
    city, hidden = make.agency(code="SO-1", name="Sở một"), make.document(number="9/MẬT", publicity="restricted")
    decision = make.document(
        number="12/QĐ-UBND", issued_on=datetime.date(1899, 5, 31), issued_precision="month", year=1899
    )
    today, ended = make.unit(name="Xã Lại Yên"), make.unit(name="Xã Cũ", valid_to=datetime.date(2025, 6, 30))
    closed = make.zone(name="Khu kín", publicity="restricted")
    zone = make.zone(
        code="HN-A", name="=Cụm 'A'", managing_agency=city, note="'=1\n+84; \"trích\"", term_years=50, inner_city=False,
        lat=21.028511199999998, lon=105.80482000000001, point_precision="address", source_on=datetime.date(2024, 2, 29),
        park_type="craft_village", parent=closed, relation="expansion", place_text="-",
    )  # fmt: skip
    part = make.zone(code="HN-B", name="Cụm B, mở rộng", parent=zone, relation="phase", kind="KCN")
    for place, certain in ((today, False), (ended, True)):
        zone.places.create(unit=place, certain=certain)
    make.boundary(zone)
    make.area(zone, value="1.234", document=decision)
    make.area(zone, kind="industrial", value="27.1250", standing="reported", as_of_precision="quarter", document=hidden)
    make.area(zone, value="999999.9999", phase=make.phase(zone, 2))
    make.status(
        zone, "yes", aspect="established", is_start=True, as_of=datetime.date(2017, 12, 31), as_of_precision="year"
    )
    make.status(part, "under_construction")
    make.occupancy(zone, "1", "3")
    make.occupancy(part, None, None, stated_pct="94.85")
    counted = make.indicator(name_en="Workers", unit="người")
    make.measurement(zone, indicator=counted, value="12345678901.2345", period_start=datetime.date(2025, 1, 1))
    make.measurement(None, indicator=counted, city="HN", value=None, value_text="khoảng 1.234")
    make.facility(
        code="CS-1", name="+Xưởng", unit=ended, destination=part, document=hidden, source="", land_area_ha="0.125",
        relocation_class="compulsory", relocation_reason="fire", workers=1234, wave=0, floor_area_m2="1500.5",
    )  # fmt: skip
    make.project(zone, registered_bn="12345678901.2345", rate_vnd_usd="25345.5", document=decision, irc_no="0012")
    return zone


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_was_exported_imports_back_and_changes_nothing(client, full_register, reader, language):
    client.cookies["django_language"] = language
    person = make.user("editor", agency=reader.agency)
    for what, ending in EVERY_FILE:
        imported = back(client, person, what, ending)
        outcomes = [(row.outcome, row.refusals, row.changes) for row in importing.outcomes(imported).rows()]
        assert {row[0] for row in outcomes} == {"unchanged"}, (what, ending, outcomes)


def test_a_list_of_a_past_day_and_of_some_rows_imports_back_too(client, full_register, reader):
    make.area(full_register, value="50", as_of=datetime.date(2026, 3, 1), document=make.document())
    make.area(make.zone(name="Mới", code="HN-C"), value="5", as_of=datetime.date(2026, 3, 1))
    person = make.user("editor", agency=reader.agency)
    for ending in ("xlsx", "csv", "geojson"):
        imported = back(
            client, person, "zones", ending, as_of="2025-12-31", kind="CCN", ordering="-name", page_size="1"
        )
        assert (imported.problem, imported.rows, imported.unchanged) == ("", 1, 1)


def back(client, person, what, ending, **asked):
    content = fetch(client, f"/export/{what}.{ending}", **asked)
    return importing.upload(ContentFile(content, name=f"{what}.{ending}"), what=what, by=person)


@pytest.mark.parametrize("name", ["documents.geojson", "projects.geojson", "zones.pdf", "people.csv"])
def test_what_cannot_be_made_is_not_found(client, reader, name):
    assert client.get(f"/export/{name}").status_code == 404


def test_a_wrong_condition_leads_back_to_the_list_that_says_so(client, reader):
    make.zone()
    answer = client.get("/export/zones.csv", {"kind": "KHU", "city": "HN"}, follow=True)
    assert answer.redirect_chain == [("/zones/?kind=KHU&city=HN", 302)]
    assert answer.status_code == 400


def test_a_text_too_long_for_a_cell_is_refused_by_name_not_cut(client, reader):
    zone = make.zone(name="Khu An", note="chữ " * 10_000)
    answer = client.get("/export/zones.xlsx", follow=True)
    assert "“Ghi chú” của “Khu An” dài hơn một ô Excel chứa được" in answer.content.decode()
    assert csv_rows(client, "zones")[0]["Ghi chú"] == zone.note.strip()
