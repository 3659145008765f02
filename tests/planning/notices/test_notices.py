"""A notice becomes proposed tasks: who leads, who helps, until when, where; and what could not be read is said."""

import csv
import unicodedata
from datetime import date

import pytest
from django.conf import settings

from planning.notices import Agency, Precision, Zone, propose
from tests.planning.notices.notices_cases import BACKGROUND, SENTENCES, SEVERAL, UNREAD

DATA = settings.BASE_DIR / "data"
ISSUED = date(2016, 3, 21)
LETTERHEAD = "Hà Nội, ngày 21 tháng 3 năm 2016\n\n"


def rows(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def registers():
    others = {}
    for row in rows("agency_names.csv"):
        others.setdefault(row["code"], []).append(row["as_written"])
    day = lambda text: date.fromisoformat(text) if text else None  # noqa: E731
    agencies = [
        Agency(row["code"], row["name"], tuple(others.get(row["code"], ())), row["successor"], day(row["valid_to"]))
        for row in rows("agencies.csv")
    ]
    return agencies, [Zone(row["code"], row["name"]) for row in rows("zones.csv")]


AGENCIES, ZONES = registers()


def read(text, issued_on=ISSUED):
    return propose(text, issued_on=issued_on, agencies=AGENCIES, zones=ZONES)


def short(named):
    return named.code or " ".join(unicodedata.normalize("NFC", named.as_written).replace("\u00ad", "").split())


def in_short(deadline):
    """A deadline in a few letters: "<2016-06-20" before that day, "month 2016-04-30", "every month <25", "15wd …"."""
    if deadline is None:
        return ""
    if deadline.ongoing:
        return "ongoing"
    if term := deadline.relative:
        return f"{term.length}{term.unit} {term.event}".strip()
    if again := deadline.periodic:
        day = f" {'<' if again.before else ''}{again.day}" if again.day else ""
        return f"every {again.every}{day}"
    if deadline.on is None:
        return "vague"
    kind = "" if deadline.precision == Precision.DAY else f"{deadline.precision} "
    return f"{kind}{'<' if deadline.exclusive else ''}{deadline.on}"


@pytest.mark.parametrize(
    ("sentence", "lead", "cooperating", "deadline", "zones"), SENTENCES, ids=lambda value: str(value)[:50]
)
def test_a_sentence_is_read(sentence, lead, cooperating, deadline, zones):
    proposal = read(LETTERHEAD + sentence)
    assert len(proposal.tasks) == 1, proposal
    task = proposal.tasks[0]
    assert short(task.lead) == lead
    assert [short(one) for one in task.cooperating] == cooperating
    assert in_short(task.deadline) == deadline
    assert [short(one) for one in task.zones] == zones
    assert task.product


@pytest.mark.parametrize(("sentence", "leads"), SEVERAL, ids=lambda value: str(value)[:50])
def test_several_agencies_are_several_tasks(sentence, leads):
    proposal = read(LETTERHEAD + sentence)
    assert [short(task.lead) for task in proposal.tasks] == leads


@pytest.mark.parametrize("sentence", BACKGROUND, ids=lambda value: value[:50])
def test_background_is_no_task(sentence):
    proposal = read(LETTERHEAD + sentence)
    assert not proposal.tasks
    assert not proposal.unread
    assert sentence in [passage.sentence for passage in proposal.background]


@pytest.mark.parametrize("sentence", UNREAD, ids=lambda value: value[:50])
def test_an_order_to_nobody_is_said_to_be_unread(sentence):
    proposal = read(LETTERHEAD + sentence)
    assert not proposal.tasks
    assert [passage.sentence for passage in proposal.unread] == [sentence]
    assert proposal.unread[0].why


def test_a_text_that_names_no_city_is_read_for_the_city_of_its_directive():
    sentence = "Giao Sở Công Thương rà soát các cụm công nghiệp chậm triển khai."
    found = {city: propose(sentence, city=city, agencies=AGENCIES, zones=ZONES).tasks[0] for city in ("", "HN", "HCM")}
    assert {city: task.lead and task.lead.code for city, task in found.items()} == {
        "": None,
        "HN": "HN-SCT",
        "HCM": "HCM-SCT",
    }


def test_what_an_agency_is_no_longer_belongs_to_its_name():
    found = read("UBND huyện Sóc Sơn (cũ) bàn giao hồ sơ; Sở Nông nghiệp và Môi trường hướng dẫn trong quý I/2027.")
    assert [task.product for task in found.tasks] == ["Bàn giao hồ sơ", "Hướng dẫn"]
    assert found.tasks[0].lead.as_written == "UBND huyện Sóc Sơn (cũ)"
