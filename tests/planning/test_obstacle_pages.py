"""The pages of obstacles: raised by whoever meets them, told of, decided on, and seen where they hold up."""

import datetime
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notice
from planning.models import Obstacle
from tests import factories as make
from tests.planning.test_plan_pages import text

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
TODAY = datetime.date(2026, 6, 15)
RAISED = datetime.date(2026, 3, 1)
PAGE = "/obstacles/VM-HN-2026-001/"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The day on which the tests happen."""
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def offices():
    """The commune that has to remove it, the department that met it, another one."""
    names = {"xa": "UBND xã Sơn Đồng", "ct": "Sở Công Thương", "tc": "Sở Tài chính"}
    return {code: make.agency(code=code.upper(), name=name, city="HN") for code, name in names.items()}


@pytest.fixture
def zone(offices):
    return make.zone(code="LY", name="Cụm công nghiệp Lại Yên", managing_agency=offices["xa"])


@pytest.fixture
def obstacle(offices, zone):
    given = {"agency": offices["xa"], "raised_by": offices["ct"], "zone": zone, "raised_on": RAISED}
    return make.obstacle(code="VM-HN-2026-001", first_expected_on=datetime.date(2026, 6, 30), **given)


@pytest.fixture
def at(client, offices):
    """`at("ct", "editor")`: the client, signed in as an editor of that office."""

    def signed_in(code, role="editor"):
        client.force_login(make.user(role, agency=offices[code]))
        return client

    return signed_in


def posted(client, address, **given):
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    return client.post(address, {name: value for name, value in (sent | given).items() if value is not None})


def counted(client, address):
    client.get(address)  # whatever is kept after the first time
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


NEW = {"title": "Còn 12 hộ chưa nhận tiền", "cause": "clearance", "source": "Báo cáo", "raised_on": "10/06/2026"}


# Raising ------------------------------------------------------------------------------------------------------------


def test_an_agency_raises_what_another_one_has_to_remove_and_that_one_is_told(at, offices, zone):
    owner = make.user("editor", agency=offices["xa"])
    client = at("ct")
    form = client.get("/obstacles/new/?zone=LY").context["form"]
    assert form["code"].value() == "VM-HN-2026-001"
    assert (form["agency"].value(), form["raised_by"].value()) == (offices["xa"].pk, offices["ct"].pk)
    made = posted(client, "/obstacles/new/?zone=LY", first_expected_on="30/09/2026", **NEW)
    assert (made.status_code, made["Location"]) == (302, PAGE)
    shown = text(client.get(PAGE))
    assert "Cụm công nghiệp Lại Yên" in shown
    assert "dự kiến xong 30/09/2026" in shown
    told = Notice.objects.get()
    assert (told.user, told.kind, told.address) == (owner, "obstacle_given", PAGE)
    assert client.get("/obstacles/new/").context["form"]["code"].value() == "VM-HN-2026-002"


def test_of_a_dossier_its_zone_follows(at, offices, zone):
    dossier = make.dossier(zone, lead_agency=offices["xa"])
    posted(at("ct"), f"/obstacles/new/?dossier={dossier.code}", zone="", **NEW)
    made = Obstacle.objects.get()
    assert (made.dossier, made.zone, made.agency) == (dossier, zone, offices["xa"])


def test_nobody_raises_in_the_name_of_two_others(at, offices, zone):
    refused = posted(at("tc"), "/obstacles/new/?zone=LY", raised_by=offices["ct"].pk, **NEW)
    assert "Cơ quan của bạn phải là cơ quan tháo gỡ hoặc cơ quan nêu" in text(refused)
    assert not Obstacle.objects.exists()


@pytest.mark.parametrize(("given", "words"), [
    ({"zone": "", "dossier": ""}, "Chọn khu, cụm hoặc hồ sơ đang vướng."),
    ({"source": ""}, "Cần một văn bản hoặc một nguồn."),
    ({"first_expected_on": "01/06/2026"}, "Ngày dự kiến trước ngày nêu."),
])  # fmt: skip
def test_what_does_not_make_an_obstacle_is_said(at, zone, given, words):
    assert words in text(posted(at("ct"), "/obstacles/new/?zone=LY", **NEW | given))


def test_a_viewer_raises_nothing(at, zone):
    client = at("ct", "viewer")
    assert client.get("/obstacles/new/?zone=LY").status_code == 403
    assert "/obstacles/new/" not in client.get("/obstacles/").content.decode()
    assert "/obstacles/new/" not in client.get("/zones/LY/").content.decode()


def test_a_hidden_zone_in_the_address_is_as_one_that_does_not_exist(at):
    make.zone(code="KIN", publicity="restricted")
    form = at("ct").get("/obstacles/new/?zone=KIN").context["form"]
    assert form["zone"].value() is None


# Telling and deciding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("office", "role", "edit", "update", "decide"),
    [
        ("xa", "editor", 200, 200, 403),
        ("xa", "approver", 200, 200, 200),
        ("xa", "head", 200, 200, 200),
        ("xa", "viewer", 403, 403, 403),
        ("ct", "editor", 403, 200, 403),
        ("ct", "head", 403, 200, 403),
        ("tc", "head", 403, 403, 403),
    ],
)
def test_each_verb_is_for_those_whose_it_is(at, obstacle, office, role, edit, update, decide):
    waiting = make.obstacle_update(obstacle, by=make.user("editor", agency=obstacle.agency), on=TODAY)
    client = at(office, role)
    answers = [
        client.get(f"{PAGE}{tail}").status_code for tail in ("edit/", "update/", f"updates/{waiting.pk}/decide/")
    ]
    assert answers == [edit, update, decide]


def test_from_an_update_that_is_sent_back_to_one_with_a_new_day(at, obstacle):
    told = {"kind": "resolved", "on": "12/06/2026", "text": "Đã chi trả hết"}
    answer = posted(at("xa"), f"{PAGE}update/", **told)
    assert answer.status_code == 302
    first = obstacle.updates.get()
    assert "1 cập nhật chờ duyệt, chưa được tính." in text(at("ct").get(PAGE))
    head = at("xa", "head")
    posted(head, f"{PAGE}updates/{first.pk}/decide/", decision="refuse", note="Còn 2 hộ")
    shown = text(head.get(PAGE))
    assert "trả lại" in shown and "Còn 2 hộ" in shown and "đang tháo gỡ" in shown
    posted(at("xa"), f"{PAGE}update/", on="14/06/2026", text="Còn 2 hộ", expected_on="31/07/2026")
    second = obstacle.updates.get(decision="")
    posted(at("xa", "approver"), f"{PAGE}updates/{second.pk}/decide/", decision="approve")
    shown = text(at("ct").get(PAGE))
    history = shown.partition("Lịch sử")[2]
    assert "Sửa cập nhật vướng mắc" in history and "trả lại" in history
    assert "30/06/2026 → 31/07/2026" in shown
    assert "còn 34 ngày làm việc" in shown


def test_to_send_back_without_a_reason_is_refused_beside_its_field(at, obstacle):
    waiting = make.obstacle_update(obstacle, by=make.user("editor", agency=obstacle.agency), on=TODAY)
    answer = posted(at("xa", "head"), f"{PAGE}updates/{waiting.pk}/decide/", decision="refuse")
    assert "Nói rõ vì sao trả lại." in answer.context["form"].errors["note"]


def test_what_is_removed_can_only_be_told_to_have_come_back(at, obstacle):
    make.obstacle_update(obstacle, kind="resolved", on=TODAY)
    client = at("xa", "head")
    assert "đã tháo gỡ" in text(client.get(PAGE))
    assert [value for value, _label in client.get(f"{PAGE}update/").context["form"].fields["kind"].choices] == [
        "reopened"
    ]


def test_whoever_may_not_act_reads_who_may(at, obstacle):
    make.obstacle_update(obstacle, by=make.user("editor", agency=obstacle.agency), on=TODAY)
    shown = text(at("tc").get(PAGE))
    for words in ("Cơ quan tháo gỡ sửa", "Cơ quan tháo gỡ và cơ quan nêu", "Người duyệt hoặc thủ trưởng"):
        assert words in shown
    assert f"{PAGE}update/" not in shown


def test_an_update_of_another_obstacle_is_not_decided_on_here(at, obstacle, offices):
    other = make.obstacle(agency=offices["xa"])
    waiting = make.obstacle_update(other, by=make.user("editor", agency=offices["xa"]))
    assert at("xa", "head").get(f"{PAGE}updates/{waiting.pk}/decide/").status_code == 404


def test_two_at_once_lose_nothing(at, obstacle):
    client = at("xa")
    version = obstacle.version
    posted(client, f"{PAGE}update/", on="10/06/2026", text="Người thứ nhất")
    second = {"version": version, "kind": "progress", "on": "11/06/2026", "text": "Người thứ hai"}
    answer = client.post(f"{PAGE}update/", second)
    assert answer.status_code == 409
    assert "Người khác vừa ghi vào đây" in text(answer)
    assert "Người thứ hai" in answer.content.decode()
    again = second | {"version": answer.context["form"]["version"].value()}
    assert client.post(f"{PAGE}update/", again).status_code == 302
    assert obstacle.updates.count() == 2


def test_a_correction_keeps_the_approved_day_and_stays_with_the_agency(at, obstacle, offices):
    make.obstacle_update(obstacle, on=TODAY, expected_on=datetime.date(2026, 7, 31))
    client = at("xa")
    offered = client.get(f"{PAGE}edit/").context["form"].fields["agency"].queryset
    assert list(offered) == [offices["xa"]]
    given = {"first_expected_on": "29/06/2026", "raised_on": "01/03/2026", "officer": ""}
    assert posted(client, f"{PAGE}edit/", **given).status_code == 302
    obstacle.refresh_from_db()
    assert (obstacle.first_expected_on.day, obstacle.expected_on) == (29, datetime.date(2026, 7, 31))
    posted(client, f"{PAGE}edit/", raised_on="02/03/2026", first_expected_on="29/06/2026", agency=offices["tc"].pk)
    obstacle.refresh_from_db()
    assert obstacle.agency == offices["xa"]


def test_a_zone_that_its_agency_may_not_see_is_not_named_and_stays(at, offices, obstacle):
    hidden = make.zone(code="KIN", name="Khu kín", publicity="restricted")
    Obstacle.objects.filter(pk=obstacle.pk).update(zone=hidden)
    client = at("xa")
    for address in (PAGE, "/obstacles/", f"{PAGE}edit/"):
        shown = client.get(address).content.decode()
        assert "Khu kín" not in shown and "KIN" not in shown
    assert "khu, hồ sơ hạn chế" in text(client.get("/obstacles/"))
    assert client.get("/obstacles/?search=kin").context["count"] == 0
    given = {"title": "Câu khác", "raised_on": "01/03/2026", "first_expected_on": "30/06/2026"}
    assert posted(client, f"{PAGE}edit/", **given).status_code == 302
    obstacle.refresh_from_db()
    assert (obstacle.title, obstacle.zone) == ("Câu khác", hidden)


# The list -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(obstacle, offices, zone):
    """In time; overdue; silent; removed; without a day."""
    make.rule("obstacle.stale", 30, "d", certainty="D")
    given = {"agency": offices["tc"], "raised_on": RAISED}
    late = make.obstacle(title="Quá ngày", first_expected_on=datetime.date(2026, 6, 1), **given)
    silent = make.obstacle(title="Im lặng", cause="capital", **given)
    removed = make.obstacle(title="Đã gỡ", **given)
    dayless = make.obstacle(title="Chưa có ngày", **given)
    make.obstacle_update(removed, kind="resolved", on=TODAY)
    for one in (obstacle, late, dayless):
        make.obstacle_update(one, on=datetime.date(2026, 6, 14))
    return [late, silent, obstacle, dayless, removed]


def titles(client, address):
    return [row[0]["text"] for row in client.get(address).context["rows"]]


def test_the_worst_come_first(at, several):
    assert titles(at("ct"), "/obstacles/") == [one.title for one in several]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("state=overdue", 1),
        ("state=overdue&state=resolved", 2),
        ("stale=true", 1),
        ("stale=false", 4),
        ("cause=capital", 1),
        ("agency=TC", 4),
        ("raised_by=CT", 1),
        ("zone=LY", 1),
        ("search=lai yen", 1),
        ("search=qua ngay", 1),
        ("expected_min=2026-06-15", 1),
        ("expected_max=2026-06-15", 1),
        ("as_of=2026-02-28", 0),
        ("as_of=2026-05-01&state=resolved", 0),
        ("waiting=true", 0),
        ("city=HCM", 0),
    ],
)
def test_the_list_finds_by(at, several, asked, number):
    assert at("ct").get(f"/obstacles/?{asked}").context["count"] == number


def test_the_head_counts_by_state_and_says_on_what_it_rests(at, several):
    answer = at("ct").get("/obstacles/")
    assert [(state, number) for state, _words, _mark, number in answer.context["states"]] == [
        ("overdue", 1), ("no_date", 2), ("in_time", 1), ("resolved", 1),
    ]  # fmt: skip
    assert answer.context["stale"] == 1
    shown = text(answer)
    assert "quá 30 ngày không có cập nhật nào được duyệt" in shown
    assert "im lặng 106 ngày" in shown


def test_without_a_rule_nothing_is_silent_and_the_list_says_so(at, obstacle):
    answer = at("ct").get("/obstacles/")
    assert answer.context["stale"] == 0
    assert "Chưa có quy tắc về im lặng" in text(answer)


def test_each_line_has_the_one_thing_that_its_reader_may_do_next(at, several, obstacle):
    def actions(client):
        return [(row[-1]["text"], row[-1]["url"]) for row in client.get("/obstacles/").context["rows"]]

    address = f"/obstacles/{several[0].code}/"
    assert actions(at("tc"))[0] == ("Ghi ngày mới", f"{address}update/")
    assert actions(at("ct"))[0] == ("Xem", address)
    assert actions(at("ct"))[2] == ("Cập nhật", f"{PAGE}update/")
    waiting = make.obstacle_update(several[0], by=make.user("editor", agency=several[0].agency), on=TODAY)
    assert actions(at("tc", "head"))[0] == ("Duyệt cập nhật", f"{address}updates/{waiting.pk}/decide/")


def test_an_empty_list_says_how_obstacles_come(at):
    assert "Vướng mắc được nêu ở trang của khu" in text(at("ct").get("/obstacles/"))


# Where they hold up, and how much is asked --------------------------------------------------------------------------


def test_zone_and_dossier_show_what_holds_them_up(at, obstacle, zone):
    dossier = make.dossier(zone)
    Obstacle.objects.filter(pk=obstacle.pk).update(dossier=dossier)
    client = at("ct")
    for address, of in (("/zones/LY/", "zone=LY"), (f"/dossiers/{dossier.code}/", f"dossier={dossier.code}")):
        answer = client.get(address)
        assert obstacle.title in text(answer)
        assert f"/obstacles/new/?{of}" in answer.content.decode()
    make.obstacle_update(obstacle, kind="resolved", on=TODAY)
    assert "Không có vướng mắc nào chưa tháo gỡ." in text(client.get("/zones/LY/"))


def test_the_list_and_the_page_ask_as_much_for_many_rows_as_for_few(at, obstacle, offices, zone):
    make.rule("obstacle.stale", 30, "d", certainty="D")
    client, dossier = at("xa", "head"), make.dossier(zone)
    told = {"by": make.user("editor", agency=offices["xa"]), "on": TODAY}

    def fill(number):
        for _ in range(number):
            one = make.obstacle(agency=offices["xa"], zone=make.zone(), raised_by=make.agency())
            make.obstacle_update(one, **told)
            make.obstacle(agency=make.agency(), dossier=dossier, document=make.document())
            make.obstacle_update(obstacle, document=make.document(), **told)

    for _ in range(30):  # more than a page of history
        make.obstacle_update(obstacle, document=make.document(), **told)
    fill(3)
    few = counted(client, "/obstacles/"), counted(client, PAGE), counted(client, "/zones/LY/")
    fill(20)
    many = counted(client, "/obstacles/"), counted(client, PAGE), counted(client, "/zones/LY/")
    assert many == few
    assert few[:2] == (COUNTS["planning:obstacles"], COUNTS["planning:obstacle"])


# My work --------------------------------------------------------------------------------------------------------------


def mine(client):
    work = client.get("/my/").context["work"]
    return {group.id: group.duties for group in (*work.groups, *work.nothing)}


def test_my_work_has_what_my_agency_must_remove_and_what_waits_for_me(at, several, offices):
    late, silent, _obstacle, dayless, _removed = several
    head = at("tc", "head")
    assert [duty.what for duty in mine(head)["obstacles"]] == [late.title, silent.title, dayless.title]
    assert [duty.mark.state for duty in mine(head)["obstacles"]] == ["late", "soon", ""]
    waiting = make.obstacle_update(silent, by=make.user("editor", agency=offices["tc"]), on=TODAY)
    (duty,) = mine(head)["updates"]
    assert (duty.what, duty.act) == (silent.title, f"/obstacles/{silent.code}/updates/{waiting.pk}/decide/")
    assert mine(at("tc"))["updates"] == []
    assert mine(at("ct", "head"))["obstacles"] == mine(at("ct", "head"))["updates"] == []


def test_the_officer_has_it_too_and_what_is_removed_is_gone(client, obstacle):
    officer = make.user("editor", agency=obstacle.agency)
    Obstacle.objects.filter(pk=obstacle.pk).update(officer=officer)
    client.force_login(officer)
    assert [duty.action for duty in mine(client)["obstacles"]] == ["Cập nhật"]
    make.obstacle_update(obstacle, kind="resolved", on=TODAY)
    assert mine(client)["obstacles"] == []


def test_my_work_asks_as_much_for_many_obstacles_as_for_few(at, obstacle, offices):
    client = at("xa", "head")

    def fill(number):
        for _ in range(number):
            one = make.obstacle(agency=offices["xa"], raised_by=offices["ct"], dossier=make.dossier())
            make.obstacle_update(one, by=make.user("editor", agency=offices["xa"]))

    fill(2)
    few = counted(client, "/my/")
    fill(20)
    assert counted(client, "/my/") == few


@pytest.mark.parametrize(("publicity", "begins"), [("public", "internal"), ("restricted", "restricted")])
def test_an_obstacle_of_a_restricted_zone_begins_restricted(at, offices, publicity, begins):
    zone = make.zone(managing_agency=offices["tc"], publicity=publicity)
    form = at("tc").get("/obstacles/new/", {"zone": zone.code}).context["form"]
    assert form["publicity"].value() == begins
