"""What an operator may rely on: .env.example is complete, production is safe, an unsafe start is refused."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCTION = {
    "DJANGO_SECRET_KEY": "k3yed-1n-by-the-0perator-and-l0nger-than-fifty-letters-in-all",
    "DJANGO_ALLOWED_HOSTS": "portal.example.vn",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "https://portal.example.vn",
}


def run(*arguments, **environment):
    """Python in a process of its own that sees these variables and no others of ours."""
    environment |= {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)


def variables_read():
    """The names that settings.py asks the environment for."""
    for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            asked = ast.unparse(node.func) in ("os.environ.get", "os.getenv", "flag", "words")
            name = node.args[0].value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            asked, name = ast.unparse(node.value) == "os.environ", node.slice.value
        else:
            continue
        if asked:
            yield name


def test_the_example_names_exactly_the_variables_that_the_settings_read():
    named = re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(set(variables_read()))


def test_production_passes_the_deployment_check_with_nothing_silenced(tmp_path):
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"DJANGO_SECRET_KEY": ""}, "DJANGO_SECRET_KEY"),
        ({"DJANGO_SECRET_KEY": "only-for-development-and-tests"}, "DJANGO_SECRET_KEY"),
        ({"DJANGO_DEBUG": "1"}, "DJANGO_DEBUG"),
    ],
)
def test_the_start_is_refused_without_a_key_of_ones_own_or_with_debug_on_a_public_host(tmp_path, environment, named):
    safe = run("-c", "import config.settings", **PRODUCTION, DATA_DIR=str(tmp_path))
    assert safe.returncode == 0, safe.stderr

    refused = run("-c", "import config.settings", **{**PRODUCTION, **environment}, DATA_DIR=str(tmp_path))

    assert refused.returncode == 1
    assert f"ImproperlyConfigured: {named}" in refused.stderr


def test_data_lies_where_the_environment_says(tmp_path):
    script = "import config.settings as s; print(s.MEDIA_ROOT, s.STATIC_ROOT, s.DATABASES['default']['NAME'])"
    shown = run("-c", script, **PRODUCTION, DATA_DIR=str(tmp_path))
    assert shown.stdout.split() == [f"{tmp_path}/media", f"{tmp_path}/static", f"{tmp_path}/db.sqlite3"], shown.stderr


def test_what_database_url_says_of_the_connection_goes_before_our_own_limits(tmp_path):
    script = (
        "import config.settings as s; o = s.DATABASES['default']['OPTIONS']; print(o['options'], o['connect_timeout'])"
    )
    database = "postgres://portal:secret@db.example.vn/portal?options=-cstatement_timeout%3D0"
    shown = run("-c", script, **PRODUCTION, DATA_DIR=str(tmp_path), DATABASE_URL=database)
    assert shown.stdout.split() == ["-cstatement_timeout=0", "3"], shown.stderr


def test_the_proxys_word_on_the_visitors_address_counts_in_production_only(tmp_path):
    script = "import config.settings as s; print('accounts.middleware.BehindProxy' in s.MIDDLEWARE[:1])"
    assert run("-c", script, **PRODUCTION, DATA_DIR=str(tmp_path)).stdout.strip() == "True"
    assert run("-c", script, DJANGO_DEBUG="1", DATA_DIR=str(tmp_path)).stdout.strip() == "False"
