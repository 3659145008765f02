"""The text gate: what may be stored, how it is folded and sorted, and that every way of writing goes through it."""

import json
import unicodedata
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import ALPHABET, FORBIDDEN, TONES, Gated, clean_json, clean_text, fold, sort_key
from tests import factories as make

LETTERS = "".join(unicodedata.normalize("NFC", letter + tone) for letter in ALPHABET for tone in ["", *TONES])
LETTERS = "".join(letter for letter in LETTERS if not unicodedata.combining(letter))
NAMES = [
    "An Hạ", "An Phú", "Ấp Đồn", "Bà Điểm", "Bắc Thăng Long", "Bình Chánh", "Cầu Tràm", "CN2", "CN10", "Cự Khê",
    "Dị Nậu", "Duyên Thái", "Dương Liễu", "Đa Sỹ", "Đại Thắng", "Đông Anh", "Đồng Mai", "Đông Xuân", "Gia Lâm",
    "Hạ Bằng", "Hà Bình Phương", "Hoà Phú", "Hoài Đức", "Kim Bài", "La Phù", "Lai Xá", "Lại Yên", "Lê Minh Xuân",
    "Lê Minh Xuân 2", "Lê Minh Xuân 3", "Liên Hà", "Long Hậu", "Mả Chùa", "Ngọc Hồi", "Nhị Xuân", "Phú Nghĩa",
    "Phước Hiệp", "Quang Minh I", "Quang Minh II", "Sài Đồng", "Tân Bình", "Tân Thuận", "Tây Bắc Củ Chi", "Thạch Thất",
    "Thanh Oai", "Thắng Lợi", "Vân Canh", "Vĩnh Lộc", "Xuân Thu",
]  # fmt: skip


# The gate -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        "\0",
        "\x07",
        "\x1b",
        "\x7f",
        "\x85",
        "\ud800",
        "\ufdd0",
        "\ufffe",
        "\uffff",
        "\U0001fffe",
        "\u202e",
        "\u2066",
        "\u200f",
    ],
    ids=lambda char: f"U+{ord(char):04X}",
)
def test_what_no_text_may_hold_is_refused_by_its_number(bad):
    with pytest.raises(ValidationError) as refusal:
        clean_text(f"Cụm {bad}công nghiệp")
    assert f"U+{ord(bad):04X}" in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (unicodedata.normalize("NFD", "Lê Minh Xuân"), "Lê Minh Xuân"),
        ("  Lại \t Yên\u00a0 ", "Lại Yên"),
        ("dòng một\r\ndòng hai", "dòng một dòng hai"),
        ("=1+1", "=1+1"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}}", "{{7*7}}"),
        ("khu 🏭", "khu 🏭"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_a_line_is_stored_composed_and_with_single_spaces(written, stored):
    assert clean_text(written) == stored


def test_prose_keeps_its_lines_but_no_gaps():
    assert clean_text("  một \r\n\r\n\r\n\r\n hai  \n", lines=True) == "một\n\nhai"


def forbidden(char):
    """Controls (but tab and newline), lone surrogates, signs that turn the direction, and non-characters."""
    code, kind = ord(char), unicodedata.category(char)
    never = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    turns = unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    return (kind in ("Cc", "Cs") and char not in "\t\n") or never or turns or char in "\u061c\u200e\u200f"


def test_every_sign_is_allowed_or_forbidden_as_the_rule_says():
    assert [code for code in range(0x110000) if bool(FORBIDDEN.match(chr(code))) != forbidden(chr(code))] == []


@given(st.text())
def test_whatever_passes_is_composed_free_of_forbidden_signs_and_stays_as_it_is(text):
    try:
        stored = clean_text(text)
    except ValidationError:
        assert any(forbidden(char) for char in text)
        return
    assert stored == unicodedata.normalize("NFC", stored) == clean_text(stored)
    assert not any(forbidden(char) for char in stored) and "  " not in stored and stored == stored.strip()


@given(st.text())
def test_prose_that_passed_once_passes_unchanged_again(text):
    try:
        stored = clean_text(text, lines=True)
    except ValidationError:
        return
    assert clean_text(stored, lines=True) == stored


def test_json_is_cleaned_to_its_depth_and_refused_beyond():
    decomposed = unicodedata.normalize("NFD", "Hà Nội")
    assert clean_json({"a": [decomposed, 1, None, True]}) == {"a": ["Hà Nội", 1, None, True]}
    with pytest.raises(ValidationError):
        clean_json({"a": ["\u202e"]})
    deep = []
    for _ in range(25):
        deep = [deep]
    with pytest.raises(ValidationError):
        clean_json(deep)


# Folding and sorting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Lê Minh Xuân", "le minh xuan"),
        ("ĐỒNG ĐÌA", "dong dia"),
        ("Quốc Oai", "quoc oai"),
        ("Tân Thới Hiệp", "tan thoi hiep"),
    ],
)
def test_folding_forgets_tone_marks_in_either_form(name, folded):
    assert fold(name) == fold(unicodedata.normalize("NFD", name)) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=LETTERS + LETTERS.upper() + " 0123456789"))
def test_a_vietnamese_name_folds_to_plain_letters(text):
    assert fold(text).isascii()


def test_names_sort_as_in_a_vietnamese_dictionary():
    assert sorted(set(NAMES), key=sort_key) == NAMES


@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_numbers_in_names_sort_by_value(one, other):
    assert (sort_key(f"CN{one}") < sort_key(f"CN{other}")) is (one < other)


def test_the_five_tones_sort_in_their_order_after_none():
    assert sorted(["bạ", "bá", "bã", "bả", "bà", "ba"], key=sort_key) == ["ba", "bà", "bả", "bã", "bá", "bạ"]


@given(st.text())
def test_a_sort_key_never_fails_and_ignores_case_and_form(text):
    assert sort_key(text) == sort_key(unicodedata.normalize("NFD", unicodedata.normalize("NFC", text)))


# Every way of writing -----------------------------------------------------------------------------------------------

HOSTILE = {
    "nul": "a\x00b", "bidi": "a\u202eb", "non-character": "a\ufffeb", "long": "x" * 10_000, "spaces": " \u00a0 ",
    "formula": "=1+1", "script": "<script>alert(1)</script>", "template": "{{7*7}}{% now %}", "emoji": "🏭👷🏽",
    "right-to-left": "مرحبا بالعالم", "decomposed": unicodedata.normalize("NFD", "Hoà Lạc Ễ"), "quote": "'\"\\;--",
    "digits": "1 " * 100, "expands": "\u0958" * 150,
}  # fmt: skip
SURROGATE = "a\ud800b"
RECORDS = {
    "zones": (make.zone, "code"), "facilities": (make.facility, "code"), "tenant-projects": (make.project, "code"),
    "documents": (make.document, "pk"), "agencies": (make.agency, "code"), "developers": (make.developer, "pk"),
}  # fmt: skip
LISTS = ["/zones/", "/facilities/", "/projects/", "/documents/", "/export/zones.csv", "/export/documents.xlsx"]


def text_fields(model):
    return [field.name for field in model._meta.concrete_fields if isinstance(field, Gated) and field.editable]


def stored_clean(record):
    """Whatever is stored passes the gate unchanged."""
    record.refresh_from_db()
    for name in text_fields(type(record)):
        value, lines = getattr(record, name), type(record)._meta.get_field(name).lines
        assert clean_text(value, lines=lines) == value, name


def refused(answer):
    """The fields that an answer of the interface complains about, each in words."""
    body = answer.json()
    assert body["title"] and (body.get("errors") or body["detail"])
    return set(body.get("errors", ()))


@pytest.mark.django_db
@pytest.mark.parametrize("path", RECORDS)
def test_through_the_interface_each_value_is_stored_clean_or_refused_in_words(client, path):
    """All text fields at once; those that are not complained about must then be taken."""
    made, key = RECORDS[path]
    record = made()
    client.force_login(make.administrator())
    address = f"/api/v1/{path}/{getattr(record, key)}"
    names = set(text_fields(type(record))) - {"code"}
    for value in (*HOSTILE.values(), SURROGATE):
        tag = client.get(address)["ETag"]
        sent = client.patch(address, json.dumps(dict.fromkeys(names, value)), "application/json", HTTP_IF_MATCH=tag)
        assert sent.status_code in (200, 400), (value[:20], sent.content)
        if sent.status_code == 400 and (wrong := refused(sent)):
            rest = dict.fromkeys(names - wrong, value)
            sent = client.patch(address, json.dumps(rest), "application/json", HTTP_IF_MATCH=tag)
            assert sent.status_code == 200 or not value.strip(), (value[:20], sent.content)
        posted = client.post(f"/api/v1/{path}", json.dumps(dict.fromkeys([*names, "code"], value)), "application/json")
        assert posted.status_code in (201, 400), (value[:20], posted.content)
        stored_clean(record)


@pytest.mark.django_db
@pytest.mark.parametrize("path", RECORDS)
def test_through_the_admin_each_value_is_stored_clean_or_refused_in_words(client, path):
    record = RECORDS[path][0]()
    client.force_login(make.administrator())
    address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    names = [*text_fields(type(record)), "reason"]
    for value in HOSTILE.values():
        page = client.get(address).context
        data = {field.html_name: "" if field.value() is None else field.value() for field in page["adminform"].form}
        for inlines in page["inline_admin_formsets"]:
            data |= {field.html_name: field.value() for field in inlines.formset.management_form}
        answer = client.post(address, data | dict.fromkeys(names, value))
        if answer.status_code == 200:
            wrong = answer.context["adminform"].form.errors
            rest = dict.fromkeys([name for name in names if name not in wrong], value)
            answer = client.post(address, data | rest)
        assert answer.status_code == 302 or not value.strip(), (value[:20], answer.context["adminform"].form.errors)
        stored_clean(record)


@pytest.mark.django_db
def test_after_hostile_values_every_page_and_export_still_renders(client):
    client.force_login(make.administrator())
    values = [value for value in HOSTILE.values() if value.isprintable() and 0 < len(clean_text(value)) < 200]
    for value in values:
        letter = make.document(title=value, issuer=value, note=value)
        zone = make.zone(
            name=value, place_text=value, source=value, note=value, managing_agency=make.agency(name=value)
        )
        make.area(zone, document=letter, source=value, note=value)
        facility = make.facility(name=value, address=value, trade=value, source=value)
        project = make.project(zone, name=value, investor=value, source=value)
        own = [f"/zones/{zone.code}/", f"/facilities/{facility.code}/", f"/projects/{project.code}/"]
        for path in [*own, f"/documents/{letter.pk}/", f"/api/v1/zones/{zone.code}"]:
            page = client.get(path)
            assert page.status_code == 200, (path, value)
            assert "<script>alert" not in page.content.decode() or path.startswith("/api/")
    for path in LISTS:
        assert client.get(path).status_code == 200, path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "face", ["/zones/?search=", "/api/v1/zones?search=", "/admin/zones/zone/?q=", "/documents/?search="]
)
def test_searching_for_any_of_it_never_fails(client, face):
    client.force_login(make.administrator())
    make.zone()
    for value in HOSTILE.values():
        assert client.get(face + quote(value)).status_code in (200, 400), value[:20]
    assert client.get(f"{face}%ED%A0%80%FF").status_code in (200, 400)
