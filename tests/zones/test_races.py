"""Somebody else is a moment faster: between the check and the write nothing is lost and nothing breaks."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models.signals import pre_save
from django.urls import reverse

from tests import factories as make
from zones import recording
from zones.models import Measurement, Zone

pytestmark = pytest.mark.django_db

SENT = {"code": "HN-CCN-MOI", "name": "Cụm công nghiệp Mới", "kind": "CCN", "city": "HN", "publicity": "public"}


@contextmanager
def faster(agency):
    """Somebody takes the same code when the input has been checked and its transaction (here a savepoint) begins."""
    others = [Zone(**SENT | {"name": "Cụm nhanh hơn"}, managing_agency=agency)]

    def first(execute, sql, *rest):
        if sql.startswith("SAVEPOINT") and others:
            Zone.objects.bulk_create([others.pop()])
        return execute(sql, *rest)

    with connection.execute_wrapper(first):
        yield
    assert Zone.objects.get().name == "Cụm nhanh hơn"


def test_a_page_names_the_field_that_repeats_the_faster_record_and_keeps_the_input(client):
    editor = make.user("editor")
    client.force_login(editor)
    with faster(editor.agency):
        response = client.post(reverse("zones:new"), SENT | {"managing_agency": editor.agency.pk})
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"code"}
    assert response.context["form"]["name"].value() == SENT["name"]


def test_the_api_answers_409():
    editor = make.user("editor")
    with faster(editor.agency):
        response = make.caller(editor).post("/api/v1/zones", SENT | {"managing_agency": editor.agency.code})
    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"


def test_of_two_who_replace_a_citys_figure_the_second_is_told_and_writes_nothing():
    """No zone's row makes them take turns: the moment of closing the old figure decides. (Both share one connection
    here, so that what is undone is undone for both.)"""
    old, admin = make.measurement(city="HN"), make.administrator()
    same = {"indicator": old.indicator, "city": "HN", "as_of": old.as_of, "source": "Cục Thống kê"}
    theirs, mine = Measurement(value=11, **same), Measurement(value=12, **same)

    def theirs_first(sender, instance, **kwargs):
        pre_save.disconnect(theirs_first, Measurement)
        recording.record(theirs, by=admin, supersedes=old)

    pre_save.connect(theirs_first, Measurement)
    with pytest.raises(recording.FactConflict) as conflict:
        recording.record(mine, by=admin, supersedes=old)
    assert conflict.value.current == theirs
    assert list(Measurement.objects.all()) == [old]


def test_a_zone_that_was_given_away_meanwhile_takes_no_fact_from_its_former_agency():
    zone = make.zone()
    editor = make.user("editor", agency=zone.managing_agency)
    Zone.objects.filter(pk=zone.pk).update(managing_agency=make.agency())
    with pytest.raises(PermissionDenied):
        make.area(zone, by=editor)
