"""The box in the frame finds the register and the work on it, each kind as its own list does."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make

pytestmark = pytest.mark.django_db
COUNTS = json.loads((Path(__file__).parent.parent / "query_counts.json").read_text())


def found(client, **asked):
    """{title of the kind: names} of what the page shows."""
    answer = client.get("/search/", asked)
    assert answer.status_code == 200
    return {group.title: [name for name, _note, _url in group.items] for group in answer.context["groups"]}


@pytest.fixture
def reader(client):
    client.force_login(make.user("viewer", city="HN"))
    return client


def test_one_box_finds_every_kind_without_tone_marks(reader):
    zone = make.zone(name="Cụm công nghiệp Lại Yên")
    make.dossier(zone, title="Thành lập cụm Lại Yên")
    make.task(make.directive(title="Kết luận về Lại Yên"), content="Rà soát cụm Lại Yên")
    make.consultation(title="Đồ án cụm Lại Yên")
    make.obstacle(title="Lại Yên còn 12 hộ", zone=zone)
    make.plan(title="Quy hoạch Lại Yên")
    make.document(title="Về cụm Lại Yên")
    make.facility(name="Xưởng Lại Yên")
    make.zone(name="Khu công nghiệp Thăng Long")
    assert found(reader, q="lai yen").keys() == {
        "Khu, cụm công nghiệp", "Hồ sơ", "Văn bản chỉ đạo", "Nhiệm vụ", "Lấy ý kiến", "Vướng mắc", "Quy hoạch",
        "Văn bản", "Cơ sở sản xuất riêng lẻ",
    }  # fmt: skip
    assert found(reader, q="khong co gi nhu vay") == {}


def test_ten_of_each_are_shown_and_the_list_has_the_rest(reader):
    for number in range(12):
        make.zone(name=f"Cụm công nghiệp Yên {number}")
    page = reader.get("/search/", {"q": "yen", "city": "HN"})
    (group,) = [one for one in page.context["groups"] if one.title.startswith("Khu")]
    assert (len(group.items), group.more) == (10, "/zones/?search=yen&city=HN")
    assert reader.get(group.more).context["page"].paginator.count == 12


def test_what_is_hidden_is_not_found(reader):
    far = make.zone(name="Cụm Kín", city="HCM", publicity="internal")
    make.dossier(far, title="Thành lập cụm Kín", publicity="public")
    make.document(title="Về cụm Kín", publicity="restricted", city="HCM")
    make.task(make.directive(title="Kết luận Kín", city="HCM"), content="Việc Kín")
    make.consultation(title="Đồ án Kín", publicity="restricted")
    make.obstacle(title="Vướng Kín", zone=far, publicity="restricted")
    make.plan(title="Quy hoạch Kín", city="HCM", publicity="internal")
    make.facility(name="Xưởng Kín", city="HCM", publicity="internal")
    assert found(reader, q="kín") == {}


def test_whoever_was_asked_in_confidence_finds_the_consultation(client):
    asked = make.consultation(title="Đồ án Kín", publicity="restricted")
    request = make.opinion(asked)
    client.force_login(make.user("viewer", agency=request.agency))
    assert found(client, q="kín") == {"Lấy ý kiến": ["Đồ án Kín"]}


def test_what_was_not_there_on_the_day_of_the_frame_is_not_found(reader):
    make.task(make.directive(title="Kết luận chung", issued_on=make.DAY), content="Việc chung")
    make.opinion(make.consultation(title="Đồ án chung"))
    assert found(reader, q="chung").keys() == {"Văn bản chỉ đạo", "Nhiệm vụ", "Lấy ý kiến"}
    assert found(reader, q="chung", as_of="2024-12-31") == {}


def test_the_city_of_the_frame_holds_for_the_box_too(reader):
    make.zone(name="Cụm Chung", city="HN")
    make.zone(name="Cụm Chung", city="HCM")
    assert len(found(reader, q="chung")["Khu, cụm công nghiệp"]) == 2
    assert len(found(reader, q="chung", city="HCM")["Khu, cụm công nghiệp"]) == 1


@pytest.mark.parametrize("text", ["", " ", "\0", "x" * 5_000, "%", "'", "<script>", "-", "…"])
def test_whatever_is_typed_is_answered(reader, text):
    make.zone()
    page = reader.get("/search/", {"q": text})
    assert page.status_code == 200
    assert "<script>" not in page.content.decode()


def test_the_box_in_the_frame_leads_here(reader):
    page = reader.get("/zones/").content.decode()
    assert 'action="/search/"' in page and 'name="q"' in page


def test_a_search_costs_the_same_whatever_it_finds(reader):
    reader.get("/search/?q=cum")
    counts = []
    for _ in range(2):
        for _ in range(4):
            zone = make.zone(name="Cụm công nghiệp Đông")
            make.dossier(zone)
            make.document(title="cụm")
            make.task(make.directive(title="cụm"), content="cụm")
            make.opinion(make.consultation(title="cụm"))
            make.obstacle(title="cụm", zone=zone)
            make.plan(title="Quy hoạch cụm")
            make.facility(name="Cụm xưởng", managing_agency=zone.managing_agency)
        with CaptureQueriesContext(connection) as asked:
            reader.get("/search/?q=cum")
        counts.append(len(asked))
    assert counts == [COUNTS["search"]] * 2
