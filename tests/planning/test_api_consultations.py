"""Consultations over REST: put down and sent by the office that asks, answered by the asked, settled point by point."""

import datetime
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import IdempotentRequest, RowChange
from planning import consulting
from planning.models import Consultation, OpinionItem, OpinionRequest
from tests import factories as make

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
ASKS, OPINIONS, ITEMS = "/api/v1/consultations", "/api/v1/opinions", "/api/v1/opinion-items"
NEW = {
    "code": "LYK-A", "title": "Đồ án quy hoạch chi tiết", "city": "HN", "agency": "SCT", "term_length": 10,
    "term_unit": "wd", "version_text": "dự thảo lần 2",
}  # fmt: skip
ANSWER = {"outcome": "agree_with_comments", "text": "1. Bãi đỗ xe\n2. Ranh giới", "signed_by": "Ông A"}


def send(client, method, path, body=None, **headers):
    return client.generic(method, path, json.dumps(body or {}), "application/json", headers=headers)


def change(client, method, path, body=None, of=None, **headers):
    """With the version of what was read at `of` (the record itself)."""
    return send(client, method, path, body, **{"If-Match": client.get(of or path)["ETag"]} | headers)


def act(client, path, name, body=None, **headers):
    return change(client, "POST", f"{path}/{name}", body, of=path, **headers)


def errors(answer):
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()["errors"]


def of(agency, role="editor"):
    return make.caller(make.user(role, agency=agency))


@pytest.fixture
def offices():
    return {code: make.agency(code=code, city="HN", name=f"Sở {code}") for code in ("SCT", "SXD", "STC", "KHAC")}


@pytest.fixture
def asked(offices):
    """LYK-A, sent to two agencies."""
    made = make.consultation(code="LYK-A", agency=offices["SCT"])
    for code in ("SXD", "STC"):
        make.opinion(made, sent_on=None, agency=offices[code])
    consulting.send(made, by=make.administrator(), on=make.DAY)
    made.refresh_from_db()
    return made


def opinion_of(asked, code):
    return f"{OPINIONS}/{asked.requests.get(agency__code=code).pk}"


# Asking ---------------------------------------------------------------------------------------------------------------


def test_a_consultation_is_put_down_sent_answered_settled_and_closed(offices):
    dossier = make.dossier(lead_agency=offices["SCT"])
    client, asked = of(offices["SCT"]), of(offices["SXD"])
    made = send(client, "POST", ASKS, NEW | {"dossier": dossier.code})
    assert (made.status_code, made["Location"], made.json()["stage"]) == (201, f"{ASKS}/LYK-A", "draft")
    assert act(client, f"{ASKS}/LYK-A", "invite", {"agencies": ["SXD"]}).json()["asked"] == 1
    sent = act(client, f"{ASKS}/LYK-A", "send", {"on": "2025-01-15"}).json()
    assert (sent["stage"], sent["sent_on"], sent["due_on"]) == ("open", "2025-01-15", "2025-01-29")
    (opinion,) = asked.get(f"{OPINIONS}?consultation=LYK-A").json()["results"]
    path = opinion["links"]["self"]
    told = act(asked, path, "answer", ANSWER).json()
    assert (told["outcome"], told["via"], told["answered_on"]) == (
        "agree_with_comments", "portal", timezone.localdate().isoformat(),
    )  # fmt: skip
    split = act(
        client, path, "split", {"points": [{"text": "Bãi đỗ xe", "about": "Giao thông"}, {"text": "Ranh giới"}]}
    )
    assert [point["number"] for point in split.json()["items"]] == [1, 2]
    assert errors(act(client, f"{ASKS}/LYK-A", "close", {"on": timezone.localdate().isoformat()}))
    first, second = (point["links"]["self"] for point in split.json()["items"])
    done = {"outcome": "accepted", "response": "Đã bổ sung", "place": "Mục 3", "in_version": "dự thảo 3"}
    assert act(client, first, "settle", done).json()["outcome"] == "accepted"
    assert "response" in errors(act(client, second, "settle", {"outcome": "rejected", "response": " "}))
    assert act(client, second, "settle", {"outcome": "rejected", "response": "Đã nêu"}).status_code == 200
    closed = act(client, f"{ASKS}/LYK-A", "close", {"on": timezone.localdate().isoformat()}).json()
    assert (closed["stage"], closed["unsettled"], closed["answered"]) == ("closed", 0, 1)
    assert act(client, f"{ASKS}/LYK-A", "reopen", {"note": "Còn ý kiến"}).json()["closed_on"] is None


def test_what_was_sent_keeps_its_terms_and_the_rest_may_be_corrected(offices, asked):
    client, path = of(offices["SCT"]), f"{ASKS}/LYK-A"
    assert send(client, "PATCH", path, {"title": "Khác"}).status_code == 428
    told = change(client, "PATCH", path, {"title": "Đồ án sửa", "term_length": asked.term_length}).json()
    assert told["title"] == "Đồ án sửa"
    rule = make.silence_rule(zone_kind="")
    for given in ({"term_length": 30}, {"term_unit": "d"}, {"silence_rule": rule.pk}, {"kind": "community"}):
        assert list(errors(change(client, "PATCH", path, given))) == list(given)
    for name in ("sent_on", "due_on", "closed_on", "stage", "asked"):
        assert name in errors(change(client, "PATCH", path, {name: "2025-01-01"}))


def test_nobody_runs_the_consultation_of_another_office(offices, asked):
    bodies = {"invite": {"agencies": ["KHAC"], "on": "2025-01-16"}, "send": {"on": "2025-01-16"}}
    bodies |= {"close": {"on": "2025-06-01"}, "reopen": {"note": "x"}}
    for who in (of(offices["SXD"]), of(offices["KHAC"]), of(offices["SCT"], "viewer")):
        assert change(who, "PATCH", f"{ASKS}/LYK-A", {"title": "Khác"}).status_code == 403
        assert {act(who, f"{ASKS}/LYK-A", name, body).status_code for name, body in bodies.items()} == {403}
        assert who.get(f"{ASKS}/LYK-A").json()["may"] == []
        assert send(who, "POST", ASKS, NEW | {"code": "LYK-B"}).status_code == 403
    assert of(offices["SCT"]).get(f"{ASKS}/LYK-A").json()["may"] == ["invite", "send", "close", "reopen"]


def test_an_agency_is_added_by_its_own_address_and_taken_off_before_it_is_asked(offices, asked):
    client = of(offices["SCT"])
    draft = make.consultation(code="LYK-B", agency=offices["SCT"])
    made = send(client, "POST", OPINIONS, {"consultation": "LYK-B", "agency": "KHAC", "note": "Gửi bản giấy"})
    assert (made.status_code, made.json()["state"], made.json()["note"]) == (201, "not_sent", "Gửi bản giấy")
    assert "agency" in errors(send(client, "POST", OPINIONS, {"consultation": "LYK-B", "agency": "KHAC"}))
    assert change(client, "DELETE", made["Location"]).status_code == 204
    assert draft.requests.count() == 0
    later = {"consultation": "LYK-A", "agency": "KHAC"}
    assert "on" in errors(send(client, "POST", OPINIONS, later))
    told = send(client, "POST", OPINIONS, later | {"on": "2025-01-20"}).json()
    assert (told["sent_on"], told["due_on"]) == ("2025-01-20", "2025-02-03")
    assert change(client, "DELETE", told["links"]["self"]).status_code == 400
    assert change(client, "DELETE", f"{ASKS}/LYK-A").status_code == 409
    assert change(client, "DELETE", f"{ASKS}/LYK-B").status_code == 204
    assert send(of(offices["SXD"]), "POST", OPINIONS, later).status_code == 403


# Answering ------------------------------------------------------------------------------------------------------------

MAY = {  # role of the caller, office → what it may do with the opinion of SXD
    ("editor", "SCT"): {"record", "split", "more-time", "link", "end-link"},
    ("editor", "SXD"): {"answer"},
    ("editor", "STC"): set(),
    ("editor", "KHAC"): set(),
    ("viewer", "SXD"): set(),
    ("auditor", "SCT"): set(),
}
BODIES = {
    "answer": ANSWER,
    "record": ANSWER | {"on": "2025-01-20"},
    "split": {"points": [{"text": "Bãi đỗ xe"}]},
    "more-time": {"due_on": "2030-01-01", "note": "Xin thêm"},
    "link": {"days": 7},
    "end-link": {},
}


@pytest.mark.parametrize(("role", "code"), MAY)
def test_each_action_is_for_whom_it_says(offices, asked, role, code):
    client, path = of(offices[code], role), opinion_of(asked, "SXD")
    allowed = {name for name, body in BODIES.items() if act(client, path, name, body).status_code != 403}
    assert allowed == MAY[role, code] == set(client.get(path).json()["may"])


def test_a_paper_answer_is_put_down_and_more_time_keeps_the_reason(offices, asked):
    client, path = of(offices["SCT"]), opinion_of(asked, "SXD")
    more = act(client, path, "more-time", {"due_on": "2025-02-28", "note": "Sở xin thêm thời gian"})
    assert more.json()["due_on"] == "2025-02-28"
    assert RowChange.objects.filter(reason="Sở xin thêm thời gian").exists()
    paper = make.document(agency=offices["SCT"])
    told = act(client, path, "record", ANSWER | {"on": "2025-03-05", "document": paper.pk, "reply_number": "9/SXD"})
    told = told.json()
    assert (told["via"], told["document_label"], told["days_late"]) == ("paper", str(paper), 5)
    assert "on" in errors(act(client, path, "record", ANSWER | {"on": "2025-01-01"}))
    assert "text" in errors(act(client, path, "record", {"outcome": "disagree", "on": "2025-03-05"}))
    assert "answered_on" in errors(change(client, "PATCH", path, {"answered_on": "2025-01-20"}))
    assert "outcome" in errors(change(client, "PATCH", path, {"outcome": "agree"}))


def test_a_link_is_shown_once_answers_once_it_is_followed_and_is_kept_nowhere(client, offices, asked):
    api, path = of(offices["SCT"]), opinion_of(asked, "SXD")
    read = api.get(path)["ETag"]
    key = {"Idempotency-Key": "mot-lan", "If-Match": read}
    made = send(api, "POST", f"{path}/link", {"days": 7}, **key)
    address = made.json()["link"]
    assert client.get(address).status_code == 200
    again = send(api, "POST", f"{path}/link", {"days": 7}, **key)
    assert (again["Idempotent-Replayed"], again.json()["link"]) == ("true", None)
    token = address.rstrip("/").rpartition("/")[2]
    kept = IdempotentRequest.objects.get(key="mot-lan")
    assert token not in kept.body + json.dumps(kept.headers)
    assert "link" not in api.get(path).json()
    assert token not in json.dumps([[one.before, one.after] for one in RowChange.objects.all()])
    assert act(api, path, "end-link").json()["link_until"] is None
    assert client.get(address).status_code == 404


def test_the_mail_address_of_a_contact_is_for_the_office_that_asks(offices, asked):
    client, path = of(offices["SCT"]), opinion_of(asked, "SXD")
    assert change(client, "PATCH", path, {"contact_email": "a@sxd.vn"}).json()["contact_email"] == "a@sxd.vn"
    for reader in (of(offices["KHAC"]), make.caller(make.user("auditor"))):
        assert reader.get(path).json()["contact_email"] == ""
        assert "a@sxd.vn" not in reader.get(OPINIONS).content.decode()


def test_a_key_that_only_reads_makes_no_link(asked, offices):
    reader = make.caller(make.user("editor", agency=offices["SCT"]), scope="read")
    assert send(reader, "POST", f"{opinion_of(asked, 'SXD')}/link", {"days": 7}).status_code == 403


def test_whoever_was_slower_is_told_and_unknown_fields_are_refused(offices, asked):
    client, path = of(offices["SXD"]), opinion_of(asked, "SXD")
    old = client.get(path)["ETag"]
    assert act(client, path, "answer", ANSWER).status_code == 200
    late = send(client, "POST", f"{path}/answer", ANSWER, **{"If-Match": old})
    assert (late.status_code, late.json()["current_etag"]) == (412, client.get(path)["ETag"])
    assert "on" in errors(act(client, path, "answer", ANSWER | {"on": "2025-01-16"}))
    assert "outcome" in errors(act(client, path, "answer", {"outcome": "deemed_agreed"}))
    assert "points" in errors(act(of(offices["SCT"]), path, "split", {"points": []}))
    many = {"points": [{"text": "x"}] * 201}
    assert "points" in errors(act(of(offices["SCT"]), path, "split", many))
    assert "days" in errors(act(of(offices["SCT"]), path, "link", {"days": 61}))


# Points ---------------------------------------------------------------------------------------------------------------


def test_a_point_is_added_corrected_and_taken_back_until_the_consultation_is_closed(offices, asked):
    request = make.answered(asked.requests.get(agency__code="SXD"))
    client = of(offices["SCT"])
    assert send(of(offices["SXD"]), "POST", ITEMS, {"opinion": request.pk, "text": "Thêm"}).status_code == 403
    first, second = (send(client, "POST", ITEMS, {"opinion": request.pk, "text": "Thêm"}) for _ in range(2))
    assert (first.status_code, first.json()["number"], second.json()["number"]) == (201, 1, 2)
    path = first["Location"]
    assert change(client, "PATCH", path, {"about": "Giao thông"}).json()["about"] == "Giao thông"
    assert "outcome" in errors(change(client, "PATCH", path, {"outcome": "accepted"}))
    assert change(client, "DELETE", second["Location"]).status_code == 204
    act(client, path, "settle", {"outcome": "rejected", "response": "Đã nêu"})
    consulting.close(asked, by=make.administrator(), on=timezone.localdate())
    assert errors(change(client, "PATCH", path, {"text": "Khác"}))
    assert errors(change(client, "DELETE", path))
    assert errors(act(client, path, "settle", {"outcome": "rejected", "response": "Khác"}))
    assert errors(send(client, "POST", ITEMS, {"opinion": request.pk, "text": "Thêm"}))
    assert OpinionItem.objects.get().response == "Đã nêu"


# Asking the lists -----------------------------------------------------------------------------------------------------


def test_opinions_are_asked_by_consultation_agency_and_state_of_a_day(offices, asked):
    make.answered(asked.requests.get(agency__code="SXD"), on=datetime.date(2025, 2, 10))
    make.point(asked.requests.get(agency__code="SXD"))
    make.opinion(make.consultation(code="LYK-B", agency=offices["SCT"]), agency=offices["STC"], sent_on=None)
    client = make.caller(make.user("viewer", city="HN"))

    def found(query, name="opinions"):
        answer = client.get(f"/api/v1/{name}?{query}")
        assert answer.status_code == 200, answer.content
        return [(row["consultation"], row["agency"], row.get("state")) for row in answer.json()["results"]]

    assert found("consultation=LYK-A&agency=STC") == [("LYK-A", "STC", "silent")]
    assert found("consultation=LYK-A&as_of=2025-01-20") == [("LYK-A", "STC", "waiting"), ("LYK-A", "SXD", "waiting")]
    assert found("state=silent&as_of=2025-02-01&consultation=LYK-A&agency=SXD") == [("LYK-A", "SXD", "silent")]
    assert found("state=agree_with_comments") == [("LYK-A", "SXD", "agree_with_comments")]
    assert found("agency=STC") == [("LYK-A", "STC", "silent"), ("LYK-B", "STC", "not_sent")]
    assert found("as_of=2025-01-14") == []
    assert found("consultation=LYK-A&agency=SXD", "opinion-items") == [("LYK-A", "SXD", None)]
    assert "state" in errors(client.get(f"{OPINIONS}?state=lost"))
    assert "asker" in errors(client.get(f"{OPINIONS}?asker=SCT"))


def test_consultations_are_asked_by_dossier_and_a_draft_is_there_today(offices):
    dossier = make.dossier()
    make.consultation(code="LYK-A", agency=offices["SCT"], dossier=dossier)
    make.consultation(code="LYK-B", agency=offices["SCT"])
    client = of(offices["SCT"])

    def found(query):
        return [row["code"] for row in client.get(f"{ASKS}?{query}").json()["results"]]

    assert found(f"dossier={dossier.code}") == ["LYK-A"]
    assert found(f"as_of={timezone.localdate().isoformat()}") == ["LYK-A", "LYK-B"]
    assert found("as_of=2025-01-01") == []
    assert found("dossier=KHONG-CO") == []


def test_silence_is_consent_where_a_rule_says_so_and_the_rules_can_be_read(offices, asked):
    rule = make.silence_rule(zone_kind="", document=make.document(publicity="restricted"))
    Consultation.objects.update(silence_rule=rule)
    client = of(offices["STC"])
    (told,) = client.get(f"{OPINIONS}?consultation=LYK-A&agency=STC").json()["results"]
    assert (told["state"], told["days_late"]) == ("deemed_agreed", 0)
    read = client.get(f"/api/v1/silence-rules/{client.get(f'{ASKS}/LYK-A').json()['silence_rule']}").json()
    assert (read["article"], read["document"], read["document_hidden"]) == ("Điều 5", None, True)
    admin = make.caller()
    assert send(admin, "POST", "/api/v1/silence-rules", {"title": "x"}).status_code == 405


def test_what_was_asked_in_confidence_is_seen_by_whoever_was_asked_and_each_sees_the_own_answer(offices, asked):
    Consultation.objects.update(publicity="restricted")
    own, other, stranger = of(offices["SXD"]), of(offices["STC"]), of(offices["KHAC"])
    make.point(make.answered(asked.requests.get(agency__code="SXD")))
    assert [row["agency"] for row in own.get(OPINIONS).json()["results"]] == ["SXD"]
    assert own.get(f"{ASKS}/LYK-A").json()["asked"] == 1
    assert len(own.get(ITEMS).json()["results"]) == 1
    assert other.get(ITEMS).json()["results"] == []
    assert other.get(opinion_of(asked, "SXD")).status_code == 404
    for path in (f"{ASKS}/LYK-A", opinion_of(asked, "SXD"), f"{ITEMS}/{OpinionItem.objects.get().pk}"):
        assert stranger.get(path).status_code == 404
    assert stranger.get(f"{OPINIONS}?consultation=LYK-A").json()["results"] == []
    hidden = {"consultation": "LYK-A", "agency": "KHAC"}
    assert "consultation" in errors(send(stranger, "POST", OPINIONS, hidden))


@pytest.mark.parametrize("name", ["consultations", "opinions", "opinion-items"])
def test_a_list_costs_the_same_with_few_and_with_many_rows(name):
    client, counts = make.caller(), []
    for _round in range(2):
        for _ in range(3):
            asked = make.consultation(
                dossier=make.dossier(), document=make.document(), silence_rule=make.silence_rule()
            )
            make.point(make.answered(make.opinion(asked), document=make.document()))
        client.get(f"/api/v1/{name}")
        with CaptureQueriesContext(connection) as statements:
            answer = client.get(f"/api/v1/{name}")
        assert (answer.status_code, len(answer.json()["results"]) >= 3) == (200, True)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= COUNTS[f"api {name}"]


# The feed -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_feed_tells_of_a_restricted_consultation_to_whoever_was_asked_and_to_nobody_else():
    office, asked_one, other, stranger = (make.agency(city="HN") for _ in range(4))
    clients = {name: of(agency) for name, agency in (("asked", asked_one), ("other", other), ("stranger", stranger))}
    since = clients["asked"].get("/api/v1/changes", {"since": "now"}).json()["next"]
    consultation = make.consultation(code="LYK-KIN", agency=office, publicity="restricted")
    requests = [make.opinion(consultation, sent_on=None, agency=agency) for agency in (asked_one, other)]
    drafted = {name: told_of(client, since) for name, client in clients.items()}
    assert drafted == {"asked": set(), "other": set(), "stranger": set()}
    consulting.send(consultation, by=make.administrator(), on=make.DAY)
    point = make.point(make.answered(requests[0]))
    consulting.settle(point, by=make.administrator(), outcome="rejected", response="Đã nêu")
    both, own = ("consultations", "LYK-KIN"), ("opinions", str(requests[0].pk))
    assert told_of(clients["asked"], since) == {both, own, ("opinion-items", str(point.pk))}
    assert told_of(clients["other"], since) == {both, ("opinions", str(requests[1].pk))}
    assert told_of(clients["stranger"], since) == set()
    page = clients["asked"].get("/api/v1/changes", {"since": since, "limit": 1000}).json()["results"]
    changed = {name for one in page if one["what"] == "opinion-items" for name in one["changed"]}
    assert changed == {"outcome", "response"}
    changed = {name for one in page if one["what"] == "opinions" for name in one["changed"]}
    assert {"sent_on", "answered_on", "outcome"} <= changed
    links = {one["link"] for one in page if one["what"] in ("consultations", "opinions", "opinion-items")}
    assert all(clients["asked"].get(link).status_code == 200 for link in links)


def told_of(client, since):
    kinds = "consultations,opinions,opinion-items"
    page = client.get("/api/v1/changes", {"since": since, "limit": 1000, "what": kinds}).json()["results"]
    return {(one["what"], one["key"]) for one in page}


@pytest.mark.django_db(transaction=True)
def test_the_feed_tells_the_end_of_an_agency_that_was_left_out_to_whoever_saw_it():
    office = make.agency(city="HN")
    client = of(office)
    request = make.opinion(make.consultation(agency=office), sent_on=None)
    since = client.get("/api/v1/changes", {"since": "now"}).json()["next"]
    pk = request.pk
    consulting.leave_out(request, by=make.administrator())
    assert not OpinionRequest.objects.filter(pk=pk).exists()
    page = client.get("/api/v1/changes", {"since": since}).json()["results"]
    assert ("opinions", str(pk), "delete") in {(one["what"], one["key"], one["action"]) for one in page}
    assert ("opinions", str(pk)) not in told_of(of(make.agency(city="HCM")), since)


def test_an_answer_and_its_points_are_told_from_its_day_on(offices, asked):
    opinion = asked.requests.get(agency=offices["SXD"])
    make.answered(opinion, on=timezone.localdate(), text="1. NOIDUNG")
    make.point(OpinionRequest.objects.get(pk=opinion.pk))
    client, before = of(offices["SCT"]), timezone.localdate() - datetime.timedelta(1)
    for path in (f"{OPINIONS}/{opinion.pk}", OPINIONS):
        told = client.get(f"{path}?as_of={before}").json()
        row = next(one for one in told.get("results", [told]) if one["id"] == opinion.pk)
        assert [row[name] for name in ("answered_on", "outcome", "text", "points")] == [None, "", "", 0]
        assert not row.get("items")
    assert client.get(f"{OPINIONS}/{opinion.pk}").json()["text"] == "1. NOIDUNG"


def test_notes_are_for_the_office_that_asks(offices, asked):
    opinion = asked.requests.get(agency=offices["SXD"])
    for record in (asked, opinion):
        record.refresh_from_db()
        record.note = "Nội bộ"
        record.save()
    for code, told in (("SCT", "Nội bộ"), ("SXD", ""), ("KHAC", "")):
        for path in (f"{ASKS}/LYK-A", f"{OPINIONS}/{opinion.pk}"):
            assert of(offices[code]).get(path).json()["note"] == told


def test_the_paper_of_an_answer_that_the_asked_may_not_see_stays(offices, asked):
    opinion = asked.requests.get(agency=offices["SXD"])
    paper = make.document(city="HN", agency=offices["SCT"], publicity="restricted")
    make.answered(opinion, on=timezone.localdate(), document=paper)
    assert act(of(offices["SXD"]), f"{OPINIONS}/{opinion.pk}", "answer", ANSWER).status_code == 200
    opinion.refresh_from_db()
    assert (opinion.signed_by, opinion.document) == ("Ông A", paper)


def test_after_the_end_nothing_is_corrected_and_no_point_taken_back(offices, asked):
    for opinion in asked.requests.all():
        make.answered(opinion, on=timezone.localdate())
        point = make.point(OpinionRequest.objects.get(pk=opinion.pk))
        consulting.settle(point, by=make.administrator(), outcome="rejected", response="Không")
    consulting.close(asked, by=make.administrator(), on=timezone.localdate())
    client = of(offices["SCT"])
    assert change(client, "PATCH", f"{ASKS}/LYK-A", {"title": "Tên khác"}).status_code == 400
    assert change(client, "DELETE", f"{ITEMS}/{point.pk}").status_code == 400
    assert OpinionItem.objects.filter(pk=point.pk).exists()
