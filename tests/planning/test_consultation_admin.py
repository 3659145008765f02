"""Consultations and the rules of silence are kept in the admin; what the verbs write is only read there."""

import pytest
from django.urls import reverse

from planning import consulting
from planning.models import Consultation, OpinionItem, OpinionRequest, SilenceRule
from tests import factories as make

pytestmark = pytest.mark.django_db


def address(model, page, *args):
    return reverse(f"admin:planning_{model}_{page}", args=args)


@pytest.fixture
def admin(client):
    client.force_login(make.administrator())
    return client


@pytest.fixture
def point():
    asked = make.consultation(code="LYK-A", silence_rule=make.silence_rule(zone_kind=""))
    return make.point(make.answered(make.opinion(asked)), text="Bãi đỗ xe")


def form_of(asked, **given):
    """What the page of a consultation posts."""
    said = {"code": asked.code, "title": asked.title, "kind": asked.kind, "city": asked.city, "agency": asked.agency_id}
    said |= {"term_length": asked.term_length, "term_unit": asked.term_unit, "publicity": asked.publicity}
    said |= {"silence_rule": asked.silence_rule_id or "", "version_read": asked.version}
    return said | {"requests-TOTAL_FORMS": 0, "requests-INITIAL_FORMS": 0} | given


def test_a_consultation_is_put_down_and_corrected_but_not_sent(admin, point):
    agency = make.agency()
    new = Consultation(code="LYK-B", title="Dự thảo", city="HN", agency=agency, term_length=15, term_unit="d")
    answer = admin.post(address("consultation", "add"), form_of(new, sent_on="15/01/2025", version_read=""))
    assert answer.status_code == 302
    made = Consultation.objects.get(code="LYK-B")
    assert (made.sent_on, made.agency) == (None, agency)
    held = Consultation.objects.get(code="LYK-A")
    path = address("consultation", "change", held.pk)
    assert admin.post(path, form_of(held, title="Sửa", closed_on="15/01/2025", reason="Đọc lại")).status_code == 302
    held.refresh_from_db()
    assert (held.title, held.sent_on, held.closed_on) == ("Sửa", make.DAY, None)


def test_the_terms_that_were_sent_stay_in_the_admin_too(admin, point):
    held = Consultation.objects.get()
    answer = admin.post(address("consultation", "change", held.pk), form_of(held, term_length=30))
    assert "Đã gửi lấy ý kiến nên không đổi." in answer.content.decode()
    held.refresh_from_db()
    assert held.term_length == 10


def test_answers_and_what_became_of_points_are_read_and_not_written(admin, point):
    request = point.request
    for model, row in (("opinionrequest", request), ("opinionitem", point)):
        assert admin.get(address(model, "add")).status_code == 403
        assert admin.get(address(model, "delete", row.pk)).status_code == 403
    posted = {"version_read": request.version, "note": "Gọi lại", "contact_email": "a@example.vn", "outcome": "agree"}
    posted |= {"items-TOTAL_FORMS": 0, "items-INITIAL_FORMS": 0, "answered_on": "01/01/2030", "link_nonce": "x"}
    assert admin.post(address("opinionrequest", "change", request.pk), posted).status_code == 302
    said = OpinionRequest.objects.get()
    assert (said.note, said.outcome, said.answered_on, said.link_nonce) == (
        "Gọi lại", "agree_with_comments", make.DAY, "",
    )  # fmt: skip
    posted = {"version_read": point.version, "text": "Bãi đỗ xe tải", "about": "Giao thông", "outcome": "accepted"}
    assert admin.post(address("opinionitem", "change", point.pk), posted).status_code == 302
    item = OpinionItem.objects.get()
    assert (item.text, item.about, item.outcome) == ("Bãi đỗ xe tải", "Giao thông", "")


def test_points_of_a_closed_consultation_stay_as_they_are(admin, point):
    consulting.settle(point, by=make.administrator(), outcome="rejected", response="Đã nêu")
    consulting.close(point.request.consultation, by=make.administrator(), on=make.DAY.replace(year=2026))
    point.refresh_from_db()
    posted = {"version_read": point.version, "text": "Khác", "about": ""}
    assert "đã kết thúc" in admin.post(address("opinionitem", "change", point.pk), posted).content.decode()
    point.refresh_from_db()
    assert point.text == "Bãi đỗ xe"


def test_the_slower_of_two_saves_nothing(admin, point):
    held = Consultation.objects.get()
    path, old = address("consultation", "change", held.pk), form_of(held, title="Khác")
    assert admin.post(path, form_of(held)).status_code == 302
    assert admin.post(path, old).status_code == 200
    held.refresh_from_db()
    assert held.title != "Khác"


def test_every_page_opens_and_tells_what_belongs_to_it(admin, point):
    pages = {
        address("consultation", "change", point.request.consultation_id): str(point.request.agency),
        address("opinionrequest", "change", point.request_id): "Bãi đỗ xe",
        address("opinionitem", "changelist"): "Bãi đỗ xe",
        address("consultation", "changelist") + "?q=quy+hoach": "LYK-A",
        address("opinionrequest", "changelist") + "?q=quy+hoach": str(point.request.agency),
    }
    for path, words in pages.items():
        assert words in admin.get(path).content.decode(), path


def test_rules_of_silence_are_kept_by_administrators_and_stay_while_they_are_used(admin, point):
    said = {"title": "Coi như đồng ý", "city": "HN", "article": "Điều 5", "certainty": "V", "valid_from": "04/12/2025"}
    assert admin.post(address("silencerule", "add"), said).status_code == 302
    made = SilenceRule.objects.get(title="Coi như đồng ý")
    wrong = said | {"valid_to": "01/01/2025", "version_read": made.version}
    page = admin.post(address("silencerule", "change", made.pk), wrong).content.decode()
    assert "Ngày hết hiệu lực trước ngày có hiệu lực." in page
    used = point.request.consultation.silence_rule
    admin.post(address("silencerule", "delete", used.pk), {"post": "yes"})
    assert SilenceRule.objects.filter(pk=used.pk).exists()
    assert admin.post(address("silencerule", "delete", made.pk), {"post": "yes"}).status_code == 302
    assert not SilenceRule.objects.filter(pk=made.pk).exists()


def test_a_consultation_with_agencies_stays(admin, point):
    admin.post(address("consultation", "delete", point.request.consultation_id), {"post": "yes"})
    free = make.consultation()
    assert admin.post(address("consultation", "delete", free.pk), {"post": "yes"}).status_code == 302
    assert list(Consultation.objects.values_list("code", flat=True)) == ["LYK-A"]
