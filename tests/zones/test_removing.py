"""The pages that take a record back: asked once more, with a reason, and never while others hang on it."""

import pytest
from django.urls import reverse

from accounts.models import RowChange
from tests import factories as make
from zones.models import Document, Facility, Phase, Zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    editor = make.user("editor")
    client.force_login(editor, "accounts.signin.PortalBackend")
    return editor


def own(editor, kind):
    agency = editor.agency
    if kind == "document":
        return make.document(agency=agency)
    if kind == "project":
        return make.project(make.zone(managing_agency=agency))
    return {"zone": make.zone, "facility": make.facility}[kind](managing_agency=agency)


PAGES = {
    "zone": ("zone", "zones:remove", "zones:list", "Rút khỏi sổ"),
    "facility": ("zones:facility", "zones:facility_remove", "zones:facilities", "Xoá"),
    "project": ("zones:project", "zones:project_remove", "zones:projects", "Xoá"),
    "document": ("zones:document", "zones:document_remove", "zones:documents", "Xoá"),
}


@pytest.mark.parametrize("kind", PAGES)
def test_from_its_page_a_record_is_taken_back_with_a_reason(client, editor, kind):
    record = own(editor, kind)
    page, remove, records, word = PAGES[kind]
    key = [getattr(record, "code", record.pk)]
    assert f'href="{reverse(remove, args=key)}' in client.get(reverse(page, args=key)).content.decode()
    asked = client.get(reverse(remove, args=key)).content.decode()
    assert word in asked
    assert f'href="{reverse(page, args=key)}' in asked
    assert client.post(reverse(remove, args=key), {"reason": " "}).status_code == 200
    done = client.post(reverse(remove, args=key), {"reason": "Ghi trùng"})
    assert done.status_code == 302
    assert done["Location"].startswith(reverse(records))
    assert client.get(reverse(page, args=key)).status_code == 404
    change = RowChange.objects.filter(table=record._meta.db_table, row=str(record.pk)).last()
    assert (change.reason, change.actor) == ("Ghi trùng", editor)


def test_what_hangs_on_it_is_named_and_nothing_happens(client, editor):
    document = own(editor, "document")
    make.facility(document=document, name="Xưởng giấy Bãi Bằng")
    answer = client.post(reverse("zones:document_remove", args=[document.pk]), {"reason": "Ghi trùng"})
    assert answer.status_code == 200
    assert "Xưởng giấy Bãi Bằng" in answer.content.decode()
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_phase_goes_back_from_the_form_of_its_zone(client, editor):
    zone = own(editor, "zone")
    phase = make.phase(zone)
    address = reverse("zones:phase_remove", args=[zone.code, phase.pk])
    assert f'href="{address}' in client.get(reverse("zones:edit", args=[zone.code])).content.decode()
    assert client.post(address, {"reason": "Ghi nhầm"})["Location"].startswith(reverse("zones:edit", args=[zone.code]))
    assert not Phase.objects.exists()


def test_whoever_may_not_change_the_record_is_not_offered_it(client, editor):
    facility, zone = make.facility(), make.zone()
    for page, remove, record in (
        ("zones:facility", "zones:facility_remove", facility),
        ("zone", "zones:remove", zone),
    ):
        address = reverse(remove, args=[record.code])
        assert address not in client.get(reverse(page, args=[record.code])).content.decode()
        assert client.post(address, {"reason": "Ghi nhầm"}).status_code == 403
    assert Facility.objects.exists()
    assert not Zone.objects.get(pk=zone.pk).withdrawn
