"""The pages of directives and tasks: from the text of a notice to the proof that a task is done."""

import datetime
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning import duties
from planning.models import Directive, Task
from tests import factories as make
from tests.planning.test_plan_pages import text

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
TODAY = datetime.date(2026, 6, 15)
NOTICE = """Số: 120/TB-VP
Hà Nội, ngày 02 tháng 3 năm 2026
THÔNG BÁO
Kết luận của Phó Chủ tịch UBND Thành phố
1. Giao Sở Công Thương chủ trì, phối hợp với Sở Tài chính rà soát tiến độ cụm công nghiệp Lại Yên trước ngày 30/6/2026.
2. Sở Tài chính báo cáo tiến độ bố trí vốn định kỳ hằng quý.
3. Giao Sở Công Thương hướng dẫn thủ tục trong 15 ngày làm việc kể từ ngày nhận văn bản.
"""


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The day on which the tests happen."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def offices():
    """The office that follows, the department that leads, another one that helps."""
    names = {"vp": "Văn phòng UBND Thành phố", "ct": "Sở Công Thương", "tc": "Sở Tài chính"}
    return {code: make.agency(code=code.upper(), name=name, city="HN") for code, name in names.items()}


@pytest.fixture
def directive(offices):
    given = {"code": "CD-HN-K120", "number": "K120/TB-VP", "issued_on": datetime.date(2026, 3, 2)}
    return make.directive(agency=offices["vp"], **given)


@pytest.fixture
def task(directive, offices):
    due = {"first_due_on": datetime.date(2026, 6, 30), "deadline_text": "trong tháng 6/2026", "due_precision": "month"}
    return make.task(directive, lead_agency=offices["ct"], content="Rà soát cụm công nghiệp", **due)


@pytest.fixture
def at(client, offices):
    """`at("ct", "editor")`: the client, signed in as an editor of that office."""

    def signed_in(code, role="editor"):
        client.force_login(make.user(role, agency=offices[code]))
        return client

    return signed_in


def posted(client, address, **given):
    version = client.get(address).context["form"]["version"].value()
    return client.post(address, {"version": version} | given)


def counted(client, address):
    client.get(address)  # whatever is kept after the first time
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_from_report_to_proof_to_confirmation(at, task):
    proof = make.document(number="77/BC-SCT")
    done = {"on": "12/06/2026", "text": "Đã trình", "document": proof.pk}
    assert posted(at("ct"), f"/tasks/{task.pk}/done/", **done).status_code == 302
    shown = text(at("vp", "head").get(f"/tasks/{task.pk}/"))
    assert "báo cáo đã hoàn thành ngày 12/06/2026; chưa được xác nhận" in shown
    assert "77/BC-SCT" in shown
    assert posted(at("vp", "head"), f"/tasks/{task.pk}/confirm/").status_code == 302
    assert "hoàn thành đúng hạn" in text(at("ct").get(f"/tasks/{task.pk}/"))


def test_what_was_sent_back_is_open_again_with_the_reason(at, task):
    posted(at("ct"), f"/tasks/{task.pk}/done/", on="12/06/2026", text="Đã trình")
    posted(at("vp", "head"), f"/tasks/{task.pk}/send-back/", on="14/06/2026", text="Thiếu phụ lục")
    shown = text(at("ct").get(f"/tasks/{task.pk}/"))
    assert "chưa hoàn thành, trong hạn" in shown
    assert "Thiếu phụ lục" in shown


def test_an_extension_keeps_both_dates(at, task):
    given = {"due_on": "31/07/2026", "granted_on": "10/06/2026", "source": "Công văn 9", "note": "Chờ số liệu"}
    assert posted(at("vp", "head"), f"/tasks/{task.pk}/extend/", **given).status_code == 302
    shown = text(at("ct").get(f"/tasks/{task.pk}/"))
    assert "06/2026" in shown
    assert "Hạn hiện nay 31/07/2026" in shown
    assert "30/06/2026 31/07/2026 Chờ số liệu" in shown


def test_an_extension_without_a_source_is_refused_beside_its_field(at, task):
    given = {"due_on": "31/07/2026", "granted_on": "10/06/2026", "note": "Chờ số liệu"}
    assert "Cần một văn bản hoặc một nguồn" in text(posted(at("vp", "head"), f"/tasks/{task.pk}/extend/", **given))


def test_a_deadline_after_an_event_is_known_once_the_event_is_told(at, directive, offices):
    term = {"term_length": 15, "term_unit": "wd", "event": "ngày nhận văn bản"}
    task = make.task(directive, lead_agency=offices["ct"], **term)
    assert "Hạn tính từ “ngày nhận văn bản”; ngày đó chưa được ghi." in text(at("ct").get(f"/tasks/{task.pk}/"))
    posted(at("ct"), f"/tasks/{task.pk}/anchor/", on="01/06/2026")
    task.refresh_from_db()
    assert task.due_on == datetime.date(2026, 6, 22)


@pytest.mark.parametrize(
    ("verb", "office", "role", "status"),
    [
        ("report", "ct", "editor", 200),
        ("report", "tc", "editor", 200),
        ("report", "vp", "head", 403),
        ("done", "ct", "editor", 200),
        ("done", "tc", "editor", 403),
        ("confirm", "vp", "head", 200),
        ("confirm", "vp", "editor", 403),
        ("confirm", "ct", "head", 403),
        ("extend", "ct", "head", 403),
        ("edit", "vp", "editor", 200),
        ("edit", "ct", "head", 403),
        ("links", "ct", "editor", 200),
        ("links", "tc", "editor", 403),
    ],
)
def test_each_verb_is_for_those_whose_it_is(at, task, offices, verb, office, role, status):
    task.cooperating.add(offices["tc"])
    assert at(office, role).get(f"/tasks/{task.pk}/{verb}/").status_code == status


def test_whoever_may_not_act_reads_who_may(at, task):
    shown = text(at("tc", "viewer").get(f"/tasks/{task.pk}/"))
    assert "Cơ quan chủ trì báo cáo hoàn thành." in shown
    assert f"/tasks/{task.pk}/done/" not in shown


def test_two_at_once_lose_nothing(at, task):
    client = at("ct")
    version = task.version
    posted(client, f"/tasks/{task.pk}/report/", kind="progress", on="10/06/2026", text="Người thứ nhất")
    second = {"version": version, "kind": "progress", "on": "11/06/2026", "text": "Người thứ hai"}
    answer = client.post(f"/tasks/{task.pk}/report/", second)
    assert answer.status_code == 409
    assert "Người khác vừa ghi vào đây" in text(answer)
    assert "Người thứ hai" in answer.content.decode()
    again = second | {"version": answer.context["form"]["version"].value()}
    assert client.post(f"/tasks/{task.pk}/report/", again).status_code == 302
    assert task.reports.count() == 2


def test_the_list_tells_the_class_on_the_day_in_view(at, task):
    client = at("vp")
    assert client.get("/tasks/?task_class=open_overdue").context["count"] == 0
    assert client.get("/tasks/?task_class=open_in_time").context["count"] == 1
    assert client.get("/tasks/?as_of=2026-03-01").context["count"] == 0  # not given yet


@pytest.mark.parametrize(
    "asked", ["directive=k120/TB-VP", "directive=CD-HN-K120", "lead=CT", "search=ra soat", "zone=LY"]
)
def test_the_list_finds_tasks_by(at, task, asked):
    task.zones.add(make.zone(code="LY"))
    make.task(content="Việc khác")
    assert at("vp").get(f"/tasks/?{asked}").context["count"] == 1


def test_a_directive_counts_its_tasks_by_class(at, task, directive):
    make.task(directive, lead_agency=task.lead_agency, first_due_on=datetime.date(2026, 4, 30))
    shown = text(at("ct").get("/directives/CD-HN-K120/"))
    assert "chưa hoàn thành, quá hạn : 1 trong 2 nhiệm vụ" in shown
    assert "chưa hoàn thành, trong hạn : 1 trong 2 nhiệm vụ" in shown


def test_the_deadline_that_is_written_is_the_one_that_holds(at, directive, offices):
    sent = {"number": 1, "content": "Rà soát", "first_due_on": "Q3/2026", "lead_agency": offices["ct"].pk}
    assert at("vp").post("/directives/CD-HN-K120/tasks/new/", sent).status_code == 302
    task = Task.objects.get(directive=directive)
    assert (task.due_on, task.due_precision) == (datetime.date(2026, 9, 30), "quarter")


def test_correcting_the_deadline_leaves_an_extension_standing(at, task):
    given = {"due_on": "31/07/2026", "granted_on": "10/06/2026", "source": "Công văn 9", "note": "Chờ số liệu"}
    posted(at("vp", "head"), f"/tasks/{task.pk}/extend/", **given)
    client = at("vp")
    form = client.get(f"/tasks/{task.pk}/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"first_due_on": "15/06/2026"}
    assert client.post(f"/tasks/{task.pk}/edit/", sent).status_code == 302
    task.refresh_from_db()
    assert (task.first_due_on, task.due_on) == (datetime.date(2026, 6, 15), datetime.date(2026, 7, 31))


def test_linking_keeps_what_the_writer_may_not_see(at, task):
    seen, hidden = make.zone(), make.zone(publicity="restricted")
    task.zones.add(hidden)
    assert posted(at("ct"), f"/tasks/{task.pk}/links/", zones=[seen.pk]).status_code == 302
    assert {*task.zones.all()} == {seen, hidden}


# Reading a notice ---------------------------------------------------------------------------------------------------


@pytest.fixture
def read(at, directive):
    """The follower's client on the page that reads the notice, and its rows as they would be sent."""
    make.zone(code="HN-CCN-LAIYEN", name="Cụm công nghiệp Lại Yên")
    client = at("vp")
    posted(client, "/directives/CD-HN-K120/text/", text=NOTICE)
    page = client.get("/directives/CD-HN-K120/read/")
    sent = {"version": page.context["directive"].version}
    for form in [page.context["rows"].management_form, *page.context["rows"]]:
        values = {bound.html_name: bound.value() for bound in form}
        sent |= {name: "on" if value is True else value for name, value in values.items() if value not in (None, False)}
    return client, page, sent


def test_a_notice_is_read_into_rows_and_its_sentences_are_marked(read):
    _client, page, _sent = read
    assert not Task.objects.exists()
    shown = page.content.decode()
    assert shown.count("<mark") == 3
    assert '<mark id="read-1">' in shown
    first, second, third = (form.initial for form in page.context["rows"])
    assert (first["lead_text"], first["first_due_on"], len(first["cooperating"])) == ("Sở Công Thương", "29/06/2026", 1)
    assert len(first["zones"]) == 1
    assert second["every"] == "quarter"
    assert (third["term_length"], third["term_unit"], third["event"]) == (15, "wd", "ngày nhận văn bản")


def test_the_ticked_rows_become_tasks_as_they_were_corrected(read, directive, offices):
    client, _page, sent = read
    del sent["form-1-take"]
    sent["form-0-content"] = "Rà soát tiến độ cụm Lại Yên, báo cáo"
    assert client.post("/directives/CD-HN-K120/read/", sent).status_code == 302
    first, third = directive.tasks.order_by("number")
    assert first.content == "Rà soát tiến độ cụm Lại Yên, báo cáo"
    assert (first.lead_agency, *first.cooperating.all()) == (offices["ct"], offices["tc"])
    assert [zone.code for zone in first.zones.all()] == ["HN-CCN-LAIYEN"]
    assert first.due_on == datetime.date(2026, 6, 29)
    assert (third.number, third.waits_for, third.due_on) == (2, "ngày nhận văn bản", None)


def test_what_was_accepted_is_not_ticked_again(read):
    client, _page, sent = read
    client.post("/directives/CD-HN-K120/read/", sent)
    again = client.get("/directives/CD-HN-K120/read/").context["rows"]
    assert [form.initial["take"] for form in again] == [False, False, False]
    assert "Đã có nhiệm vụ số 2 của văn bản này." in text(client.get("/directives/CD-HN-K120/read/"))


def test_one_wrong_row_keeps_all_out(read, directive):
    client, _page, sent = read
    answer = client.post("/directives/CD-HN-K120/read/", sent | {"form-1-first_due_on": "mai"})
    assert answer.status_code == 200
    assert "Không đọc được ngày" in text(answer)
    assert not directive.tasks.exists()


def test_a_text_that_changed_meanwhile_is_read_anew(read, directive):
    client, _page, sent = read
    changed = Directive.objects.get(pk=directive.pk)
    changed.text += "4. Giao Sở Tài chính báo cáo."
    changed.save()
    assert client.post("/directives/CD-HN-K120/read/", sent).status_code == 302
    assert not directive.tasks.exists()


@pytest.mark.parametrize(
    ("day", "listed"),
    [("2016-03-31", ["1/TB"]), ("2016-04-01", ["1/TB", "2/TB"]), ("2016-12-31", ["1/TB", "2/TB", "3/TB"])],
)
def test_the_list_of_a_past_day_has_the_directives_issued_by_then(at, offices, day, listed):
    month = {"issued_on": datetime.date(2016, 4, 30), "issued_precision": "month"}
    make.directive(agency=offices["vp"], number="1/TB", issued_on=datetime.date(2016, 3, 31))
    make.directive(agency=offices["vp"], number="2/TB", **month)
    make.directive(agency=offices["vp"], number="3/TB", issued_on=datetime.date(2016, 12, 31))
    shown = text(at("vp").get(f"/directives/?as_of={day}"))
    assert [number for number in ("1/TB", "2/TB", "3/TB") if number in shown] == listed


def test_a_deadline_that_is_an_event_is_said_in_words(at, directive, offices):
    waits = make.task(directive, lead_agency=offices["ct"], event="phê duyệt Quy hoạch Thủ đô")
    client = at("vp")
    for address in ("/tasks/", f"/tasks/{waits.pk}/", "/directives/CD-HN-K120/"):
        assert "theo sự kiện: phê duyệt Quy hoạch Thủ đô" in text(client.get(address))
    assert "bao lâu sau “phê duyệt Quy hoạch Thủ đô”" in text(client.get(f"/tasks/{waits.pk}/"))


# My work --------------------------------------------------------------------------------------------------------------


def in_groups(client):
    groups = client.get("/my/").context["work"].groups
    return {group.id: [(duty.what, duty.action) for duty in group.duties] for group in groups if group.duties}


def test_my_work_says_what_is_owed_and_the_next_thing_to_do(at, directive, offices):
    own = {"lead_agency": offices["ct"]}
    make.rule("task.stale", 30, "d")
    make.task(directive, content="Quá hạn", first_due_on=datetime.date(2026, 5, 31), **own)
    make.task(directive, content="Sắp hạn", first_due_on=datetime.date(2026, 6, 20), **own)
    make.task(directive, content="Im lặng", **own)
    make.task_report(make.task(directive, content="Không hạn", **own), on=datetime.date(2026, 6, 1))
    make.task(directive, content="Giúp", lead_agency=offices["tc"], cooperating=[offices["ct"]])
    found = in_groups(at("ct"))
    assert found["late"] == [("Quá hạn", "Giải trình hoặc báo cáo")]
    assert found["soon"] == [("Sắp hạn", "Báo cáo hoàn thành")]
    assert found["open"] == [("Không hạn", "Báo cáo tiến độ")]
    assert found["helping"] == [("Giúp", "Báo cáo phần việc")]
    assert found["silent"] == [("Im lặng", "Báo cáo tiến độ")]


def test_the_office_asks_on_the_page_and_the_lead_finds_the_question_in_its_work(at, task):
    address = f"/tasks/{task.pk}/"
    given = {"version": task.version, "on": "05/06/2026", "answer_by": "12/06/2026", "text": "Vì sao chậm?"}
    assert at("vp").post(f"{address}ask/", given).status_code == 302
    lead = at("ct")
    assert in_groups(lead)["asked"] == [("Rà soát cụm công nghiệp", "Giải trình")]
    page = lead.get(address).content.decode()
    assert "trả lời chậm nhất 12/06/2026" in page and "Vì sao chậm?" in page
    form = lead.get(f"{address}report/").context["form"]
    assert form["kind"].value() == "explanation"
    task.refresh_from_db()
    given = {"version": task.version, "kind": "explanation", "on": "08/06/2026", "text": "Chờ ý kiến Bộ"}
    assert lead.post(f"{address}report/", given).status_code == 302
    assert "asked" not in in_groups(lead)


def test_my_work_by_person_counts_what_each_looks_after_and_shows_it_alone(at, directive, offices):
    lan = make.user("editor", agency=offices["ct"], last_name="Trần", first_name="Lan")
    make.rule("task.stale", 30, "d")
    own = {"lead_agency": offices["ct"]}
    make.task(directive, content="Quá hạn", first_due_on=datetime.date(2026, 5, 31), officer=lan, **own)
    make.task(directive, content="Sắp hạn", first_due_on=datetime.date(2026, 6, 20), officer=lan, **own)
    make.task(directive, content="Im lặng", **own)
    make.task(directive, content="Giúp", lead_agency=offices["tc"], cooperating=[offices["ct"]], officer=lan)
    client = at("ct")
    shares = client.get("/my/").context["work"].shares
    assert [(one.key, one.open, one.late, one.soon, one.silent) for one in shares] == [
        (str(lan.pk), 2, 1, 1, 0),
        ("none", 1, 0, 0, 1),
    ]
    page = client.get("/my/", {"person": lan.pk})
    assert {group.id: len(group.duties) for group in page.context["work"].groups} == {"late": 1, "soon": 1}
    assert "Chỉ nhiệm vụ do Trần Lan phụ trách" in text(page)
    only = client.get("/my/", {"person": "none"}).context["work"]
    assert [duty.what for group in only.groups for duty in group.duties] == ["Im lặng"]
    assert client.get("/my/", {"person": "\u0000"}).context["work"].person is None


def test_my_work_shows_the_most_pressing_lines_of_a_long_group_and_counts_all(at, directive, offices, monkeypatch):
    monkeypatch.setattr("planning.my_work.tasks.MOST", 2)
    for day in (3, 1, 2):
        late = datetime.date(2026, 5, day)
        make.task(directive, content=f"Việc hạn {day}", lead_agency=offices["ct"], first_due_on=late)
    page = at("ct").get("/my/")
    (group,) = (one for one in page.context["work"].groups if one.id == "late")
    assert ([duty.what for duty in group.duties], group.count) == (["Việc hạn 1", "Việc hạn 2"], 3)
    assert "Còn 1 nhiệm vụ nữa" in text(page)


def test_a_report_ends_the_silence(at, task):
    make.rule("task.stale", 30, "d")
    make.task_report(task, on=datetime.date(2026, 6, 1))
    assert "silent" not in in_groups(at("ct"))


def test_silence_lasts_as_long_as_the_rule_in_force_says_and_the_page_says_so(at, task):
    client = at("ct")
    make.task_report(task, on=TODAY - datetime.timedelta(days=11))
    Task.objects.update(first_due_on=None, due_on=None)
    make.rule("task.stale", 5, "d", valid_to=TODAY - datetime.timedelta(days=1))
    assert "silent" not in in_groups(client)
    assert "Chưa có quy tắc về im lặng (task.stale)" in text(client.get("/my/"))
    rule = make.rule("task.stale", 10, "d", valid_from=TODAY)
    assert in_groups(client)["silent"]
    page = text(client.get("/my/"))
    assert page.count("Im lặng quá 10 ngày") >= 2 and "30 ngày" not in page  # the group, and who looks after it
    rule.value = 11
    rule.save()
    assert "silent" not in in_groups(client)
    assert "Nhiệm vụ nào cũng có báo cáo trong 11 ngày qua" in text(client.get("/my/"))


def test_what_was_reported_done_waits_for_the_approver_of_the_following_office(at, task):
    make.task_report(task, "done", on=datetime.date(2026, 6, 1))
    assert in_groups(at("vp", "head"))["claims"] == [("Rà soát cụm công nghiệp", "Xác nhận hoặc trả lại")]
    assert "claims" not in in_groups(at("vp", "editor"))
    assert in_groups(at("ct"))["open"] == [("Rà soát cụm công nghiệp", "Đã báo cáo hoàn thành, chờ xác nhận")]


def test_my_work_has_the_dossiers_that_press(at, offices):
    dossier = make.dossier(make.zone(managing_agency=offices["ct"]), lead_agency=offices["ct"])
    type(dossier).objects.filter(pk=dossier.pk).update(due_on=datetime.date(2026, 6, 10))
    assert [what for what, _act in in_groups(at("ct"))["dossiers"]] == [dossier.title]


def test_a_zone_and_a_dossier_list_their_tasks(at, task):
    zone = make.zone()
    dossier = make.dossier(zone)
    task.zones.add(zone)
    task.dossiers.add(dossier)
    client = at("ct")
    for address in (f"/zones/{zone.code}/", f"/dossiers/{dossier.code}/"):
        assert f'href="/tasks/{task.pk}/"' in client.get(address).content.decode()


def test_the_history_of_a_restricted_directive_tells_each_agency_of_its_own_tasks(at, directive, offices, client):
    Directive.objects.update(publicity="restricted")
    make.task(directive, lead_agency=offices["ct"], event="sự kiện của Sở Công Thương", term_length=5, term_unit="wd")
    make.task(directive, lead_agency=offices["tc"], event="sự kiện của Sở Tài chính", term_length=5, term_unit="wd")
    own, others = "sự kiện của Sở Công Thương", "sự kiện của Sở Tài chính"
    seen = text(at("ct").get(f"/directives/{directive.code}/"))
    assert own in seen and others not in seen
    seen = text(at("vp").get(f"/directives/{directive.code}/"))
    assert own in seen and others in seen


def test_the_text_of_a_restricted_directive_is_for_those_who_see_it_whole(at, directive, offices):
    Directive.objects.filter(pk=directive.pk).update(publicity="restricted", text="Giao Sở Tài chính việc mật.")
    Directive.objects.filter(pk=directive.pk).update(text="Giao Sở Tài chính việc rất mật.")
    make.task(directive, lead_agency=offices["ct"])
    for code, reads in (("ct", False), ("vp", True)):
        client = at(code)
        page = client.get(f"/directives/{directive.code}/").content.decode()
        assert ("việc rất mật" in page, "việc mật" in page) == (reads, reads)
        told = client.get(f"/api/v1/directives/{directive.code}").json()["text"]
        assert told == ("Giao Sở Tài chính việc rất mật." if reads else "")


def test_by_agency_every_number_opens_the_tasks_that_it_counts(at, directive, offices):
    ct, tc = offices["ct"], offices["tc"]
    make.task(directive, lead_agency=ct, first_due_on=datetime.date(2026, 5, 31))
    make.task(directive, lead_agency=ct, first_due_on=datetime.date(2026, 6, 30))
    make.task(directive, lead_agency=tc)
    for day in (1, 20):
        done = make.task(directive, lead_agency=ct, first_due_on=datetime.date(2026, 5, 10))
        make.task_report(done, "done", on=datetime.date(2026, 5, day))
        duties.confirm(done, by=make.administrator())
    Task.objects.filter(pk=make.task(directive).pk).update(lead_agency=None)
    client = at("ct", "viewer")
    page = client.get("/tasks/agencies/").context
    (first, *_rest), whole = page["lines"], page["whole"]
    assert first.agency == ct
    assert (first.total, first.done, first.share) == (4, 2, 50)
    assert (whole.total, [line.total for line in page["lines"]]) == (6, [4, 1, 1])
    unnamed = next(line for line in page["lines"] if line.agency is None)
    assert unnamed.query == ""
    for line in (*(one for one in page["lines"] if one.agency), whole):
        for number, query in (*line.counts, (line.total, line.query)):
            assert client.get(f"/tasks/?{query}").context["count"] == number


def test_by_agency_keeps_what_the_list_was_narrowed_to(at, task, directive, offices):
    make.task(make.directive(agency=offices["vp"]), lead_agency=offices["ct"])
    page = at("ct").get("/tasks/agencies/", {"directive": directive.code})
    assert page.context["whole"].total == 1
    assert f"directive={directive.code}" in page.context["lines"][0].query
    assert at("ct").get("/tasks/agencies/", {"task_class": "gone"}).status_code == 400


def test_tasks_are_exported_as_the_page_shows_them(at, task):
    exported = b"".join(at("vp").get("/export/tasks.csv").streaming_content).decode()
    assert "Rà soát cụm công nghiệp" in exported
    assert "trong tháng 6/2026" in exported


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("planning:tasks", "/tasks/"),
        ("planning:task_agencies", "/tasks/agencies/"),
        ("planning:directives", "/directives/"),
        ("planning:directive", "/directives/CD-HN-K120/"),
        ("planning:my", "/my/"),
    ],
)
def test_queries_do_not_grow_with_the_rows(at, task, directive, offices, name, address):
    client = at("ct")
    few = counted(client, address)
    for number in range(5):
        more = make.directive(agency=offices["vp"], issued_on=datetime.date(2026, 3, number + 1))
        for one in (directive, more):
            linked = {"cooperating": [offices["tc"]], "zones": [make.zone()]}
            make.task(one, lead_agency=offices["ct"], first_due_on=datetime.date(2026, 4, 1), **linked)
    many = counted(client, address)
    assert many <= few + 2  # reading what is linked, once there is something
    assert many == COUNTS[name]


def test_the_page_of_a_task_takes_the_same_number_of_statements_for_any_number_of_reports(at, task, offices):
    client, address = at("ct"), f"/tasks/{task.pk}/"

    def grow():
        task.zones.add(make.zone())
        task.cooperating.add(make.agency())
        make.task_report(task, on=datetime.date(2026, 6, 1), document=make.document())
        make.task_extension(Task.objects.get(pk=task.pk), document=make.document())

    grow()
    few = counted(client, address)
    for _ in range(3):
        grow()
    assert few == counted(client, address) == COUNTS["planning:task"]


def test_a_notice_of_any_length_is_read_with_the_same_number_of_statements(read, directive):
    client, _page, _sent = read
    few = counted(client, "/directives/CD-HN-K120/read/")
    directive.refresh_from_db()
    directive.text += "".join(
        f"{n}. Giao Sở Tài chính báo cáo việc số {n} trước ngày 30/7/2026.\n" for n in range(4, 20)
    )
    directive.save()
    assert few == counted(client, "/directives/CD-HN-K120/read/") == COUNTS["planning:notice_read"]
