"""What is measured, and against what."""

import json
import os
import resource
import statistics
import time
from contextlib import closing
from pathlib import Path

import dj_database_url
import psycopg2
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from bench import generate, limit, load
from bench.__main__ import SECONDS, served
from zones.models import Zone

FLOOR, LIMIT, PORTAL = 8701, 8702, 8703


def everything(size):
    prepare(size)
    viewer = User.objects.get(username="bench_viewer")
    code = Zone.objects.visible_to(viewer).filter(source="Bộ sinh dữ liệu").order_by("pk")[100].code
    results = {"size": size}
    with served(FLOOR, BENCH_FLOOR="1"):
        results["floor"] = floors(code)
    report(results["floor"])
    sql = limit.statements(viewer.agency_id, code)
    results["limit by pgbench"] = {name: round(limit.run(text, seconds=SECONDS)) for name, text in sql.items()}
    given = {f"BENCH_LIMIT_{name.replace(' ', '_').upper()}": text.rstrip(";") for name, text in sql.items()}
    with served(LIMIT, "bench.limit", **given):
        results["limit"] = {
            name: said(load.run(LIMIT, [f"/{name.replace(' ', '%20')}"], {}, seconds=SECONDS)) for name in sql
        }
    report(results["limit by pgbench"])
    report(results["limit"])
    with served(PORTAL) as workers:
        results["portal"] = portal(code, workers)
        results["PSS MB a worker"] = [round(pss(pid), 1) for pid in workers]
    report(results["portal"])
    from bench import inside

    results["inside"] = inside.everything()
    Path(os.environ["DATA_DIR"], "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False))
    report(results)


def report(found):
    print(json.dumps(found, indent=1, ensure_ascii=False), flush=True)


def prepare(size, generated=generate.generate):
    """The database as it was left by an earlier run with the same BENCH_DIR and cluster, or a new one."""
    name = connection.settings_dict["NAME"]
    with closing(psycopg2.connect(**address(os.environ["BENCH_ADMIN_URL"]))) as admin:
        admin.autocommit = True
        with admin.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return
            cursor.execute(f'CREATE DATABASE "{name}"')
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    spent = generated(size)
    print({name: f"{seconds:.1f} s" for name, seconds in spent.items()})


def address(url):
    parsed = dj_database_url.parse(url)
    return {"host": parsed["HOST"], "user": parsed["USER"], "dbname": parsed["NAME"], "password": parsed["PASSWORD"]}


def floors(code):
    paths = {
        "zones": "/zones/",
        "filtered": "/zones/?city=HN&kind=CCN",
        "page of 200": "/zones/?page_size=200",
        "one zone": f"/zones/{code}/",
        "facilities": "/facilities/",
    }
    return {name: said(load.run(FLOOR, [path], {}, seconds=SECONDS)) for name, path in paths.items()}


def portal(code, workers):
    headers = {"Authorization": f"Bearer {generate.token()}"}
    cookie = {"Cookie": f"sessionid={session('bench_viewer')}"}
    far = cursor_of_page(10_000, headers)
    asked = {
        "zones": ("/api/v1/zones", headers),
        "filtered": ("/api/v1/zones?city=HN&kind=CCN", headers),
        "page of 200": ("/api/v1/zones?page_size=200", headers),
        "one zone": (f"/api/v1/zones/{code}", headers),
        "facilities": ("/api/v1/facilities", headers),
        "facilities, last page walked to": (far, headers),
        "figures/overview": ("/api/v1/figures/overview", headers),
        "zone list page": ("/zones/?city=all", cookie),
        "facility list page": ("/facilities/?city=all", cookie),
        "home page": ("/?city=all", cookie),
        "zone page": (f"/zones/{code}/", cookie),
        "map of facilities, a city": (
            "/facilities/map.json?city=HCM&bbox=106.35,10.35,107.05,11.2&zoom=10", cookie
        ),
        "map of facilities, a district": (
            "/facilities/map.json?city=HCM&bbox=106.60,10.75,106.75,10.90&zoom=13", cookie
        ),
    }  # fmt: skip
    found = {}
    for name, (path, sent) in asked.items():
        before = cpu(workers)
        measured = load.run(PORTAL, [path], sent, seconds=SECONDS)
        asked_in_all = measured.per_second * (SECONDS + 1)
        found[name] = said(measured) | {"CPU ms": round((cpu(workers) - before) / max(asked_in_all, 1) * 1_000, 1)}
    return found


def said(measured):
    shown = {"/s": round(measured.per_second, 1), "p50": round(measured.p50), "p95": round(measured.p95)}
    shown |= {"p99": round(measured.p99), "kB": round(measured.size / 1_000, 1)}
    return shown | ({"not 200": measured.wrong} if measured.wrong else {})


def session(username):
    person = User.objects.get(username=username)
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), "accounts.signin.PortalBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store["began"] = int(time.time())
    store.save()
    return store.session_key


def cursor_of_page(wanted, headers):
    """The address of page `wanted` of 50 facilities (or the last there is), walked to by `next` in pages of 200."""
    import urllib.request

    path = "/api/v1/facilities?page_size=200&fields=code"
    for _page in range(wanted // 4):
        request = urllib.request.Request(f"http://127.0.0.1:{PORTAL}{path}", headers=headers)
        with urllib.request.urlopen(request) as answer:
            following = json.load(answer)["next"]
        if not following:
            break
        path = following.removeprefix(f"http://127.0.0.1:{PORTAL}")
    return path.replace("page_size=200", "page_size=50").replace("&fields=code", "").replace("fields=code&", "")


def cpu(workers):
    """Seconds of processor time that the workers have used."""
    ticks = os.sysconf("SC_CLK_TCK")
    return (
        sum(sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for pid in workers)
        / ticks
    )


def pss(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("Pss:"))) / 1_024


def median_ms(call, times=9):
    spent = []
    for _each in range(times):
        began = time.perf_counter()
        call()
        spent.append((time.perf_counter() - began) * 1_000)
    return round(statistics.median(spent), 2)


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
