"""What is measured without a server: sums, a spreadsheet in, a list out."""

import io
import subprocess
import sys
import time
import uuid

from django.core.files.base import ContentFile
from django.test import RequestFactory
from xlsxwriter import Workbook

from accounts import audit
from accounts.models import Agency, User
from bench.measure import median_ms, peak_mb
from zones.models import Facility, Zone

ROWS = 10_000


def everything():
    return {"sums": sums(), "spreadsheet": spreadsheet(), "export": export()}


def sums():
    """Milliseconds for the figures of a city board: from the stored sums, and added up from the records."""
    from reports import tally
    from zones import sums

    user = User.objects.get(username="bench_viewer")
    return {
        "zones, stored": median_ms(lambda: tally.Tally.stored(user, {})),
        "zones, live": median_ms(lambda: tally.Tally.of(Zone.objects.visible_to(user).on(), {})),
        "facilities, stored": median_ms(lambda: sums.facilities(user)),
        "facilities, live": median_ms(lambda: sums.live_facilities(Facility.objects.visible_to(user)), times=3),
    }


def spreadsheet():
    """Seconds for 10,000 new zones with three figures each: upload with preview, then apply with facts and history."""
    from zones import importing

    person = User.objects.get(username="bench_admin")
    file = ContentFile(book(), name="khu-cum.xlsx")
    began = time.perf_counter()
    with audit.acting(person):
        imported = importing.upload(file, what="zones", by=person)
        previewed = time.perf_counter()
        assert imported.rejected == 0, next(importing.outcomes(imported).rows("rejected"))
        importing.apply(imported, by=person)
    applied = time.perf_counter()
    found = {
        "preview": round(previewed - began, 2),
        "apply": round(applied - previewed, 2),
        "created": imported.created,
    }
    with audit.acting(person):
        importing.undo(imported, by=person, reason="Đo xong")
    return found | {"undo": round(time.perf_counter() - applied, 2)}


def book():
    agency, mark = Agency.objects.get(code="HN-SCT"), uuid.uuid4().hex[:5].upper()
    heads = ["Mã", "Tên", "Loại", "Thành phố", "Mã cơ quan quản lý", "Tình trạng", "Diện tích (ha)", "Diện tích theo",
             "Đất công nghiệp (ha)", "Số liệu từ ngày", "Nguồn của số liệu", "Nguồn"]  # fmt: skip
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Danh sách")
        sheet.write_row(0, 0, heads)
        for row in range(1, ROWS + 1):
            cells = [f"{mark}-{row:05}", f"Cụm công nghiệp Đo thử {mark} {row}", "CCN", "Hà Nội", agency.code]
            cells += ["Đã thành lập", 20 + row / 1000, "theo quyết định thành lập, chủ trương đầu tư", 14 + row / 1000]
            sheet.write_row(row, 0, [*cells, "30/06/2026", "Báo cáo quý II/2026", "Báo cáo quý II/2026"])
    return out.getvalue()


def export():
    """Megabytes that sending 100,000 facilities (at size L) adds to a fresh process, and seconds."""
    script = "import django; django.setup(); from bench import inside; inside.export_one({!r})"
    found = {}
    for ending in ("xlsx", "csv", "geojson"):
        out = subprocess.run([sys.executable, "-c", script.format(ending)], capture_output=True, text=True, check=True)
        found[ending] = out.stdout.strip()
    return found


def export_one(ending):
    from reports.exporting import export as send

    for asked in ("wave=99", "city=HN&relocation_class=may_stay"):  # a first, empty export loads what any export needs
        request = RequestFactory().get(f"/export/facilities.{ending}?{asked}")
        request.user = User.objects.get(username="bench_admin")
        before, began = peak_mb(), time.perf_counter()
        size = sum(len(chunk) for chunk in send(request, "facilities", ending).streaming_content)
    print(f"+{peak_mb() - before:.0f} MB, {time.perf_counter() - began:.1f} s, {size / 1e6:.1f} MB")
