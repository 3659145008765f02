"""The pages of plans: the list, one plan beside the register, the forms of plans and their lines."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from planning.models import Plan, PlanEntry
from tests import factories as make
from zones.models import ZoneUnit

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())


@pytest.fixture
def editor(client):
    person = make.user("editor")
    client.force_login(person)
    return person


@pytest.fixture
def plan(editor):
    return make.plan(code="QH-HN", title="Quy hoạch cụm công nghiệp", agency=editor.agency, stated_count=2)


def text(response):
    """The page's words: without markup, runs of spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def with_area(hectares, **given):
    zone = make.zone(**given)
    make.area(zone, value=hectares)
    return zone


def counted(client, address):
    client.get(address)  # whatever is kept after the first time
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_list_shows_the_plans_of_the_city_in_view(client, plan):
    make.plan(city="HCM", title="Quy hoạch của Thành phố Hồ Chí Minh", horizon_from=2020, horizon_to=2045)
    assert "Quy hoạch của Thành phố Hồ Chí Minh" not in text(client.get("/plans/?city=HN"))
    shown = text(client.get("/plans/"))
    assert "Quy hoạch cụm công nghiệp" in shown
    assert "2020–2045" in shown


def test_a_plan_of_which_only_the_totals_are_known_says_so(client, plan):
    shown = text(client.get("/plans/QH-HN/"))
    assert "Chưa nhập dòng nào của danh mục" in shown
    assert "Mới có 0 trong 2 dòng" in shown


def test_each_line_stands_beside_its_zone_and_explains_what_differs(client, plan):
    zone = with_area(34, name="Cụm công nghiệp Hát Môn")
    make.plan_entry(plan, number=1, name="Hát Môn", zone=zone, area_ha=10)
    page = client.get("/plans/QH-HN/")
    shown = text(page)
    assert f'href="/zones/{zone.code}/"' in page.content.decode()
    assert "+24 ha (+240 %)" in shown
    assert "Quy hoạch ghi 10 ha (Phụ lục); sổ ghi 34 ha" in shown


def test_only_the_lines_that_differ_can_be_asked_for(client, plan):
    make.plan_entry(plan, number=1, name="Lại Yên", zone=with_area(27), area_ha=27)
    make.plan_entry(plan, number=2, name="Hát Môn", zone=with_area(34), area_ha=10)
    assert "1. Lại Yên" in text(client.get("/plans/QH-HN/"))
    only = text(client.get("/plans/QH-HN/?differs=1"))
    assert "2. Hát Môn" in only
    assert "1. Lại Yên" not in only
    assert "1 trong 2 dòng khác với sổ." in only


def test_the_agency_of_the_plan_adds_a_line_with_the_next_number(client, plan):
    make.plan_entry(plan, number=7)
    zone = make.zone()
    form = client.get("/plans/QH-HN/lines/new/").context["form"]
    assert form["number"].value() == 8
    sent = {"number": 8, "name": "Lại Yên", "kind": "CCN", "area_ha": "27,2", "zone": zone.pk, "source": "Phụ lục I"}
    answer = client.post("/plans/QH-HN/lines/new/", sent)
    assert answer.status_code == 302
    made = PlanEntry.objects.get(number=8)
    assert (made.plan, made.zone, made.area_ha) == (plan, zone, Decimal("27.2"))


def test_a_line_number_stands_once_in_a_plan(client, plan):
    make.plan_entry(plan, number=1)
    answer = client.post("/plans/QH-HN/lines/new/", {"number": 1, "name": "Hai", "kind": "CCN", "source": "Phụ lục"})
    assert "Quy hoạch này đã có dòng số đó." in text(answer)


def test_two_who_correct_a_line_at_once_see_both_values(client, plan):
    entry = make.plan_entry(plan, number=1, name="Lại Yên")
    page = client.get(f"/plans/QH-HN/lines/{entry.pk}/edit/").context["form"]
    entry.name = "Lại Yên (mở rộng)"
    entry.save()
    sent = {name: page[name].value() or "" for name in page.fields} | {"name": "Lại Yên 1", "version": 1}
    answer = client.post(f"/plans/QH-HN/lines/{entry.pk}/edit/", sent)
    assert answer.status_code == 409
    assert "Lại Yên (mở rộng)" in text(answer)
    entry.refresh_from_db()
    assert entry.name == "Lại Yên (mở rộng)"


def test_a_line_is_taken_out_with_a_reason_and_its_trace_stays(client, plan):
    entry = make.plan_entry(plan, number=1, name="Ghi nhầm")
    client.post(f"/plans/QH-HN/lines/{entry.pk}/remove/", {"reason": "Ghi hai lần"})
    assert not PlanEntry.objects.exists()
    assert "Ghi hai lần" in text(client.get("/plans/QH-HN/"))


def test_a_plan_is_added_with_its_kinds_in_one_line(client, editor):
    sent = {"code": "QH-MOI", "title": "Quy hoạch mới", "city": "HN", "kinds": "kcn, KCX", "source": "Quyết định"}
    sent |= {"agency": editor.agency.pk, "publicity": "public", "stated_area_ha": "3.204,31"}
    answer = client.post("/plans/new/", sent)
    assert answer.status_code == 302, text(answer)
    made = Plan.objects.get(code="QH-MOI")
    assert (made.kinds, str(made.stated_area_ha)) == (["KCN", "KCX"], "3204.3100")
    assert "Không có loại khu ABC" in text(client.post("/plans/new/", sent | {"code": "QH-HAI", "kinds": "ABC"}))


def test_correcting_a_plan_keeps_what_was_not_touched(client, plan):
    form = client.get("/plans/QH-HN/edit/").context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    answer = client.post("/plans/QH-HN/edit/", sent | {"title": "Quy hoạch đã sửa", "reason": "Theo quyết định"})
    assert answer.status_code == 302, text(answer)
    plan.refresh_from_db()
    assert (plan.title, plan.kinds, plan.stated_count) == ("Quy hoạch đã sửa", ["CCN"], 2)


def test_of_a_hidden_document_a_plan_shows_no_number(client, editor):
    secret = make.document(number="99/MẬT", city="HCM", publicity="restricted")
    make.plan(code="QH-KIN", document=secret)
    for address in ("/plans/", "/plans/QH-KIN/"):
        shown = text(client.get(address))
        assert "99/MẬT" not in shown
        assert "hạn chế" in shown


def test_the_pages_need_as_many_statements_for_ten_lines_as_for_two(client, plan):
    make.plan(document=make.document())
    for lines in (2, 10):
        for _ in range(lines):
            zone = with_area(10)
            make.status(zone, document=make.document(), source="")
            ZoneUnit.objects.create(zone=zone, unit=make.unit())
            make.plan_entry(plan, zone=zone, area_ha=10, place_text="Xã Lạ")
        found = {"planning:plans": counted(client, "/plans/"), "planning:plan": counted(client, "/plans/QH-HN/")}
        assert found == {name: COUNTS[name] for name in found}
