"""The home page and GET /api/v1/figures/overview: the same numbers, each with its list, whoever asks."""

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.templatetags.portal import number
from tests import factories as make
from tests.reports.register import small_register

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())
API = "/api/v1/figures/overview"


@pytest.fixture
def register(client):
    made = small_register()
    made.reader = make.user("editor", agency=made.agency)
    client.force_login(made.reader)
    return made


def text(response):
    """The page's words: without markup, runs of spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def shown(response):
    """Every link into the zone list, with the number that stands on it: {(query, number)}."""
    return set(re.findall(r'<a href="/zones/\?([^"]*)">([\d.,]+)</a>', response.content.decode()))


def of_tables(answer):
    """The figures of an API answer that the page shows in its tables and bars."""
    lines = [answer["total"], *answer["kinds"], *(answer["cities"] if len(answer["cities"]) > 1 else [])]
    yield from (line[name] for line in lines for name in ("zones", "area", "industrial", "leased", "occupancy"))
    yield from (line["area"] for line in answer["statuses"])
    yield from (figure for line in answer["crossed"] for figure in (*line["counts"], line["total"]))
    yield from (*answer["completeness"], *answer["established"], *answer["operating"])
    yield from (one["computed"] for one in answer["published"] if one["computed"])


def written(figure):
    """An API figure as the page writes it in a table."""
    places = {"integer": 0, "percent": 1, "hectare": 4}[figure["kind"]]
    return escape(figure["query"]), number(figure["value"], places)


def test_whoever_has_a_city_begins_with_it(client, register):
    assert client.get("/").headers["Location"] == "/?city=HN"
    assert client.get("/", {"as_of": "2016-06-01"}).headers["Location"] == "/?as_of=2016-06-01&city=HN"
    both = client.get("/", {"city": ""})
    assert both.status_code == 200
    assert "Theo thành phố và loại" in text(both)


def test_a_reader_without_an_agency_sees_both_cities(client, register):
    client.force_login(make.user(agency=None))
    assert "Theo thành phố và loại" in text(client.get("/"))


def test_the_head_says_how_much_and_of_how_many(client, register):
    words = text(client.get("/", {"city": "HN"}))
    assert "6 1 đã thành lập, 2 đã hoạt động" in words.replace("Số khu, cụm ", "")
    assert "Diện tích 182,5 ha Cách tính 1 5 trong 6 khu có số liệu" in words
    assert "Tỷ lệ lấp đầy 55,6 % Cách tính 4 2 trong 6 khu có số liệu" in words


@pytest.mark.parametrize("asked", [{"city": "HN"}, {"city": ""}, {"city": "HN", "as_of": "2016-06-01"}])
def test_the_page_and_the_api_give_the_same_figures(client, register, asked):
    make.measurement(city="HN", indicator=make.indicator(code="total_area_operating_ha"), as_of=make.DAY)
    page, answer = client.get("/", asked), client.get(API, asked).json()
    told = {written(figure) for figure in of_tables(answer) if figure["n"] and figure["value"] is not None}
    head = {(escape(figure["query"]), number(figure["value"], 1)) for figure in answer["total"].values()
            if isinstance(figure, dict) and figure["value"] is not None}  # fmt: skip
    assert shown(page) - head == told - head
    for figure in answer["funnel"]:
        if figure["value"] is not None:
            assert f'href="/zones/?{escape(figure["query"])}"' in page.content.decode()
            assert number(figure["value"]) in page.content.decode()


def test_the_api_answers_in_numbers(client, register):
    answer = client.get(API, {"city": "HN"}).json()
    total = answer["total"]
    assert [total[name]["value"] for name in ("zones", "area", "industrial", "leased", "occupancy")] == [
        6,
        182.5,
        70,
        35,
        55.56,
    ]
    assert total["occupancy"] | {"basis": ""} == {
        "label": "Tỷ lệ lấp đầy", "value": 55.56, "unit": "%", "kind": "percent", "n": 2, "of": 6, "basis": "",
        "source": "Sổ đăng ký khu, cụm; văn bản, nguồn ghi ở từng khu", "query": "city=HN&has_occupancy=true",
    }  # fmt: skip


def test_the_lists_of_the_api_answer_the_query_of_a_figure(client, register):
    for figure in client.get(API, {"city": "HN"}).json()["total"].values():
        if isinstance(figure, dict):
            assert client.get(f"/api/v1/zones?{figure['query']}").json()["count"] == figure["n"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("city=XX", "city"),
        ("as_of=31-12-2025", "as_of"),
        ("as_of=2025-02-30", "as_of"),
        ("known_at=x", "known_at"),
        ("kind=KCN", "kind"),
    ],
)
def test_what_the_api_cannot_read_is_refused(client, register, query, field):
    answer = client.get(f"{API}?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [field]


def test_the_api_is_closed_to_strangers(client):
    assert client.get(API).status_code == 401


def test_hidden_zones_are_in_nobody_elses_numbers(client, register):
    client.force_login(make.user(agency=register.south))
    page = client.get("/", {"city": "HN"})
    assert ("city=HN&amp;has_area=true", "170,5") in shown(page)
    assert "HN-6" not in page.content.decode()
    assert client.get(API, {"city": "HN"}).json()["total"]["area"]["value"] == 170.5


def test_a_past_day_travels_in_every_link_and_says_what_is_left_out(client, register):
    page = client.get("/", {"city": "HN", "as_of": "2016-06-01"})
    assert {query.startswith("city=HN&amp;as_of=2016-06-01") for query, _number in shown(page)} == {True}
    assert "5 khu, cụm không được tính" in text(page)


def test_an_unreadable_moment_is_said(client, register):
    assert "Không đọc được “x”" in text(client.get("/", {"city": "HN", "known_at": "x"}))


def test_an_empty_city_says_what_would_be_here(client):
    client.force_login(make.user())
    page = client.get("/", {"city": "HCM"})
    assert page.status_code == 200
    assert "Chưa có khu, cụm nào" in text(page)


def counted(client, address):
    client.get("/healthz")  # that the session is in use is noted once a minute
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("wanted", [20, 2000])
def test_the_number_of_statements_is_fixed(client, wanted):
    make.many_zones(wanted)
    client.force_login(make.user())
    asked = {"home": "/?city=HN", "home on a past day": "/?city=HN&as_of=2025-06-01", "api overview": f"{API}?city=HN"}
    counts = {name: counted(client, address) for name, address in asked.items()}
    assert counts == {name: COUNTS[name] for name in asked}
