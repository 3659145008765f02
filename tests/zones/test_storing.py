"""Many new rows at once hold what was given, come with their numbers, and stand in the history as anybody's work."""

import datetime
from decimal import Decimal

import pytest

from accounts.audit import acting
from accounts.models import RowChange
from tests import factories as make
from zones.models import Document, ZoneArea
from zones.storing import MANY, insert

pytestmark = pytest.mark.django_db


def test_whatever_the_text_it_is_stored_as_it_is():
    titles = ["một\\hai \\N", "“trích” 'x' \"y\"", "", "Cụm  A\u00a0B ", "100% %s"]
    wanted = [
        Document(type="QĐ", number=f"{n}/QĐ", year=None if n % 2 else 2025, title=titles[n % 5], note="a\n\tb\\")
        for n in range(MANY + 5)
    ]
    insert(wanted)
    stored = Document.objects.in_bulk()
    for document in wanted:
        held = stored[document.pk]
        assert (held.number, held.year, held.note) == (document.number, document.year, "a\nb\\")
        assert held.title == " ".join(document.title.split())


def test_each_row_stands_in_the_history_with_who_and_why():
    person, zone = make.user("editor"), make.zone()
    day = datetime.date(2025, 1, 1)
    facts = [ZoneArea(zone=zone, kind="service", value_ha=Decimal(n) / 8, as_of=day, source="QĐ") for n in range(MANY)]
    with acting(person, reason="Nhập thử"):
        insert(facts)
    changes = RowChange.objects.filter(table="zones_zonearea", action="insert", actor=person, reason="Nhập thử")
    assert changes.count() == MANY
    assert {fact.value_ha for fact in ZoneArea.objects.all()} == {fact.value_ha for fact in facts}
    assert ZoneArea.objects.create(zone=zone, kind="ready", value_ha=1, as_of=day, source="QĐ").pk > facts[-1].pk
