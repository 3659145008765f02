"""The limit: PostgreSQL itself making the same answer, counted and spelled as JSON.

Asked twice: by pgbench, without any server between; and through a bare WSGI function in the same gunicorn, the best
that anything could be that speaks HTTP from two Python workers."""

import os
import re
import subprocess
import tempfile
import threading
from pathlib import Path
from urllib.parse import unquote

import dj_database_url
import psycopg2
from django.db import connection

SEEN = (
    "(z.publicity = 'public' OR (z.publicity = 'internal' AND z.city = 'HN')"
    " OR (z.publicity = 'restricted' AND z.managing_agency_id = {agency})) AND NOT z.withdrawn"
)
ROW = """
SELECT z.id, z.code, z.name, z.kind, z.park_type, z.city, z.place_text, a.code AS managing_agency,
  (SELECT p.code FROM zones_zone p WHERE p.id = z.parent_id) AS parent, z.relation, z.inner_city, z.term_years,
  (SELECT coalesce(json_agg(json_build_object('id', u.id, 'code', u.code, 'name', u.name, 'level', u.level,
     'certain', l.certain, 'source', l.source)), '[]') FROM zones_zoneunit l JOIN zones_adminunit u ON u.id = l.unit_id
   WHERE l.zone_id = z.id) AS units,
  (SELECT coalesce(json_agg(json_build_object('id', d.id, 'name', d.name, 'area_ha', s.area_ha, 'valid_from',
     s.valid_from, 'valid_to', s.valid_to, 'source', s.source, 'note', s.note)), '[]')
   FROM zones_developershare s JOIN zones_developer d ON d.id = s.developer_id WHERE s.zone_id = z.id) AS developers,
  z.now_status AS status, z.now_established AS established, z.now_established_on AS established_on,
  z.now_operating AS operating, z.now_area_ha AS area_ha, z.now_area_kind AS area_kind,
  z.now_industrial_ha AS industrial_ha, z.now_leased_ha AS leased_ha,
  json_build_object('numerator_ha', z.now_occupied_ha, 'denominator_ha', z.now_occupiable_ha, 'basis',
    z.now_occupancy_basis, 'pct', round(z.now_occupied_ha / nullif(z.now_occupiable_ha, 0) * 100, 2),
    'stated_pct', z.now_stated_pct) AS occupancy,
  z.now_has_boundary AS has_boundary, z.now_has_decision AS has_decision, z.lat, z.lon, z.point_precision,
  z.publicity, z.source, z.source_on, z.note, z.version || '.' || z.ledger AS etag
FROM zones_zone z JOIN accounts_agency a ON a.id = z.managing_agency_id WHERE {where}"""
FACILITY = """
SELECT z.*, a.code AS agency FROM zones_facility z
JOIN accounts_agency a ON a.id = z.managing_agency_id WHERE {where}"""


def page(rows, where, order, size, count=""):
    counted = f"SELECT count(*) FROM {count} z WHERE {where};\n" if count else ""
    return f"{counted}SELECT json_agg(row) FROM ({rows.format(where=where)} ORDER BY {order} LIMIT {size}) AS row;"


def statements(agency, code):
    """The statement of each measured answer, for the reader whose agency has the id `agency`."""
    seen = SEEN.format(agency=agency)
    filtered = f"{seen} AND z.city = 'HN' AND z.kind = 'CCN'"
    of_facilities = seen.replace(" AND NOT z.withdrawn", "")
    found = {
        "zones": page(ROW, seen, "z.name_sort, z.id", 50, "zones_zone"),
        "filtered": page(ROW, filtered, "z.name_sort, z.id", 50, "zones_zone"),
        "page of 200": page(ROW, seen, "z.name_sort, z.id", 200, "zones_zone"),
        "one zone": page(ROW, f"{seen} AND z.code = '{code}'", "z.id", 1),
        "facilities": page(FACILITY, of_facilities, "z.name_sort, z.id", 50),
    }
    return {name: text.replace("json_agg(row)", "json_agg(row)::text") for name, text in found.items()}


def run(sql, *, clients=16, seconds=8):
    """Answers a second by pgbench, two threads."""
    settings = connection.settings_dict
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.sql"
        script.write_text(re.sub(r"\s*\n\s*(?!SELECT json_agg\()", " ", sql.strip()) + "\n")
        command = [pgbench(), "-n", "-h", settings["HOST"], "-U", settings["USER"], "-f", str(script), "-M", "prepared"]
        command += ["-c", str(clients), "-j", "2", "-T", str(seconds), settings["NAME"]]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"tps = ([\d.]+)", out)[1])


own = threading.local()


def application(environ, start_response):
    """`/one zone` answers what BENCH_LIMIT_ONE_ZONE asks; each thread keeps its connection."""
    if not hasattr(own, "cursor"):
        at = dj_database_url.parse(os.environ["DATABASE_URL"])
        own.connection = psycopg2.connect(host=at["HOST"], user=at["USER"], dbname=at["NAME"])
        own.connection.autocommit = True
        own.cursor = own.connection.cursor()
    name = unquote(environ["PATH_INFO"]).strip("/").replace(" ", "_").upper()
    parts = []
    for statement in os.environ.get(f"BENCH_LIMIT_{name}", "SELECT 1").split(";\n"):
        own.cursor.execute(statement)
        parts.append(str(own.cursor.fetchone()[0]))
    body = f'{{"count": {parts[0]}, "results": {parts[-1]}}}'.encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def pgbench():
    return str(sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))[-1])
