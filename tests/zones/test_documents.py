"""Documents: identity, links, files that are what they say, downloads that a browser neither sniffs nor runs."""

import hashlib
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import RowChange
from tests import factories as make
from zones import uploads
from zones.models import Document, DocumentLink

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 20 + b"\xff\xd9"


def office(part="word/document.xml", types=b"<Types/>", **others):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {"[Content_Types].xml": types, part: b"<w/>", **others}.items():
            package.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def editor(client):
    person = make.user("editor")
    client.force_login(person)
    return person


@pytest.fixture
def document(editor):
    return make.document(agency=editor.agency, number="123/QĐ-UBND", year=2025)


def upload(client, document, name, content, **sent):
    address = reverse("zones:document_upload", args=[document.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, content), **sent})


def get_file(client, document):
    return client.get(reverse("zones:document_file", args=[document.pk]))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.PDF", PDF),
        ("a.png", PNG),
        ("a.jpg", JPG),
        ("a.jpeg", JPG),
        ("a.docx", office()),
        ("a.xlsx", office("xl/workbook.xml")),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_a_file_that_is_what_its_ending_says_is_kept_under_a_random_name(client, document, media, name, content):
    assert upload(client, document, name, content).status_code == 302

    document.refresh_from_db()
    assert (document.file_name, document.file_sha256) == (f"a.{name[2:].lower()}", hashlib.sha256(content).hexdigest())
    assert document.file.read() == content
    assert re.fullmatch(rf"documents/[0-9a-f]{{32}}\.{name[2:].lower()}", document.file.name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", PDF),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a", PDF),
        ("a.pdf", b"<script>alert(1)</script>"),
        ("a.pdf", b"%PDF-1.7 cut off"),
        ("a.png", JPG),
        ("a.jpg", b"\xff\xd8\xff cut off"),
        ("a.docx", PDF),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", office("xl/workbook.xml")),
        ("a.xlsx", office("word/document.xml")),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted"),
        ("a.docx", office(**{"word/vbaProject.bin": b"x"})),
        ("a.docx", office(types=b"application/vnd.ms-word.document.macroEnabled.main+xml")),
        ("a.docx", office(**{f"word/{number}.xml": b"" for number in range(uploads.ENTRIES_MAX)})),
        ("a.docx", office(types=b" " * (uploads.TYPES_MAX_BYTES + 1))),
        ("a.pdf", b""),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_a_file_that_is_not_what_it_says_or_is_unsafe_is_refused_at_its_field(client, document, name, content):
    response = upload(client, document, name, content)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["file"]
    document.refresh_from_db()
    assert not document.file


def test_a_package_that_unpacks_to_too_much_is_refused(client, document, monkeypatch):
    monkeypatch.setattr(uploads, "UNPACKED_MAX_BYTES", 1_000_000)

    response = upload(client, document, "a.docx", office(**{"word/media.bin": b"\0" * 1_000_001}))

    assert "quá nhiều nội dung" in str(response.context["form"].errors["file"])


def test_a_file_over_the_limit_is_refused(client, document, settings):
    settings.UPLOAD_MAX_BYTES = len(PDF) - 1

    assert list(upload(client, document, "a.pdf", PDF).context["form"].errors) == ["file"]


def test_the_download_has_a_whole_name_and_cannot_run_in_the_browser(client, document):
    upload(client, document, "x.pdf", PDF)

    response = get_file(client, document)

    assert b"".join(response.streaming_content) == PDF
    name = "Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%20123-Q%C4%90-UBND.pdf"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"


def test_only_whoever_may_see_the_document_gets_its_file(client, document):
    upload(client, document, "x.pdf", PDF)
    Document.objects.filter(pk=document.pk).update(publicity="restricted")
    client.force_login(make.user("viewer"))

    assert get_file(client, document).status_code == 404
    assert client.get(reverse("zones:document", args=[document.pk])).status_code == 404


def test_a_document_without_a_file_has_nothing_to_download(client, document):
    assert get_file(client, document).status_code == 404


def test_replacing_a_file_needs_a_reason_and_leaves_a_trace(client, document, media):
    upload(client, document, "cu.pdf", PDF)
    second = PDF + b"\n%%EOF"

    assert list(upload(client, document, "moi.pdf", second).context["form"].errors) == ["reason"]
    assert upload(client, document, "moi.pdf", second, reason="bản có dấu đỏ").status_code == 302

    shown = client.get(reverse("zones:document", args=[document.pk])).content.decode()
    assert "cu.pdf" in shown and "moi.pdf" in shown and "bản có dấu đỏ" in shown
    assert len(list(media.glob("documents/*.pdf"))) == 2


def test_the_page_lists_the_facts_of_visible_zones_that_rest_on_the_document(client, document):
    make.area(make.zone(name="Cụm thấy được"), "decision", "27.2", document=document)
    make.area(make.zone(name="Cụm kín", publicity="restricted"), document=document)

    shown = client.get(reverse("zones:document", args=[document.pk])).content.decode()

    assert "Cụm thấy được" in shown and "27,2" in shown
    assert "Cụm kín" not in shown


def test_one_number_in_two_years_is_two_documents_but_not_twice_in_one(client, editor):
    sent = {
        "type": "NĐ",
        "number": "303/NĐ-CP",
        "issuer": "Chính phủ",
        "publicity": "public",
        "issued_precision": "day",
    }
    sent |= {"agency": editor.agency.pk, "city": "HN"}
    address = reverse("zones:document_new")

    assert client.post(address, sent | {"issued_on": "01/02/2025"}).status_code == 302
    assert client.post(address, sent | {"issued_on": "01/02/2026"}).status_code == 302
    again = client.post(address, sent | {"year": "2026"})

    assert "Đã có văn bản cùng loại" in again.content.decode()
    assert sorted(Document.objects.values_list("year", flat=True)) == [2025, 2026]


def test_correcting_a_document_notices_someone_who_was_faster(client, document):
    address = reverse("zones:document_edit", args=[document.pk])
    opened = client.get(address).context["form"]
    mine = {name: opened[name].value() or "" for name in opened.fields} | {"title": "Về việc thành lập cụm"}
    Document.objects.get(pk=document.pk).save()

    assert client.post(address, mine).status_code == 409


def test_a_new_document_leads_back_to_the_fact_that_needs_it_but_never_elsewhere(client, editor):
    zone = make.zone(managing_agency=editor.agency)
    form = reverse("zones:fact_new", args=[zone.code, "area"])
    sent = {"type": "QĐ", "publicity": "public", "issued_precision": "day", "agency": editor.agency.pk, "city": "HN"}

    back = client.post(f"{reverse('zones:document_new')}?next={form}?kind=decision", sent | {"number": "1/QĐ"})
    assert back.url == f"{form}?kind=decision&document={Document.objects.get(number='1/QĐ').pk}"
    assert client.get(back.url).context["form"]["document"].value() == str(Document.objects.get(number="1/QĐ").pk)

    away = client.post(f"{reverse('zones:document_new')}?next=//evil.example/", sent | {"number": "2/QĐ"})
    assert away.url == reverse("zones:document", args=[Document.objects.get(number="2/QĐ").pk])


def test_what_a_document_acts_on_is_written_once_and_taken_back_with_a_reason(client, document):
    older = make.document(number="7/QĐ-UBND")
    hidden = make.document(number="8/MAT", publicity="restricted")
    address = reverse("zones:link_new", args=[document.pk])

    assert list(client.post(address, {"kind": "replaces", "other": hidden.pk}).context["form"].errors) == ["other"]
    assert client.post(address, {"kind": "replaces", "other": older.pk}).status_code == 302
    assert client.post(address, {"kind": "replaces", "other": older.pk}).status_code == 200
    assert "Thay thế" in client.get(reverse("zones:document", args=[document.pk])).content.decode()

    link = DocumentLink.objects.get()
    client.post(reverse("zones:link_remove", args=[document.pk, link.pk]), {"reason": "ghi nhầm"})
    assert RowChange.objects.get(table="zones_documentlink", action="delete").reason == "ghi nhầm"


def test_a_hidden_document_that_acts_on_this_one_does_not_show(client, document):
    hidden = make.document(number="8/MAT", publicity="restricted")
    DocumentLink.objects.create(document=hidden, kind="annuls", other=document)

    assert "8/MAT" not in client.get(reverse("zones:document", args=[document.pk])).content.decode()


@pytest.mark.parametrize("name", ["document_edit", "document_upload", "link_new"])
def test_only_the_agency_that_keeps_a_document_corrects_it(client, editor, name):
    foreign, hidden = make.document(), make.document(publicity="restricted")

    assert client.get(reverse(f"zones:{name}", args=[foreign.pk])).status_code == 403
    assert client.get(reverse(f"zones:{name}", args=[hidden.pk])).status_code == 404


def test_a_document_of_no_believable_year_is_refused():
    given = {"type": "QĐ", "number": "1/QĐ", "issued_on": "0212-03-03", "city": "HN"}
    answer = make.caller().post("/api/v1/documents", given)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["issued_on"])
