"""Taking the text of a notice from a file, and correcting what was read from it, on the pages of a directive."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from planning.models import Directive
from tests import factories as make
from tests.planning.test_notice_files import item, pdf, word
from tests.planning.test_plan_pages import text
from zones.uploads import keep

pytestmark = pytest.mark.django_db
PASTE, READ = "/directives/CD-1/text/", "/directives/CD-1/read/"
ORDERS = [
    "Giao Sở Công Thương chủ trì, phối hợp với Sở Tài chính rà soát CCN Lại Yên trước ngày 30/6/2026.",
    "Sở Tài chính báo cáo hằng quý.",
]
FILE = word(*map(item, ORDERS))


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(client):
    names = {"VP": "Văn phòng UBND", "CT": "Sở Công Thương", "TC": "Sở Tài chính thành phố Hà Nội", "XD": "Sở Xây dựng"}
    found = {code: make.agency(code=code, name=name, city="HN") for code, name in names.items()}
    client.force_login(make.user("editor", agency=found["VP"]))
    make.zone(code="HN-CCN-LAIYEN", name="Cụm công nghiệp Lại Yên")
    make.zone(code="HN-CCN-PHUTHI", name="Cụm công nghiệp Phú Thị")
    make.directive(code="CD-1", agency=found["VP"], issued_on=datetime.date(2026, 3, 2))
    return found


def sent(client, **given):
    """The form of the text handed in, as the page gave it."""
    form = client.get(PASTE).context["form"]
    return client.post(PASTE, {"version": form["version"].value(), "text": form["text"].value() or ""} | given)


def upload(content=FILE, name="tb.docx"):
    return SimpleUploadedFile(name, content)


def stored():
    return Directive.objects.get(code="CD-1").text


# The text from a file -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("button", [{"take": "file"}, {}])
def test_the_text_of_a_file_is_shown_first_and_stored_when_it_was_looked_over(client, office, button):
    page = sent(client, file=upload(), **button)
    assert page.status_code == 200
    assert page.context["form"]["text"].value().startswith("1. Giao Sở Công Thương chủ trì")
    assert "Chưa gì được ghi" in text(page)
    assert stored() == ""
    given = {name: page.context["form"][name].value() for name in ("version", "text")}
    assert client.post(PASTE, given).headers["Location"] == READ
    assert [task.number for task in client.get(READ).context["reading"].tasks] == [1, 2]


def test_what_stood_there_is_neither_overwritten_nor_lost(client, office):
    sent(client, text="Bản đã dán")
    page = sent(client, text="Bản đang sửa", file=upload(), take="file")
    assert page.context["before"] == "Bản đang sửa"
    assert "Bản đang sửa" in text(page)
    assert stored() == "Bản đã dán"


def test_a_file_that_cannot_be_read_keeps_what_was_typed(client, office):
    page = sent(client, text="Đang gõ dở", file=upload(pdf(2), "quet.pdf"), take="file")
    assert page.status_code == 200
    assert "chỉ có ảnh quét" in text(page)
    assert page.context["form"]["text"].value() == "Đang gõ dở"
    assert "Chọn tệp trước" in text(sent(client, take="file"))
    assert "Chọn tệp trước" not in text(client.get(PASTE)) + text(sent(client, text=""))


def test_a_file_of_more_than_the_most_is_refused(client, office, settings):
    settings.UPLOAD_MAX_BYTES = 1_000
    assert "Tệp lớn hơn" in text(sent(client, file=upload(FILE + bytes(1_000)), take="file"))


def test_somebody_who_was_faster_is_shown_and_the_text_of_the_file_stays(client, office):
    page = sent(client, file=upload(), take="file")
    Directive.objects.get(code="CD-1").save()
    given = {name: page.context["form"][name].value() for name in ("version", "text")}
    answer = client.post(PASTE, given)
    assert answer.status_code == 409
    assert "Giao Sở Công Thương chủ trì" in text(answer)


def test_the_file_of_the_directives_own_document_is_offered_to_those_who_see_it(client, office):
    own, hidden = make.document(), make.document(publicity="restricted")
    for document in (own, hidden):
        keep(document, upload())
    Directive.objects.update(document=own)
    assert "Lấy chữ từ tệp của văn bản" in text(client.get(PASTE))
    assert sent(client, take="document").context["form"]["text"].value().startswith("1. Giao")
    Directive.objects.update(document=hidden)
    assert "Lấy chữ từ tệp của văn bản" not in text(client.get(PASTE))
    assert "Chọn tệp trước" in text(sent(client, take="document"))


def test_text_of_a_font_of_old_is_no_text(client, office):
    assert "phông cũ TCVN3" in text(sent(client, text="Giao Së C«ng Th­¬ng chñ tr×, phèi hîp víi Së Tµi chÝnh"))


def test_a_pasted_table_of_tasks_is_read(client, office):
    head = "TT\tNhiệm vụ\tCơ quan chủ trì\tThời hạn"
    sent(client, text=f"KẾ HOẠCH\n{head}\n1\tRà soát CCN Lại Yên\tSở Công Thương\t30/6/2026")
    [task] = client.get(READ).context["reading"].tasks
    assert (task.product, task.lead.code, task.deadline.on) == ("Rà soát CCN Lại Yên", "CT", datetime.date(2026, 6, 30))


# The rows -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def rows(client, office):
    """What a browser would send back of the page that shows what was read."""
    sent(client, text="\n".join(f"{place}. {order}" for place, order in enumerate(ORDERS, start=1)))
    return as_sent(client.get(READ))


def as_sent(page):
    values = {"version": page.context["directive"].version}
    for form in [page.context["rows"].management_form, *page.context["rows"]]:
        told = {bound.html_name: bound.value() for bound in form}
        values |= {name: "on" if value is True else value for name, value in told.items() if value not in (None, False)}
    return values


def test_boxes_are_offered_for_what_the_notice_names_and_ticked_for_what_the_sentence_names(client, rows):
    page = client.get(READ)
    first, second = page.context["rows"]
    assert str(first["cooperating"]).count("checked") == 1
    assert "Sở Xây dựng" not in str(first["cooperating"])
    assert "Lại Yên" in str(second["zones"])
    assert "checked" not in str(second["zones"])
    assert "Phối hợp, khu, thời hạn theo sự kiện: Sở Tài chính thành phố Hà Nội; Cụm công nghiệp Lại Yên" in text(page)


def test_names_that_are_typed_are_added_to_those_that_are_ticked(client, office, rows):
    typed = {"form-0-cooperating_more": "sở xây dựng; TC", "form-1-zones_more": "phú thị"}
    assert client.post(READ, rows | typed).status_code == 302
    first, second = Directive.objects.get(code="CD-1").tasks.order_by("number")
    assert {*first.cooperating.all()} == {office["TC"], office["XD"]}
    assert [zone.code for zone in second.zones.all()] == ["HN-CCN-PHUTHI"]


@pytest.mark.parametrize(("typed", "why"), [("Sở Ngoại vụ", "Không có “Sở Ngoại vụ”"), ("Sở", "nhiều tên")])
def test_a_name_that_is_none_or_several_is_refused_beside_its_field(client, rows, typed, why):
    answer = client.post(READ, rows | {"form-0-cooperating_more": typed})
    assert answer.status_code == 200
    assert why in " ".join(answer.context["rows"][0].errors["cooperating_more"])
    assert not Directive.objects.get(code="CD-1").tasks.exists()


def test_the_tasks_of_a_long_plan_go_back_in_one_form(client, office):
    sent(client, text="\n".join(f"{n}. Giao Sở Công Thương báo cáo việc số {n}." for n in range(1, 151)))
    assert len(values := as_sent(client.get(READ))) > 1_000
    assert client.post(READ, values).status_code == 302
    assert Directive.objects.get(code="CD-1").tasks.count() == 150


def test_an_event_without_a_length_goes_to_the_task(client, office):
    sent(client, text="1. Giao Sở Công Thương trình đề án ngay sau khi quy hoạch được phê duyệt.")
    assert client.get(READ).context["rows"][0].initial["event"] == "quy hoạch được phê duyệt"
