"""The story of one duty: read from a notice, given, asked after, explained, done, confirmed; each told once."""

import datetime
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Letter, Notice
from planning.models import Directive, Task
from tests import factories as make
from tests.flows.test_correct_a_figure import inputs, signed_in

pytestmark = pytest.mark.django_db
NOTICE = """Số: 412/TB-VP
Hà Nội, ngày 12 tháng 11 năm 2026
THÔNG BÁO
Kết luận của Phó Chủ tịch UBND Thành phố về tiến độ cụm công nghiệp
1. Giao Sở Công Thương chủ trì, phối hợp với Sở Tài chính rà soát cụm công nghiệp Lại Yên trước ngày 05/12/2026.
2. Sở Tài chính báo cáo nguồn vốn trong tháng 12/2026.
"""


@pytest.fixture
def days(monkeypatch):
    """`days("2026-11-12")`: the day on which what follows happens."""

    def becomes(text):
        day = datetime.date.fromisoformat(text)
        monkeypatch.setattr(timezone, "localdate", lambda *moment: day)

    return becomes


def post(client, address, **given):
    answer = client.post(address, inputs(client.get(address)) | given)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return answer.headers["Location"]


def told(person):
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def test_a_duty_goes_from_the_notice_to_its_proof(days, capsys):
    office = make.agency(code="HN-VP", name="Văn phòng UBND thành phố Hà Nội", city="HN")
    lead = make.agency(code="HN-CT", name="Sở Công Thương thành phố Hà Nội", city="HN")
    partner = make.agency(code="HN-TC", name="Sở Tài chính thành phố Hà Nội", city="HN")
    zone = make.zone(code="HN-LY", name="Cụm công nghiệp Lại Yên", city="HN")
    clerk, lan = make.user("approver", agency=office), make.user("editor", agency=lead, email="lan@example.vn")
    head, minh = make.user("head", agency=lead), make.user("editor", agency=partner)
    stranger = make.user("editor", agency=make.agency(city="HN"))
    at_office, at_lead = signed_in(clerk), signed_in(lan)

    # The office puts down the directive, kept to those whom it concerns, pastes its text and accepts what was read.
    days("2026-11-12")
    given = {"code": "CD-412", "number": "412/TB-VP", "title": "Tiến độ cụm công nghiệp", "city": "HN"}
    given |= {"issued_on": "12/11/2026", "publicity": "restricted", "source": "Thông báo 412/TB-VP"}
    post(at_office, "/directives/new/", **given)
    read = post(at_office, "/directives/CD-412/text/", text=NOTICE)
    rows = at_office.get(read).context["rows"]
    form = {f"form-{name}": str(rows.management_form[name].value()) for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for row in rows:
        for bound in row:
            value = bound.value()
            value = value if isinstance(value, list) else "" if value in (None, False) else str(value)
            form |= {bound.html_name: value} if value != "" else {}
    form["version"] = str(Directive.objects.get().version)
    assert at_office.post(read, form).status_code == 302
    first, second = Task.objects.order_by("number")
    assert (first.lead_agency, list(first.cooperating.all()), list(first.zones.all())) == (lead, [partner], [zone])
    assert (first.first_due_on, second.first_due_on) == (datetime.date(2026, 12, 4), datetime.date(2026, 12, 31))

    # Those who have the duty are told and find it; nobody else does.
    task = f"/tasks/{first.pk}/"
    assert told(lan) == ["task_given"]
    assert told(minh) == ["task_given", "task_given"]
    assert at_lead.get(task).status_code == 200
    assert signed_in(stranger).get(task).status_code == 404
    assert at_lead.get(f"/tasks/{second.pk}/").status_code == 404

    # It is asked after, with a day for the answer; the question stands first in the lead's work until it explains.
    days("2026-12-01")
    post(at_office, f"{task}ask/", answer_by="03/12/2026", text="Vì sao chưa có báo cáo?")
    assert (told(lan)[1:], told(head)) == (["task_asked"], ["task_asked"])
    assert at_lead.get("/my/").context["work"].groups[0].id == "asked"
    post(at_lead, f"{task}report/", kind="explanation", text="Xã chưa gửi số liệu.")
    assert at_lead.get("/my/").context["work"].groups[0].id == "soon"

    # The deadline passes: the next morning's command tells the lead and its head once, by one letter.
    days("2026-12-07")
    call_command("remind")
    assert told(lan)[-1] == told(head)[-1] == "task_overdue"
    assert [letter.to for letter in mail.outbox] == [["lan@example.vn"]]
    before = Notice.objects.count()
    call_command("remind")
    assert (Notice.objects.count(), len(mail.outbox), Letter.objects.count()) == (before, 1, 1)

    # It is reported done with its proof and confirmed: done late, for any day from then on, late before.
    proof = make.document(number="77/BC-SCT", city="HN")
    post(at_lead, f"{task}done/", document=str(proof.pk), text="Đã báo cáo Uỷ ban nhân dân")
    assert told(clerk)[-1] == "task_claimed"
    days("2026-12-08")
    post(at_office, f"{task}confirm/")
    assert told(lan)[-1] == "task_confirmed"
    page = at_lead.get(task).content.decode()
    assert "77/BC-SCT" in page
    assert "hoàn thành quá hạn" in page
    assert "chưa hoàn thành, quá hạn" in at_lead.get(f"{task}?as_of=2026-12-06").content.decode()
    lines = at_office.get("/tasks/agencies/").context["lines"]
    assert [(line.agency, line.share) for line in lines] == [(lead, 0), (partner, None)]
    assert re.search(r"DTSTART;VALUE=DATE:20261204", calendar_of(at_lead))


def calendar_of(client):
    page = client.post("/calendar/keys/", {"label": "Điện thoại"}).content.decode()
    address = re.search(r"http://testserver(/calendar/feed/[^<\"\s]+)", page)[1]
    return client.get(address).content.decode()
