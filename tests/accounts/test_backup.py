"""A backup brings everything back, or says that it cannot: through the commands that an operator types."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).parents[2]
SERVER = os.environ.get("DATABASE_URL", "")
ON_POSTGRES = SERVER.startswith("postgres")


class Place:
    """A database and a data folder of their own, and manage.py working there."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database
        (folder / "media").mkdir()

    def manage(self, *arguments):
        here = {"DJANGO_DEBUG": "1", "DATA_DIR": str(self.folder), "DATABASE_URL": self.database}
        here["DJANGO_SUPERUSER_PASSWORD"] = "the administrator's own"
        here["DJANGO_SETTINGS_MODULE"] = "config.settings"  # those of the tests have a data folder of their own
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=os.environ | here, capture_output=True, text=True)

    def connect(self):
        path = self.database.removeprefix("sqlite:///")
        return closing(psycopg2.connect(self.database) if ON_POSTGRES else sqlite3.connect(path))

    def fingerprints(self):
        """Of each table the hash of its rows, of each file the hash of its bytes, and the names of the triggers."""
        found = {
            str(file.relative_to(self.folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in (self.folder / "media").rglob("*")
            if file.is_file()
        }
        with self.connect() as connection, closing(connection.cursor()) as cursor:

            def ask(statement):
                cursor.execute(statement)
                return cursor.fetchall()

            if ON_POSTGRES:
                tables = ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                found["triggers"] = sorted(
                    ask("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
                )
                found["sequences"] = sorted(ask("SELECT sequencename, last_value FROM pg_sequences"))
            else:
                tables = ask("SELECT name FROM sqlite_master WHERE type = 'table'")
                found["triggers"] = sorted(ask("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
            for (table,) in tables:
                rows = sorted(map(repr, ask(f'SELECT * FROM "{table}"')))
                found[table] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return found


@contextmanager
def database_in(folder):
    if not ON_POSTGRES:
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    name = f"backup_{uuid.uuid4().hex[:12]}"
    with closing(psycopg2.connect(SERVER)) as server:
        server.autocommit = True
        server.cursor().execute(f'CREATE DATABASE "{name}"')
        yield f"{SERVER.rpartition('/')[0]}/{name}"
        server.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A migrated portal with a person, her history, and two files."""
    folder = tmp_path_factory.mktemp("here")
    with database_in(folder) as database:
        place = Place(folder, database)
        (folder / "media" / "documents").mkdir()
        (folder / "media" / "documents" / "Quyết định 123-QĐ-UBND.pdf").write_bytes(b"%PDF-1.7 " + os.urandom(5000))
        (folder / "media" / "empty.txt").touch()
        for command in (
            ["migrate", "--verbosity", "0"],
            ["createsuperuser", "--noinput", "--username=lan", "--email=lan@hanoi.vn"],
        ):
            done = place.manage(*command)
            assert done.returncode == 0, done.stderr
        yield place


@pytest.fixture(scope="module")
def backup(place, tmp_path_factory):
    file = tmp_path_factory.mktemp("backup") / "whole.zip"
    done = place.manage("backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def elsewhere(tmp_path):
    with database_in(tmp_path) as database:
        yield Place(tmp_path, database)


def test_a_backup_restored_elsewhere_has_every_row_trigger_and_file(place, backup, elsewhere):
    before = place.fingerprints()
    assert before["accounts_user"][0] > 0
    assert before["accounts_rowchange"][0] > 0
    assert before["triggers"]

    restored = elsewhere.manage("restore", str(backup))

    assert restored.returncode == 0, restored.stderr
    assert elsewhere.fingerprints() == before


@pytest.mark.parametrize("damage", ["flipped", "scrambled", "cut", "empty"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(backup, elsewhere, damage):
    whole = backup.read_bytes()
    middle = len(whole) // 2
    content = {
        "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "scrambled": whole[:middle] + bytes(64) + whole[middle + 64 :],  # no stream that could be unpacked
        "cut": whole[:-2000],
        "empty": b"",
    }[damage]
    broken = elsewhere.folder / "broken.zip"
    broken.write_bytes(content)

    refused = elsewhere.manage("restore", str(broken))

    assert refused.returncode == 1
    assert "Nothing was changed" in refused.stderr
    assert [name for name in elsewhere.fingerprints() if name not in ("triggers", "sequences")] == []


def test_what_is_there_is_replaced_only_on_demand_and_a_backup_never_overwrites_another(place, backup):
    whole, before = backup.read_bytes(), place.fingerprints()
    (place.folder / "media" / "later.txt").write_text("later")
    with place.connect() as connection, connection:
        connection.cursor().execute("INSERT INTO django_content_type (app_label, model) VALUES ('nowhere', 'later')")
    changed = place.fingerprints()
    assert changed != before

    refused = place.manage("restore", str(backup))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    assert place.fingerprints() == changed

    assert place.manage("restore", "--replace", str(backup)).returncode == 0
    assert place.fingerprints() == before

    assert place.manage("backup", str(backup)).returncode == 1
    assert backup.read_bytes() == whole
