"""One file that holds the whole portal, database and uploaded files, and the way back from it.

The file is a zip: `database` (an SQLite file, or what pg_dump writes), `media/…`, and `manifest.json` with the SHA-256
of each part and the number of rows of each table. Restoring checks the first before it touches anything, the second
after."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction

from accounts.audit import settle


def write_backup(path):
    """Write database and media to `path`, a file that must not exist yet; the manifest comes back.

    The database is one moment's view, however many people work meanwhile. The file appears under its name only when it
    is whole and on the disk."""
    if path.exists():
        raise CommandError(f"{path} exists already.")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    with tempfile.TemporaryDirectory() as folder, unfinished.open("wb") as target:
        os.fchmod(target.fileno(), 0o600)
        dump = Path(folder, "database")
        rows = dump_sqlite(dump) if connection.vendor == "sqlite" else dump_postgres(dump)
        media = Path(settings.MEDIA_ROOT)
        parts = {"database": dump}
        parts |= {f"media/{file.relative_to(media)}": file for file in sorted(media.rglob("*")) if file.is_file()}
        manifest = {"made_at": datetime.now(UTC).isoformat(), "vendor": connection.vendor, "rows": rows, "sha256": {}}
        with ZipFile(target, "w", ZIP_DEFLATED) as archive:
            for name, file in parts.items():
                manifest["sha256"][name] = sha256(file.open("rb"))
                archive.write(file, name)
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        target.flush()
        os.fsync(target.fileno())
    unfinished.rename(path)
    return manifest


def restore_backup(path, *, replace=False):
    """Bring database and media back from `path`; the manifest comes back.

    CommandError, with nothing touched, when the file is damaged, comes from the other kind of database, or when there
    is something here already and `replace` was not asked for."""
    manifest = checked_manifest(path)
    media = Path(settings.MEDIA_ROOT)
    tables = set(connection.introspection.table_names())
    if not replace and (tables or (media.is_dir() and any(media.iterdir()))):
        raise CommandError("The database or the media folder is not empty: --replace overwrites them.")
    if strangers := sorted(tables - manifest["rows"].keys()):
        raise CommandError(f"Not in the backup: {', '.join(strangers)}. Restore into an empty database.")
    with ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        dump = Path(archive.extract("database", folder))
        incoming = media.with_name(media.name + ".incoming")
        shutil.rmtree(incoming, ignore_errors=True)
        (incoming / "media").mkdir(parents=True)
        for name in manifest["sha256"].keys() - {"database"}:
            archive.extract(name, incoming)
        rows = load_sqlite(dump) if connection.vendor == "sqlite" else load_postgres(dump)
        settle(connection)
        if rows != manifest["rows"]:
            raise CommandError("The restored tables do not have the rows that were backed up.")
        shutil.rmtree(media, ignore_errors=True)
        (incoming / "media").rename(media)
        incoming.rmdir()
    return manifest


def checked_manifest(path):
    """The manifest of the backup at `path`, every part compared with its SHA-256."""
    try:
        with ZipFile(path) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            damaged = [name for name, digest in manifest["sha256"].items() if sha256(archive.open(name)) != digest]
    except (OSError, BadZipFile, zlib.error, KeyError, ValueError) as problem:
        raise CommandError(f"{path} is no whole backup ({problem}). Nothing was changed.") from problem
    if damaged:
        raise CommandError(f"Damaged: {', '.join(damaged)}. Nothing was changed.")
    if manifest["vendor"] != connection.vendor:
        raise CommandError(f"This is a backup of {manifest['vendor']}, the database here is {connection.vendor}.")
    return manifest


def sha256(stream):
    with stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def count_rows(execute):
    """Table → number of rows, in the database that `execute` asks."""
    if connection.vendor == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    tables = sorted(name for (name,) in execute(names))
    return {name: execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")[0][0] for name in tables}


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def dump_sqlite(dump):
    connection.ensure_connection()
    copy = sqlite3.connect(dump)
    connection.connection.backup(copy)
    rows = count_rows(lambda statement: copy.execute(statement).fetchall())
    copy.close()
    return rows


def load_sqlite(dump):
    connection.ensure_connection()
    copy = sqlite3.connect(dump)
    copy.backup(connection.connection)
    copy.close()
    return count_rows(ask)


def dump_postgres(dump):
    """pg_dump and the counts look at the same snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        postgres("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={dump}")
        return count_rows(ask)


def load_postgres(dump):
    """All or nothing; what the database holds already is replaced. Rights are given by scripts/postgres_rights.sql."""
    name = connection.settings_dict["NAME"]
    connection.close()
    postgres(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        f"--dbname={name}",
        str(dump),
    )
    return count_rows(ask)


def postgres(program, *arguments):
    """Run one of PostgreSQL's programs on our database."""
    here = connection.settings_dict
    place = {"PGHOST": here["HOST"], "PGPORT": here["PORT"], "PGUSER": here["USER"], "PGPASSWORD": here["PASSWORD"]}
    place = {name: str(value) for name, value in place.items() if value} | {"PGDATABASE": here["NAME"]}
    try:
        subprocess.run([program, *arguments], env=os.environ | place, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as problem:
        raise CommandError(f"{program} is not installed (Debian: apt install postgresql-client).") from problem
    except subprocess.CalledProcessError as problem:
        raise CommandError(f"{program}: {problem.stderr.strip()}") from problem
