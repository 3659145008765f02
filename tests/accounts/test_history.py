"""Every change of a business table leaves a trace, whichever way it is made, and the trace cannot be changed."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import Agency, RowChange
from tests import factories as make
from zones.models import Zone, ZoneArea

pytestmark = pytest.mark.django_db


def changes(record):
    return list(RowChange.objects.of(record).order_by("pk"))


def test_a_change_says_who_when_why_and_what():
    author, zone = make.user("editor"), make.zone(name="Cụm công nghiệp Cũ")
    with audit.acting(author, reason="Đính chính tên", request_id="r-1"):
        zone.name = "Cụm công nghiệp Mới"
        zone.save()
    change = changes(zone)[-1]
    assert (change.actor, change.request_id, change.reason, change.action) == (
        author,
        "r-1",
        "Đính chính tên",
        "update",
    )
    assert change.before["name"] == "Cụm công nghiệp Cũ" and change.after["name"] == "Cụm công nghiệp Mới"
    assert "code" not in change.after, "only what differs is kept"
    assert change.at is not None


def test_the_next_change_outside_of_a_request_has_no_author():
    with audit.acting(make.user("editor")):
        zone = make.zone()
    Zone.objects.filter(pk=zone.pk).update(note="sửa từ dòng lệnh")
    assert changes(zone)[-1].actor_id is None


def test_bulk_raw_and_delete_leave_a_trace():
    agencies = Agency.objects.bulk_create([Agency(code=f"BULK{n}", name="Sở", kind="department") for n in range(3)])
    Agency.objects.filter(code__startswith="BULK").update(name="Sở đổi tên")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_agency SET name = %s WHERE code = %s", ["50% của Sở", "BULK0"])
        cursor.execute("DELETE FROM accounts_agency WHERE code = 'BULK0'")
    traces = [[change.action for change in changes(agency)] for agency in agencies]
    assert traces == [["insert", "update", "update", "delete"], ["insert", "update"], ["insert", "update"]]


def test_a_write_that_changes_nothing_leaves_no_trace():
    agency = make.agency()
    Agency.objects.filter(pk=agency.pk).update(name=agency.name)
    assert [change.action for change in changes(agency)] == ["insert"]


def test_a_rolled_back_change_leaves_no_trace():
    agency = make.agency()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Agency.objects.filter(pk=agency.pk).update(name="x")
        raise ZeroDivisionError
    assert len(changes(agency)) == 1


def test_secrets_are_not_in_the_trace_but_their_change_is():
    person = make.user()
    person.set_password("mat-khau-khac-rat-dai")
    person.save()
    change = changes(person)[-1]
    assert set(change.after) == {"password"} and len(change.after["password"]) == 8
    assert change.after["password"] not in person.password


def test_every_business_table_is_watched():
    watched = {model._meta.db_table for model in audit.watched_models()}
    ours = {
        model._meta.db_table
        for label in audit.OUR_APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    assert ours - watched == audit.UNWATCHED
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit_record'")
            found = {table for (table,) in cursor.fetchall()}
        else:
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 13) = 'audit_update_'"
            )
            found = {table for (table,) in cursor.fetchall()}
    assert found == watched


def refused(sql, params=()):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_the_history_refuses_update_and_delete():
    make.agency()
    refused("UPDATE accounts_rowchange SET reason = 'khác'")
    refused("DELETE FROM accounts_rowchange")
    assert RowChange.objects.exists()


def test_a_fact_refuses_to_be_overwritten_or_deleted_even_by_raw_sql():
    area = make.area(make.zone(), value="12.5")
    refused("UPDATE zones_zonearea SET value_ha = 99 WHERE id = %s", [area.pk])
    refused("DELETE FROM zones_zonearea WHERE id = %s", [area.pk])
    area.refresh_from_db()
    assert ZoneArea.objects.count() == 1 and area.value_ha == 12.5
