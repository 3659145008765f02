"""The pages of consultations: from a draft to the last point that is settled."""

import datetime
from urllib.parse import quote, urlencode

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from planning import consulting
from planning.models import Consultation, OpinionItem, OpinionRequest
from tests import factories as make
from tests.planning.test_plan_pages import text
from zones.models import Document

pytestmark = pytest.mark.django_db
TODAY, SENT = datetime.date(2026, 6, 15), datetime.date(2026, 6, 1)
LETTER = "1. Bổ sung bãi đỗ xe.\n2. Rà soát ranh giới."


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The day on which the tests happen."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def offices():
    """The office that asks, the one that is asked, a third one."""
    names = {"ct": "Sở Công Thương", "xd": "Sở Xây dựng", "tc": "Sở Tài chính"}
    return {code: make.agency(code=code.upper(), name=name, city="HN") for code, name in names.items()}


@pytest.fixture
def matter(offices):
    return make.consultation(agency=offices["ct"], code="LYK-HN-2026-001", title="Quy hoạch chi tiết CCN Lại Yên")


@pytest.fixture
def opinion(matter, offices):
    return make.opinion(matter, sent_on=SENT, agency=offices["xd"])


@pytest.fixture
def at(client, offices):
    """`at("ct", "editor")`: the client, signed in as an editor of that office."""

    def signed_in(code, role="editor"):
        client.force_login(make.user(role, agency=offices[code]))
        return client

    return signed_in


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def version(record):
    return {"version": fresh(record).version}


# Beginning ------------------------------------------------------------------------------------------------------------


def test_a_consultation_begins_with_the_next_code_the_period_and_the_silence_that_its_dossier_calls_for(at, offices):
    make.consultation(agency=offices["ct"], code="LYK-HN-2026-007")
    period = make.rule("ccn.opinion", 10, "wd", title="Cơ quan trả lời ý kiến", article="Điều 9")
    silence = make.silence_rule()
    dossier = make.dossier(make.zone(kind="CCN", managing_agency=offices["ct"]), title="Thành lập CCN")
    client = at("ct")
    page = client.get(f"/consultations/new/?dossier={dossier.code}")
    assert 'value="LYK-HN-2026-008"' in page.text
    assert "Cơ quan trả lời ý kiến: 10 ngày làm việc (Điều 9)" in text(page)
    given = {"code": "LYK-HN-2026-008", "title": "Thành lập CCN", "kind": "agencies", "city": "HN"}
    given |= {"agency": offices["ct"].pk, "dossier": dossier.pk, "publicity": "internal"}
    given |= {"period_rule": period.pk, "silence_rule": silence.pk}
    assert page.context["form"].initial["silence_rule"] == silence.pk
    assert client.post("/consultations/new/", given).status_code == 302
    made = Consultation.objects.get(code="LYK-HN-2026-008")
    assert (made.term_length, made.term_unit, made.silence_rule) == (10, "wd", silence)


def test_silence_is_never_consent_without_a_rule_that_covers_the_matter(at, offices):
    silence = make.silence_rule(zone_kind="KCN")
    given = {"code": "LYK-HN-2026-008", "title": "Thành lập CCN", "kind": "agencies", "city": "HN"}
    given |= {"agency": offices["ct"].pk, "publicity": "internal", "term_length": 5, "silence_rule": silence.pk}
    page = at("ct").post("/consultations/new/", given)
    assert page.status_code == 200
    assert "không áp dụng" in text(page)


def test_agencies_are_invited_by_kind_and_those_that_were_asked_are_not_offered_again(at, matter, offices):
    make.opinion(matter, sent_on=None, agency=offices["xd"])
    communes = [make.agency(kind="commune", name=f"UBND xã {number}") for number in range(40)]
    client = at("ct")
    page = client.get(f"/consultations/{matter.code}/invite/")
    assert "Sở Tài chính" in page.text
    assert "UBND xã, phường, đặc khu (40)" in text(page)
    offered = {box.choice_label for _kind, boxes, _ticked in page.context["form"].groups for box in boxes}
    assert not offered & {"Sở Xây dựng", "Sở Công Thương"}
    chosen = [offices["tc"].pk, communes[3].pk]
    client.post(f"/consultations/{matter.code}/invite/", version(matter) | {"agencies": chosen})
    assert set(matter.requests.values_list("agency", flat=True)) == {*chosen, offices["xd"].pk}


def test_the_letter_is_sent_with_its_deadline_explained_and_what_silence_means(at, matter, offices):
    make.opinion(matter, sent_on=None, agency=offices["xd"])
    client = at("ct")
    page = client.get(f"/consultations/{matter.code}/send/?on=02/06/2026")
    assert "16/06/2026" in page.text
    assert "Im lặng không phải là đồng ý" in text(page)
    given = version(matter) | {"on": "01/06/2026"}
    assert client.post(f"/consultations/{matter.code}/send/", given).status_code == 302
    assert fresh(matter).due_on == TODAY


def test_once_sent_the_deadline_and_the_silence_stay_as_they_are(at, matter, opinion):
    page = at("ct").get(f"/consultations/{matter.code}/edit/")
    assert set(page.context["form"].fields) & {"term_length", "silence_rule", "kind", "city"} == set()


# The page -------------------------------------------------------------------------------------------------------------


def test_the_page_tells_the_one_next_thing_to_whoever_asks_and_to_whoever_is_asked(at, matter, opinion, offices):
    make.user("editor", agency=offices["xd"])
    where = f"/consultations/{matter.code}/"
    assert f"/opinions/{opinion.pk}/record/" in at("ct").get(where).text
    asked = at("xd").get(where)
    assert f"/opinions/{opinion.pk}/answer/" in asked.text
    third = at("tc").get(where)
    assert "/answer/" not in third.text
    assert "/record/" not in third.text
    assert "Sở Công Thương mời, gửi và xử lý góp ý" in text(third)


def test_an_agency_without_people_in_the_portal_is_given_a_link_first(at, matter, opinion):
    assert f"/opinions/{opinion.pk}/link/" in at("ct").get(f"/consultations/{matter.code}/").text


def test_counts_say_of_how_many_agencies(at, matter, opinion, offices):
    make.opinion(matter, sent_on=None, agency=offices["tc"])
    consulting.record_answer(opinion, by=make.administrator(), on=SENT, outcome="agree")
    shown = text(at("ct").get(f"/consultations/{matter.code}/"))
    assert "đồng ý 1 trong 2 cơ quan" in shown
    assert "1/2" in text(at("ct").get("/consultations/"))


def test_of_an_earlier_day_the_page_says_what_stood_then(at, matter, opinion):
    consulting.record_answer(opinion, by=make.administrator(), on=datetime.date(2026, 6, 10), outcome="agree")
    shown = text(at("ct").get(f"/consultations/{matter.code}/?as_of=2026-06-09"))
    assert "chờ trả lời 1 trong 1 cơ quan" in shown
    assert "10/06/2026" not in shown.split("Việc tiếp theo")[1].split("Chưa có điểm góp ý nào")[0]


def test_a_restricted_matter_shows_the_asked_no_other_agency(at, offices):
    matter = make.consultation(agency=offices["ct"], publicity="restricted", code="LYK-HN-2026-009")
    mine = make.opinion(matter, sent_on=None, agency=offices["xd"])
    make.opinion(matter, sent_on=SENT, agency=offices["tc"])
    other = OpinionRequest.objects.get(agency=offices["tc"])
    make.point(make.answered(other, on=SENT), text="Lời của Sở khác")
    client = at("xd")
    page = client.get(f"/consultations/{matter.code}/")
    assert "Sở Tài chính" not in page.text
    assert "Lời của Sở khác" not in page.text
    assert "trong 1 cơ quan" in text(page)
    assert client.get(f"/opinions/{mine.pk}/").status_code == 200
    assert client.get(f"/opinions/{other.pk}/").status_code == 404
    assert "Lời của Sở khác" not in client.get("/opinions/points/").text
    assert "0/1" in text(client.get("/consultations/"))


def test_the_asked_agency_downloads_the_paper_that_it_could_not_see_otherwise(client, offices):
    paper = make.document(city="HN", publicity="restricted", agency=offices["ct"], number="99/SCT", type="CV")
    paper.file.save("cv.pdf", ContentFile(b"%PDF-1.7 du thao"))
    matter = make.consultation(agency=offices["ct"], document=paper)
    asked = make.opinion(matter, sent_on=SENT, agency=make.agency(name="Bộ Xây dựng", city="HCM"))
    client.force_login(make.user("editor", agency=asked.agency))
    response = client.get(f"/opinions/{asked.pk}/document/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 du thao"
    assert "99-SCT.pdf" in response["Content-Disposition"]
    client.force_login(make.user("editor", agency=offices["tc"]))
    assert client.get(f"/opinions/{asked.pk}/document/").status_code == 404


def test_lists_find_by_words_state_agency_and_dossier(at, matter, opinion, offices):
    client = at("xd")
    assert "1 ý kiến" in text(client.get("/opinions/?state=waiting&agency=XD"))
    assert "0 ý kiến" in text(client.get("/opinions/?state=disagree"))
    assert "1 ý kiến" in text(client.get("/opinions/?search=lai+yen+xay+dung"))
    assert "1 đợt lấy ý kiến" in text(client.get("/consultations/?stage=open&search=lai+yen"))
    assert "0 đợt lấy ý kiến" in text(client.get("/consultations/?stage=draft"))
    hidden = make.dossier(make.zone(publicity="restricted"), publicity="restricted")
    Consultation.objects.filter(pk=matter.pk).update(dossier=hidden)
    assert "0 đợt lấy ý kiến" in text(client.get(f"/consultations/?dossier={hidden.code}"))


# Answering and splitting ----------------------------------------------------------------------------------------------


def test_an_answer_is_given_in_the_portal_and_a_second_one_at_the_same_time_loses_nothing(at, opinion):
    client, where = at("xd"), f"/opinions/{opinion.pk}/answer/"
    opened = version(opinion)
    given = opened | {"outcome": "agree_with_comments", "text": LETTER, "signed_by": "Phó Giám đốc"}
    assert client.post(where, given).status_code == 302
    page = client.post(where, opened | {"outcome": "disagree", "text": "Lời gõ sau"})
    assert page.status_code == 409
    assert "Lời gõ sau" in page.text
    assert "Chưa có gì bị mất" in text(page)
    again = {"outcome": "disagree", "text": "Lời gõ sau", "version": page.context["form"]["version"].value()}
    assert client.post(where, again).status_code == 302
    assert fresh(opinion).text == "Lời gõ sau"


def test_the_rows_of_a_split_are_proposed_added_to_and_written(at, opinion):
    make.answered(opinion, on=SENT, text=LETTER)
    client, where = at("ct"), f"/opinions/{opinion.pk}/split/"
    page = client.get(where)
    assert [row["text"].value() for row in page.context["rows"]] == ["Bổ sung bãi đỗ xe.", "Rà soát ranh giới.", None]
    rows = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 2, "form-0-text": "Bãi đỗ xe", "form-1-text": "Ranh giới"}
    rows |= {"form-0-about": "Hạ tầng", "form-2-text": "", "version": fresh(opinion).version}
    more = client.post(where, rows | {"more": "1"})
    assert len(more.context["rows"].forms) == 6
    assert not opinion.items.exists()
    assert client.post(where, rows).status_code == 302
    assert list(opinion.items.values_list("about", "text")) == [("Hạ tầng", "Bãi đỗ xe"), ("", "Ranh giới")]
    assert client.post(where, rows).status_code == 409  # handed in twice: nothing is put down twice
    assert opinion.items.count() == 2


def test_a_point_that_was_split_wrongly_is_corrected_or_taken_away(at, opinion):
    first, second = consulting.split(
        make.answered(opinion, on=SENT), by=make.administrator(), points=[{"text": "Một"}, {"text": "Hai"}]
    )
    client = at("ct")
    given = {"text": "Một, sửa", "about": "", "said_by": "", "initial-text": "Một", "version": 1}
    assert client.post(f"/opinions/points/{first.pk}/edit/", given).status_code == 302
    client.post(f"/opinions/points/{second.pk}/remove/", {"reason": "Tách nhầm"})
    assert list(opinion.items.values_list("text", flat=True)) == ["Một, sửa"]


# Settling -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def points(opinion):
    words = [{"text": f"Điểm {number}"} for number in range(3)]
    return consulting.split(make.answered(opinion, on=SENT), by=make.administrator(), points=words)


def rows_of(points, **given):
    """What the browser sends of rows that were opened as `points` stand."""
    data = {"point": [point.pk for point in points]}
    for point in points:
        data[f"point-{point.pk}-version"] = point.version
        for name in ("about", "outcome", "response", "place", "in_version"):
            data[f"initial-point-{point.pk}-{name}"] = data[f"point-{point.pk}-{name}"] = getattr(point, name)
    return data | {f"point-{key}": value for key, value in given.items()}


def settled(point, outcome="rejected", response="Giữ nguyên vì đúng quy hoạch tỉnh"):
    return {f"point-{point.pk}-outcome": outcome, f"point-{point.pk}-response": response}


def test_one_point_is_settled_on_its_own_page(at, points):
    given = version(points[0]) | {"outcome": "rejected", "response": "Đã có trong quy hoạch tỉnh"}
    assert at("ct").post(f"/opinions/points/{points[0].pk}/settle/", given).status_code == 302
    assert fresh(points[0]).outcome == "rejected"


def test_many_points_are_settled_at_once_and_untouched_ones_stay(at, matter, points):
    where, client = f"/consultations/{matter.code}/settle/", at("ct")
    data = rows_of(points) | settled(points[0]) | settled(points[1], "accepted", "Đã bổ sung")
    data |= {f"point-{points[1].pk}-place": "Điều 5", "version_for_all": "dự thảo lần 3"}
    assert client.post(where, data).status_code == 302
    assert [fresh(point).outcome for point in points] == ["rejected", "accepted", ""]
    assert fresh(points[1]).in_version == "dự thảo lần 3"
    assert fresh(points[2]).version == points[2].version
    left = client.get(where)
    assert [row.record for row in left.context["points"].rows] == [points[2]]


def test_whatever_two_people_do_at_once_both_are_shown(at, matter, opinion, points):
    point, client = points[0], at("ct")
    places = {
        f"/consultations/{matter.code}/close/": (matter, {"on": "15/06/2026"}),
        f"/opinions/{opinion.pk}/more-time/": (opinion, {"due_on": "30/06/2026", "note": "Chờ họp"}),
        f"/opinions/{opinion.pk}/link/": (opinion, {"days": 7}),
        f"/opinions/points/{point.pk}/settle/": (point, {"outcome": "accepted", "response": "Lời của tôi"}),
    }
    for where, (record, given) in places.items():
        opened = version(record)
        fresh(record).save()
        page = client.post(where, given | opened)
        assert page.status_code == 409, where
        assert "Người khác vừa ghi vào đây" in text(page), where
        assert page.context["form"]["version"].value() == str(fresh(record).version)


def test_a_row_that_somebody_else_settled_meanwhile_shows_both_and_the_others_are_written(at, matter, points):
    consulting.settle(points[0], by=make.administrator(), outcome="rejected", response="Lời của người kia")
    where, client = f"/consultations/{matter.code}/settle/", at("ct")
    data = rows_of(points) | settled(points[0], response="Lời của tôi") | settled(points[1])
    page = client.post(where, data)
    assert page.status_code == 409
    assert "Lời của người kia" in page.text
    assert "Lời của tôi" in page.text
    assert fresh(points[1]).outcome == "rejected"
    assert fresh(points[0]).response == "Lời của người kia"
    again = {"point": [points[0].pk]}
    row = next(row for row in page.context["points"].rows if row.record == points[0])
    for bound in row:
        again[bound.html_name] = bound.value()
        again[bound.html_initial_name] = ""
    assert client.post(where, again).status_code == 302
    assert fresh(points[0]).response == "Lời của tôi"


def test_a_row_with_something_missing_is_kept_and_said(at, matter, points):
    data = rows_of(points) | settled(points[0], response="") | settled(points[1])
    page = at("ct").post(f"/consultations/{matter.code}/settle/", data)
    assert page.status_code == 200
    assert "Nêu tiếp thu thế nào" in text(page)
    assert [fresh(point).outcome for point in points] == ["", "rejected", ""]


def test_rows_of_another_matter_are_not_written(at, matter, offices):
    other = make.consultation(agency=offices["tc"], code="LYK-HN-2026-002")
    point = make.point(make.answered(make.opinion(other, sent_on=SENT), on=SENT))
    at("ct").post(f"/consultations/{matter.code}/settle/", rows_of([point]) | settled(point))
    assert fresh(point).outcome == ""


def test_the_table_of_points_says_what_became_of_each(at, matter, points):
    consulting.settle(points[0], by=make.administrator(), outcome="in_part", response="Thêm 200 chỗ", place="Điều 3",
                      in_version="bản 2", about="Hạ tầng")  # fmt: skip
    shown = text(at("xd").get(f"/consultations/{matter.code}/"))
    assert "Hạ tầng Sở Xây dựng 1. Điểm 0 tiếp thu một phần" in shown
    assert "Thêm 200 chỗ Điều 3 bản 2" in shown


# History and cost -----------------------------------------------------------------------------------------------------


def test_the_history_tells_of_answers_points_and_agencies_that_were_left_out(at, matter, offices, client):
    draft = make.opinion(matter, sent_on=None, agency=offices["tc"])
    editor = at("ct")
    editor.post(f"/opinions/{draft.pk}/leave-out/", version(draft))
    sent = make.opinion(matter, sent_on=SENT, agency=offices["xd"])
    editor.post(f"/opinions/{sent.pk}/record/", version(sent) | {"on": "02/06/2026", "outcome": "agree"})
    shown = text(editor.get(f"/consultations/{matter.code}/"))
    assert "Xoá ý kiến" in shown
    assert "ngày trả lời: 02/06/2026" in shown.replace("nay là ", "")


@pytest.mark.parametrize("address", ["/consultations/LYK-HN-2026-001/", "/consultations/", "/opinions/",
                                     "/opinions/points/"])  # fmt: skip
def test_a_page_asks_as_much_for_sixty_agencies_as_for_three(at, matter, address):
    def ask(agencies):
        [make.opinion(matter, sent_on=None) for _ in range(agencies)]
        if not fresh(matter).sent_on:
            consulting.send(matter, by=make.administrator(), on=SENT)
        OpinionRequest.objects.update(sent_on=SENT, due_on=TODAY, answered_on=SENT, outcome="disagree", text="Không")
        new = OpinionRequest.objects.filter(items=None)
        OpinionItem.objects.bulk_create([OpinionItem(request=one, number=1, text="Không") for one in new])

    def counted():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    client = at("ct")
    ask(3)
    client.get(address)
    few = counted()
    ask(57)
    assert counted() <= few  # fewer when the last page of the history names less


# Where else it shows --------------------------------------------------------------------------------------------------


def duties(client, group):
    work = client.get("/my/").context["work"]
    return next(one.duties for one in (*work.groups, *work.nothing) if one.id == group)


def test_my_work_has_what_is_to_be_answered_and_what_is_to_be_settled(at, matter, opinion):
    [owed] = duties(at("xd"), "answer")
    assert (owed.what, owed.due, owed.act) == (matter.title, "15/06/2026", f"/opinions/{opinion.pk}/answer/")
    assert duties(at("xd", "viewer"), "answer")[0].act == f"/opinions/{opinion.pk}/"
    assert duties(at("tc"), "answer") == duties(at("ct"), "settle") == []
    make.answered(opinion, on=SENT)
    assert duties(at("xd"), "answer") == []
    assert duties(at("ct"), "settle")[0].action == "Tách thành điểm"
    make.point(fresh(opinion))
    assert duties(at("ct"), "settle")[0].act == f"/consultations/{matter.code}/settle/"


def test_silence_that_a_rule_has_made_consent_is_owed_no_more(at, offices):
    late = make.consultation(agency=offices["ct"], silence_rule=make.silence_rule(zone_kind=""), term_length=1)
    make.opinion(late, sent_on=SENT, agency=offices["xd"])
    assert duties(at("xd"), "answer") == []


def test_the_page_of_a_dossier_has_its_consultations(at, offices):
    dossier = make.dossier(make.zone(managing_agency=offices["ct"]))
    matter = make.consultation(agency=offices["ct"], dossier=dossier, title="Lấy ý kiến thành lập")
    make.answered(make.opinion(matter, sent_on=SENT), on=SENT)
    page = text(at("ct").get(f"/dossiers/{dossier.code}/"))
    assert "Lấy ý kiến thành lập Sở Công Thương đang lấy ý kiến 15/06/2026 1/1 0" in page


def test_an_agency_answers_for_one_that_was_merged_into_it(at, matter, opinion, offices):
    opinion.agency.successor = offices["tc"]
    opinion.agency.save()
    client = at("tc")
    assert f"/opinions/{opinion.pk}/answer/" in client.get(f"/consultations/{matter.code}/").text
    assert client.post(f"/opinions/{opinion.pk}/answer/", version(opinion) | {"outcome": "agree"}).status_code == 302


@pytest.mark.parametrize("what", ["consultations", "opinions", "points"])
def test_each_list_leaves_the_portal_as_a_file(at, opinion, what):
    make.point(make.answered(opinion, on=SENT))
    file = at("ct").get(f"/export/{what}.csv")
    assert len(file.getvalue().decode("utf-8-sig").splitlines()) >= 2


# What is not the writer's to change, nor the reader's to know --------------------------------------------------------


def filled(page):
    """What a browser would send for the form of a page."""
    form = page.context["form"]
    return {field.html_name: "" if field.value() is None else field.value() for field in form}


def test_a_dossier_and_a_letter_that_the_writer_may_not_see_stay(at, offices):
    theirs = {"publicity": "restricted"}
    dossier = make.dossier(zone=make.zone(city="HN"), lead_agency=offices["tc"], **theirs)
    letter = make.document(city="HN", agency=offices["tc"], **theirs)
    matter = make.consultation(agency=offices["ct"], dossier=dossier, document=letter)
    client, where = at("ct"), f"/consultations/{matter.code}/edit/"
    assert client.post(where, filled(client.get(where)) | {"title": "Tên mới"}).status_code == 302
    stored = fresh(matter)
    assert (stored.title, stored.dossier, stored.document) == ("Tên mới", dossier, letter)


def test_the_paper_of_an_answer_that_the_asked_may_not_see_stays(at, opinion, offices):
    paper = make.document(city="HN", agency=offices["ct"], publicity="restricted")
    make.answered(opinion, on=SENT, text="1. Bãi đỗ xe.", document=paper)
    client, where = at("xd"), f"/opinions/{opinion.pk}/answer/"
    assert client.post(where, filled(client.get(where)) | {"reply_number": "5/SXD"}).status_code == 302
    assert (fresh(opinion).reply_number, fresh(opinion).document) == ("5/SXD", paper)


def test_what_was_asked_stays_once_it_was_sent_and_nothing_is_changed_after_the_end(at, matter, offices):
    Consultation.objects.filter(pk=matter.pk).update(questions="Ranh giới", version_text="dự thảo lần 1")
    opinion = make.opinion(fresh(matter), sent_on=SENT, agency=offices["xd"])
    client, where = at("ct"), f"/consultations/{matter.code}/edit/"
    page = client.get(where)
    assert not {"questions", "version_text", "document"} & set(page.context["form"].fields)
    assert "Ranh giới" in text(page) and "dự thảo lần 1" in text(page)
    consulting.record_answer(opinion, by=make.administrator(), on=SENT, outcome="agree")
    consulting.close(fresh(matter), by=make.administrator(), on=TODAY)
    page = client.post(where, filled(client.get(where)) | {"title": "Tên mới"})
    assert "Đợt lấy ý kiến đã kết thúc" in text(page)
    assert fresh(matter).title == matter.title
    assert where not in client.get(f"/consultations/{matter.code}/").text


def test_a_point_of_a_consultation_that_has_ended_is_not_taken_away(at, matter, points):
    for point in points:
        consulting.settle(point, by=make.administrator(), outcome="rejected", response="Không thuộc phạm vi")
    consulting.close(fresh(matter), by=make.administrator(), on=TODAY)
    page = at("ct").post(f"/opinions/points/{points[0].pk}/remove/", {"reason": "Nhầm"})
    assert "Đợt lấy ý kiến đã kết thúc" in text(page)
    assert OpinionItem.objects.filter(pk=points[0].pk).exists()


def rows_sent(page, record):
    """The rows of a split as they are proposed."""
    rows = page.context["rows"]
    sent = {field.html_name: field.value() or "" for row in rows for field in row}
    return version(record) | sent | {"form-TOTAL_FORMS": len(rows.forms), "form-INITIAL_FORMS": len(rows.initial)}


def test_a_long_answer_is_split_sixty_points_at_a_time(at, opinion):
    lines = [f"{number}. Điểm {number}" for number in range(1, 131)]
    make.answered(opinion, on=SENT, text="\n".join(lines))
    client, where = at("ct"), f"/opinions/{opinion.pk}/split/"
    for left, shown in ((70, 60), (10, 60), (0, 10)):
        page = client.get(where)
        assert len(page.context["rows"].initial) == shown
        assert (f"Còn {left} điểm nữa" in text(page)) == bool(left)
        sent = rows_sent(page, opinion) | {"form-59-text": "Sửa lời"} if shown == 60 else rows_sent(page, opinion)
        assert client.post(where, sent).url.startswith(where) == bool(left)
    assert opinion.items.count() == 130
    assert client.get(where).context["rows"].initial == []


def test_whoever_answers_in_thousands_of_lines_does_not_block_the_page(at, opinion):
    make.answered(opinion, on=SENT, text="\n".join(["a"] * 24_000))
    page = at("ct").get(f"/opinions/{opinion.pk}/split/")
    assert "Còn 23940 điểm nữa" in text(page).replace(".", "")
    assert len(page.content) < 500_000


def test_too_many_rows_are_refused_with_words(at, opinion):
    make.answered(opinion, on=SENT)
    client, where = at("ct"), f"/opinions/{opinion.pk}/split/"
    page = client.post(where, version(opinion) | {"form-TOTAL_FORMS": 201, "form-INITIAL_FORMS": 0})
    assert page.context["rows"].non_form_errors()
    assert page.context["rows"].non_form_errors()[0] in text(page)


@pytest.mark.parametrize(("code", "told"), [("ct", True), ("tc", False), ("xd", False)])
def test_notes_and_mail_addresses_are_for_the_office_that_asks(at, matter, opinion, code, told):
    for record in (matter, opinion):
        stored = fresh(record)
        stored.note = "GHICHUKIN"
        stored.save()
    consulting.make_link(fresh(opinion), by=make.administrator(), days=5, contact_email="kin@sxd.vn")
    client = at(code)
    for where in (f"/consultations/{matter.code}/", f"/opinions/{opinion.pk}/"):
        page = client.get(where).text
        assert ("GHICHUKIN" in page, "kin@sxd.vn" in page) == (told, told), where
    for what in ("consultations", "opinions"):
        assert ("GHICHUKIN" in exported(client, what)) == told


def exported(client, what, query=""):
    return b"".join(client.get(f"/export/{what}.csv{query}").streaming_content).decode()


def test_an_answer_is_told_from_its_day_on(at, matter, opinion):
    paper = make.document(city="HN", number="88/GOPY")
    make.answered(opinion, on=datetime.date(2026, 6, 10), text="1. NOIDUNG", reply_number="SO77", document=paper)
    consulting.split(fresh(opinion), by=make.administrator(), points=[{"text": "NOIDUNG"}])
    client = at("ct")
    for day, told in (("2026-06-09", False), ("2026-06-10", True)):
        file = exported(client, "opinions", f"?as_of={day}")
        assert [words in file for words in ("NOIDUNG", "SO77", "88/GOPY", "văn bản, ghi thay")] == [told] * 4
        page = client.get(f"/consultations/{matter.code}/?as_of={day}").text.split('id="history"')[0]
        assert [words in page for words in ("NOIDUNG", "SO77")] == [told] * 2


def test_a_document_that_is_missing_is_added_first_and_the_form_opened_again(at, opinion, offices):
    client, where = at("xd"), f"/opinions/{opinion.pk}/answer/?outcome=disagree&text=Ranh+giới"
    sent = {"type": "CV", "publicity": "internal", "issued_precision": "day", "agency": offices["xd"].pk, "city": "HN"}
    address = f"/documents/new/?{urlencode({'next': where})}"
    back = client.post(address, sent | {"number": "9/SXD", "year": 2026}).url
    assert back.startswith("/opinions/")
    form = client.get(back).context["form"]
    made = Document.objects.get(number="9/SXD")
    assert [form[name].value() for name in ("outcome", "text", "document")] == ["disagree", "Ranh giới", str(made.pk)]


@pytest.mark.parametrize(
    "where",
    ["/tasks/{task}/report/", "/obstacles/{obstacle}/update/", "/obstacles/{obstacle}/edit/", "/consultations/new/"],
)
def test_each_form_with_a_document_is_found_again_with_a_new_one(client, offices, where):
    client.force_login(make.administrator())
    names = {"task": make.task().pk, "obstacle": make.obstacle().code}
    back = f"{where.format(**names)}?"
    assert f"?next={quote(back.removesuffix('?'))}%3F" in client.get(back).text
    sent = {"type": "CV", "publicity": "internal", "issued_precision": "day", "agency": offices["xd"].pk, "city": "HN"}
    then = client.post(f"/documents/new/?{urlencode({'next': back})}", sent | {"number": "9/SXD", "year": 2026}).url
    assert then.startswith(back)
    assert client.get(then).context["form"]["document"].value() == str(Document.objects.get(number="9/SXD").pk)
