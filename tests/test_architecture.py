"""The conventions of the house, kept by reading its source."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["accounts", "zones", "planning", "reports"]  # each may import those to its left
GENERIC = {
    "FilterView",
    "ListView",
    "DetailView",
    "UpdateView",
    "DeleteView",
    "ModelViewSet",
    "ReadOnlyModelViewSet",
    "GenericViewSet",
}
ENTRANCES = {"views", "api", "admin", "exporting", "mapping"}


def sources(app):
    return [path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def tree(path):
    return ast.parse(path.read_text("utf-8"))


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("app", LAYERS)
def test_imports_point_downwards(app):
    above = {*LAYERS[LAYERS.index(app) + 1 :], "config", "tests"}
    wrong = [
        (str(path.relative_to(ROOT)), name)
        for path in sources(app)
        for name in imported(path)
        if name.split(".")[0] in above
    ]
    assert not wrong


def test_there_is_something_to_check():
    assert all(len(sources(app)) > 1 for app in LAYERS)


@pytest.mark.parametrize("app", LAYERS)
def test_entrances_ask_only_for_what_the_user_may_see(app):
    """In a view, endpoint, admin, export or map every `X.objects.` goes on to visible_to() or editable_by()."""
    allowed = {"visible_to", "editable_by", "none", "of", "filter_rows"}
    wrong = []
    for path in sources(app):
        if not ENTRANCES & {path.stem, *path.relative_to(ROOT).parts[:-1]}:
            continue
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)):
                continue
            if node.value.attr in ("objects", "_default_manager", "_base_manager") and node.attr not in allowed:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} objects.{node.attr}")
    assert not wrong


@pytest.mark.parametrize("app", LAYERS)
def test_generic_views_are_visible_first(app):
    wrong = []
    for path in sources(app):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                bases = [ast.unparse(base).split(".")[-1] for base in node.bases]
                if GENERIC & set(bases) and bases[0] != "Visible":
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}({', '.join(bases)})")
    assert not wrong


def test_no_room_has_a_name_that_says_nothing():
    empty = {"utils", "helpers", "common", "misc", "managers", "data", "process"}
    assert not [str(path) for app in LAYERS for path in sources(app) if path.stem in empty]


def test_no_shortcut_around_the_guards():
    words = ("mark_safe(", "csrf_exempt", '"__all__"', ".raw(", "type: ignore", "|safe", "autoescape off")
    files = [path for app in (*LAYERS, "config") for path in sources(app)] + list((ROOT / "templates").rglob("*.html"))
    found = [(str(path.relative_to(ROOT)), word) for path in files for word in words if word in path.read_text("utf-8")]
    assert not found


def test_templates_carry_no_inline_script_style_or_outside_address():
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        for pattern in (
            r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
            r"\son[a-z]+=\"",
            r"\sstyle=\"",
            r"(?:src|href)=\"https?://",
        ):
            if re.search(pattern, text):
                wrong.append((str(path.relative_to(ROOT)), pattern))
    assert not wrong


def test_every_text_column_stands_behind_the_gate():
    """Plain CharField and TextField are for choices and for what the portal writes itself (editable=False)."""
    from django.apps import apps
    from django.db import models

    from accounts.text import Gated

    inherited = {"username", "email", "password"}
    loose = []
    for app in LAYERS:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                plain = isinstance(field, (models.CharField, models.TextField)) and not isinstance(field, Gated)
                if plain and field.editable and not field.choices and field.name not in inherited:
                    loose.append(f"{model.__name__}.{field.name}")
    assert not set(loose) - {
        "ApiToken.digest",
        "ApiToken.token_key",
        *(name for name in loose if name.startswith("RowChange.")),
    }
