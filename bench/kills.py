"""scripts/with_postgres.sh .venv/bin/python -m bench.kills: imports killed at random moments, and against two editors.

First 30 times 2,000 rows are written down by a process of its own, which is killed (SIGKILL) somewhere on the way; what
stands afterwards must be all of the file or nothing. Then 500 rounds in which an import and two editors change the same
zones at once; whatever was accepted must stand at the end."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from functools import partial
from urllib.parse import urlsplit, urlunsplit

KILLS, ROWS, ROUNDS, ZONES = 30, 2_000, 500, 5
SEED = int(os.environ.get("BENCH_SEED", "2026"))
APPLY = """
import sys, django
django.setup()
from accounts.audit import acting
from accounts.models import User
from zones import importing
from zones.models import Import

by, imported = User.objects.get(username="bench_kills"), Import.objects.get(pk=int(sys.argv[1]))
print("begun", flush=True)
with acting(by):
    importing.apply(imported, by=by)
print("done", flush=True)
"""


def main():
    prepare()
    chance = random.Random(SEED)
    print(json.dumps({"seed": SEED} | kills(chance) | races(chance), indent=1, ensure_ascii=False))


def prepare():
    """A database and a folder of its own, with one agency and one person."""
    import psycopg2

    os.environ |= {"DJANGO_SETTINGS_MODULE": "bench.settings", "DATA_DIR": tempfile.mkdtemp(prefix="portal-kills.")}
    url = urlsplit(os.environ["DATABASE_URL"])
    admin = psycopg2.connect(os.environ["DATABASE_URL"])
    admin.autocommit = True
    admin.cursor().execute("CREATE DATABASE bench_kills")
    admin.close()
    os.environ["DATABASE_URL"] = urlunsplit(url._replace(path="/bench_kills"))
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import Agency, User

    call_command("migrate", verbosity=0)
    agency = Agency.objects.create(code="BENCH", name="Sở Đo thử", kind="department", city="HN")
    User.objects.create_user("bench_kills", role="editor", agency=agency)


def person():
    from accounts.models import User

    return User.objects.select_related("agency").get(username="bench_kills")


def book(heads, rows):
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Danh sách")
        for line, cells in enumerate([heads, *rows]):
            sheet.write_row(line, 0, cells)
    return out.getvalue()


def hand_in(heads, rows):
    from django.core.files.base import ContentFile

    from zones import importing

    imported = importing.upload(ContentFile(book(heads, rows), name="khu-cum.xlsx"), what="zones", by=person())
    assert imported.state == "previewed" and not imported.rejected, imported.problem
    return imported


# Killed on the way ----------------------------------------------------------------------------------------------------

HEADS = ["Mã", "Tên", "Loại", "Thành phố", "Tình trạng", "Diện tích (ha)", "Diện tích theo", "Đất công nghiệp (ha)",
         "Số liệu từ ngày", "Nguồn của số liệu"]  # fmt: skip
KIND = "theo quyết định thành lập, chủ trương đầu tư"


def new_zones(mark):
    figures = ["Đã thành lập", 20, KIND, 14, "30/06/2026", "Báo cáo"]
    return [[f"{mark}-{row:05}", f"Cụm Đo thử {mark} {row}", "CCN", "Hà Nội", *figures] for row in range(ROWS)]


def kills(chance):
    whole = written_down(hand_in(HEADS, new_zones("K00")), None)[1]
    ends, moments = Counter(), []
    for number in range(1, KILLS + 1):
        mark, moment = f"K{number:02}", chance.uniform(0, whole * 1.1)
        imported = hand_in(HEADS, new_zones(mark))
        told, seconds = written_down(imported, moment)
        ends[end_of(mark, imported)] += 1
        moments.append(f"{moment:.2f}")
        if number == KILLS:
            print(f"last: {'answered' if told else 'killed'} after {seconds:.2f} s", file=sys.stderr)
    return {"kills": KILLS, "rows": ROWS, "seconds to apply": round(whole, 2), "ends": ends, "at": " ".join(moments)}


def written_down(imported, moment):
    """Apply in a process of its own, killed `moment` seconds after it began; gives its last word and its seconds."""
    command = [sys.executable, "-c", APPLY, str(imported.pk)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "begun\n"
        began = time.perf_counter()
        if moment is not None:
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
        told = child.stdout.readline()
        return told, time.perf_counter() - began


def end_of(mark, imported):
    """all, nothing, or what part of it stands: zones, facts, rows of history and the state of the import."""
    from django.db import connection

    from accounts.models import RowChange
    from zones.importing.verbs import trace_of
    from zones.models import Zone, ZoneArea, ZoneStatus

    with connection.cursor() as cursor:  # the server notices a dead client when it next speaks to it
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        for _attempt in range(600):
            cursor.execute(others)
            if not cursor.fetchone()[0]:
                break
            time.sleep(0.05)
    imported.refresh_from_db()
    of_mark, facts = {"zone__code__startswith": f"{mark}-"}, (ZoneArea, ZoneStatus)
    trace = RowChange.objects.filter(request_id=trace_of(imported), action="insert")
    found = (
        Zone.objects.filter(code__startswith=f"{mark}-").count(),
        sum(model.objects.filter(**of_mark).count() for model in facts),
        trace.count(),
        imported.state,
    )
    names = {(0, 0, 0, "previewed"): "nothing", (ROWS, ROWS * 3, ROWS * 4, "applied"): "all"}
    return names.get(found, f"a part: {found}")


# Against two editors --------------------------------------------------------------------------------------------------


BEFORE, IMPORTED = 40, 50
EDITED = {"note": "Sửa tay", "term_years": 45}


def races(chance):
    """Rounds in which two editors correct the zones that an import changes, one of them in the same column, at once."""
    results, lost = Counter(), []
    for number in range(ROUNDS):
        zones = make_zones(number)
        rows = [[zone.code, zone.name, IMPORTED] for zone in zones]
        imported = hand_in(["Mã", "Tên", "Thời hạn (năm)"], rows)
        accepted, ready = {}, threading.Barrier(3)
        writers = [partial(write_down, imported, accepted)]
        writers += [partial(edit, zones, name, value, accepted) for name, value in EDITED.items()]
        delays = [chance.uniform(0, 0.15), chance.uniform(0, 0.06), chance.uniform(0, 0.06)]
        at_once(writers, delays, ready)
        results += Counter(f"{name}: accepted" for name, _code in accepted)
        results["import: asked to look again"] += ("import", zones[0].code) not in accepted
        lost += [f"round {number}: {one}" for one in missing(zones, accepted)]
    return {"rounds": ROUNDS, "zones a round": ZONES, "answers": results, "lost updates": lost}


def make_zones(number):
    from zones.models import Zone

    agency = person().agency
    return [
        Zone.objects.create(code=f"R{number:03}-{one}", name=f"Cụm Đua {number} {one}", kind="CCN", city="HN",
                            managing_agency=agency, term_years=BEFORE)
        for one in range(ZONES)
    ]  # fmt: skip


def write_down(imported, accepted):
    from accounts.audit import acting
    from zones import importing

    by = person()
    try:
        with acting(by):
            importing.apply(imported, by=by)
    except (importing.ImportChanged, importing.Busy):
        return
    accepted.update({("import", row.label.split()[0]): BEFORE for row in importing.outcomes(imported).rows("updated")})


def edit(zones, name, value, accepted):
    """Read each zone, think a moment, save the whole record as the page does; a stale one is not taken."""
    from accounts.models import StaleRecord
    from zones.models import Zone

    for zone in zones:
        held = Zone.objects.get(pk=zone.pk)
        read = getattr(held, name)
        setattr(held, name, value)
        time.sleep(0.003)
        try:
            held.save()
        except StaleRecord:
            continue
        accepted[name, zone.code] = read


def at_once(writers, delays, ready):
    from django.db import connections

    troubles = []

    def run(writer, delay):
        try:
            ready.wait()
            time.sleep(delay)
            writer()
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in zip(writers, delays, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def missing(zones, accepted):
    """What was accepted and does not stand, or was written over by one who had not seen it.

    `accepted`: (writer, code) → what the writer had read. The import was looked at while BEFORE stood."""
    from zones.models import Zone

    for zone in Zone.objects.filter(pk__in=[zone.pk for zone in zones]):
        imported, edited = (accepted.get((writer, zone.code)) for writer in ("import", "term_years"))
        wanted = EDITED["term_years"] if edited else IMPORTED if imported else BEFORE
        if imported and edited == BEFORE:
            yield f"{zone.code}: import and editor both wrote over {BEFORE}"
        if zone.term_years != wanted:
            yield f"{zone.code}: the term is {zone.term_years}, not {wanted}"
        if ("note", zone.code) in accepted and zone.note != EDITED["note"]:
            yield f"{zone.code}: the note is gone"
        writes = sum(code == zone.code for _writer, code in accepted)
        if zone.version != 1 + writes:
            yield f"{zone.code}: version {zone.version} after {writes} writes"


if __name__ == "__main__":
    main()
