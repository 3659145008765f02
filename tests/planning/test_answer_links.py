"""Answering by a link without an account: who holds it may answer for that agency, for a while, and nothing else."""

import datetime
import logging
import re

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from accounts.models import Notice, RowChange
from accounts.secret_paths import WithoutSecrets
from planning import consulting
from planning.models import OpinionRequest
from tests import factories as make
from tests.planning.test_plan_pages import text

pytestmark = pytest.mark.django_db
ANSWER = {"outcome": "agree_with_comments", "text": "1. Bổ sung bãi đỗ xe.", "signed_by": "Nguyễn Văn A, Phó Giám đốc"}


@pytest.fixture
def opinion():
    asker = make.agency(name="Sở Công Thương", city="HN")
    matter = make.consultation(agency=asker, title="Quy hoạch CCN Lại Yên", questions="Ranh giới, hạ tầng")
    make.opinion(matter, sent_on=None, agency=make.agency(name="Sở Tài chính"))
    made = make.opinion(matter, sent_on=None, agency=make.agency(name="Công ty Điện lực"))
    consulting.send(matter, by=make.administrator(), on=timezone.localdate())
    made.refresh_from_db()
    return made


def link(opinion, days=5):
    return consulting.make_link(opinion, by=make.administrator(), days=days)[1]


@pytest.fixture
def token(opinion):
    return link(opinion)


@pytest.fixture
def where(token):
    return f"/answer/{token}/"


def send(client, where, **given):
    """Open the page and hand in its form."""
    version = client.get(where).context["form"]["version"].value()
    return client.post(where, ANSWER | {"version": version} | given)


def editor(opinion):
    return make.user("editor", agency=opinion.consultation.agency)


def test_whoever_holds_the_link_reads_what_is_asked_and_nothing_else(client, where, opinion):
    page = client.get(where)
    shown = text(page)
    for words in ("Sở Công Thương đề nghị Công ty Điện lực cho ý kiến", "Quy hoạch CCN Lại Yên", "Ranh giới, hạ tầng"):
        assert words in shown
    assert f"{opinion.due_on:%d/%m/%Y}" in shown
    assert "Im lặng không phải là đồng ý" in shown
    assert "Sở Tài chính" not in page.text
    links = re.findall(r'href="([^"]+)"', page.text)
    assert not [one for one in links if not one.startswith(("/static/", "#"))]


def test_the_page_is_kept_out_of_caches_indexes_and_of_what_other_hosts_hear(client, where):
    for address in (where, "/answer/khong-co/"):
        response = client.get(address)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "strict-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_an_answer_by_link_is_thanked_for_and_corrected(client, where, opinion):
    thanks = client.get(send(client, where).url)
    assert "Đã nhận câu trả lời" in text(thanks)
    opinion.refresh_from_db()
    assert (opinion.via, opinion.outcome, opinion.recorded_by) == ("link", "agree_with_comments", None)
    opened = client.get(where)
    assert "1. Bổ sung bãi đỗ xe." in opened.text
    send(client, where, outcome="agree", text="")
    opinion.refresh_from_db()
    assert opinion.outcome == "agree"


def test_the_answer_names_who_gave_it_and_says_why_not(client, where, opinion):
    page = send(client, where, signed_by=" ")
    assert "Họ tên, chức vụ" in text(page)
    page = send(client, where, outcome="disagree", text="")
    assert "Nêu nội dung góp ý" in text(page)
    page = send(client, where, text="a\u0007b")
    assert page.status_code == 200
    opinion.refresh_from_db()
    assert opinion.answered_on is None


def test_the_form_of_another_host_is_refused(opinion, where):
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post(where, ANSWER).status_code == 403
    opinion.refresh_from_db()
    assert opinion.answered_on is None


def test_the_history_says_by_link_and_names_nobody_even_when_someone_is_signed_in(client, where, opinion):
    client.force_login(make.user("editor", agency=opinion.agency))
    send(client, where)
    change = RowChange.objects.filter(table="planning_opinionrequest").order_by("pk").last()
    assert (change.actor, change.reason) == (None, "Trả lời qua liên kết")
    client.force_login(editor(opinion))
    assert "Lý do: Trả lời qua liên kết" in text(client.get(f"/opinions/{opinion.pk}/"))


def test_the_office_that_asked_is_told(client, where, opinion):
    person = editor(opinion)
    send(client, where)
    assert Notice.objects.get(kind="opinion_answered").user == person


def test_whoever_was_slower_sees_the_answer_that_stands_and_loses_nothing(client, where, opinion):
    paper = make.document(city="HN")
    opened = client.get(where).context["form"]["version"].value()
    make.answered(
        OpinionRequest.objects.get(pk=opinion.pk), on=timezone.localdate(), text="Lời trên giấy", document=paper
    )
    mine = ANSWER | {"version": opened, "text": "Lời qua liên kết"}
    page = client.post(where, mine)
    assert page.status_code == 409
    assert "Lời trên giấy" in page.text and "Lời qua liên kết" in page.text
    opinion.refresh_from_db()
    assert (opinion.text, opinion.via) == ("Lời trên giấy", "paper")
    again = client.post(where, mine | {"version": page.context["form"]["version"].value()})
    assert again.status_code == 302
    opinion.refresh_from_db()
    assert (opinion.text, opinion.via, opinion.document) == ("Lời qua liên kết", "link", paper)


# Links that are no good -----------------------------------------------------------------------------------------------


def forged(opinion, token):
    return token[:-2] + ("AA" if token[-2:] != "AA" else "BB")


def of_another(opinion, token):
    """The words of one link under the seal of another."""
    other = link(make.opinion())
    return other.split(":")[0] + ":" + token.split(":", 1)[1]


def replaced(opinion, token):
    link(opinion)
    return token


def ended(opinion, token):
    consulting.end_link(opinion, by=make.administrator())
    return token


def expired(opinion, token):
    OpinionRequest.objects.filter(pk=opinion.pk).update(link_until=timezone.now() - datetime.timedelta(seconds=1))
    return token


def closed(opinion, token):
    matter = opinion.consultation
    OpinionRequest.objects.filter(consultation=matter).update(due_on=matter.sent_on - datetime.timedelta(1))
    consulting.close(matter, by=make.administrator(), on=timezone.localdate())
    return token


BAD = {
    "forged": forged,
    "of another agency": of_another,
    "replaced": replaced,
    "ended": ended,
    "expired": expired,
    "closed": closed,
    "nonsense": lambda opinion, token: "khong-co",
    "controls": lambda opinion, token: "%00%E2%80%AE",
    "longer": lambda opinion, token: f"{token}/nua",
}


def words_of(page):
    return re.sub(r'<input type="hidden"[^>]+>', "", page.text)


@pytest.mark.parametrize("kind", BAD)
def test_every_link_that_is_no_good_finds_the_same_page(client, opinion, token, kind):
    bad = BAD[kind](opinion, token)
    page = client.get(f"/answer/{bad}/")
    assert page.status_code == 404
    assert "Liên kết này không dùng được" in text(page)
    assert words_of(page) == words_of(client.get("/answer/khong-co/"))
    assert client.post(f"/answer/{bad}/", ANSWER).status_code == 404
    assert client.get(f"/answer/{bad}/document/").status_code == 404
    assert not OpinionRequest.objects.filter(answered_on__isnull=False).exists()


def test_a_link_answers_for_its_own_agency_only(client, opinion, where):
    send(client, where)
    assert list(OpinionRequest.objects.filter(via="link")) == [opinion]


def test_a_link_that_is_ended_while_someone_writes_is_no_good_any_more(client, opinion, where):
    client.get(where)
    consulting.end_link(opinion, by=make.administrator())
    assert client.post(where, ANSWER).status_code == 404


# The paper ------------------------------------------------------------------------------------------------------------


def test_the_paper_is_downloaded_by_the_link_whole_and_harmless(client, opinion, where):
    assert client.get(f"{where}document/").status_code == 404
    paper = make.document(number="99/SCT-QLCN", type="CV", publicity="restricted")
    paper.file.save("cv.pdf", ContentFile(b"%PDF-1.7 du thao"))
    type(opinion.consultation).objects.update(document=paper)
    assert f"{where}document/" in client.get(where).text
    response = client.get(f"{where}document/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 du thao"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"
    assert "99-SCT-QLCN.pdf" in response["Content-Disposition"]
    assert client.get(f"/documents/{paper.pk}/file/").status_code == 302  # by no other address


# Making one -----------------------------------------------------------------------------------------------------------


def shown_link(page):
    return re.search(r"http://testserver(/answer/[^\"<\s]+)", page.text)[1]


def made(client, opinion, **given):
    client.force_login(editor(opinion))
    given = {"version": OpinionRequest.objects.get(pk=opinion.pk).version, "days": 5} | given
    return client.post(f"/opinions/{opinion.pk}/link/", given)


def test_the_link_is_shown_once_with_a_letter_and_mailed(client, opinion):
    page = made(client, opinion, contact_email="vanthu@dienluc.vn")
    address = shown_link(page)
    assert Client().get(address).status_code == 200
    assert "Kính gửi: Công ty Điện lực" in page.text
    [sent] = mail.outbox
    assert sent.to == ["vanthu@dienluc.vn"]
    assert address in sent.body
    assert address not in client.get(f"/opinions/{opinion.pk}/").text
    assert address not in client.get(f"/opinions/{opinion.pk}/link/").text


def test_without_an_address_nothing_is_mailed(client, opinion):
    assert "Đã gửi thư" not in text(made(client, opinion))
    assert not mail.outbox


def test_a_mail_server_that_refuses_is_said_and_the_link_still_shown(client, opinion, monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError("no mail today")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    page = made(client, opinion, contact_email="vanthu@dienluc.vn")
    assert "Không gửi được thư đến vanthu@dienluc.vn" in text(page)
    assert Client().get(shown_link(page)).status_code == 200


@pytest.mark.parametrize("days", [0, 61, "nhiều"])
def test_a_link_lasts_from_one_day_to_sixty(client, opinion, days):
    page = made(client, opinion, days=days)
    assert page.status_code == 200
    assert "/answer/" not in page.text


def test_only_the_office_that_asks_makes_and_ends_links(client, opinion):
    client.force_login(make.user("editor", agency=opinion.agency))
    assert client.post(f"/opinions/{opinion.pk}/link/", {"days": 5}).status_code == 403
    assert client.post(f"/opinions/{opinion.pk}/link/end/").status_code == 403


def test_the_token_is_in_no_history_no_page_and_no_log(client, opinion, token, where, caplog):
    with caplog.at_level(logging.INFO):
        client.get(where)
        client.get(f"{where}nua/")
        send(client, where)
    records = [record for record in caplog.records if WithoutSecrets().filter(record)]
    assert any("/answer/…" in record.getMessage() for record in records)
    assert not [record for record in records if token in record.getMessage()]
    nonce = OpinionRequest.objects.get(pk=opinion.pk).link_nonce
    for change in RowChange.objects.all():
        assert nonce not in f"{change.before}{change.after}"
    client.force_login(editor(opinion))
    for address in (f"/opinions/{opinion.pk}/", f"/consultations/{opinion.consultation.code}/"):
        page = client.get(address).text
        assert token not in page
        assert nonce not in page
