"""A POST that is sent again under its Idempotency-Key acts once and is answered the same again."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import audit
from accounts.models import Agency, IdempotentRequest, RowChange
from tests import factories as make
from zones.models import ZoneArea

pytestmark = pytest.mark.django_db
AGENCIES = "/api/v1/agencies"
NEW = {"code": "STC-HN", "name": "Sở Tài chính", "kind": "department", "city": "HN"}


def leased(zone):
    return {"zone": zone.code, "kind": "leased", "value_ha": 21.5, "as_of": "2026-06-30", "source": "Báo cáo quý II"}


def post(client, body=NEW, path=AGENCIES, key="khoa-1", **headers):
    return client.post(path, body, headers={"Idempotency-Key": key} | headers)


def test_the_same_request_again_is_answered_the_same_and_writes_nothing():
    client = make.caller()
    first, second = post(client), post(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert [first[name] for name in ("ETag", "Location", "Content-Type")] == [
        second[name] for name in ("ETag", "Location", "Content-Type")
    ]
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Agency.objects.filter(code="STC-HN").count() == 1


def test_the_same_fields_in_another_order_and_the_key_in_quotation_marks_are_the_same_request():
    client = make.caller()
    post(client)
    assert post(client, dict(reversed(NEW.items())), key='"khoa-1"')["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "path"),
    [(NEW | {"name": "Sở khác"}, AGENCIES), (NEW, "/api/v1/developers"), (NEW, f"{AGENCIES}?format=json")],
)
def test_the_same_key_for_another_request_is_refused(body, path):
    client = make.caller()
    post(client)
    refused = post(client, body, path)
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert Agency.objects.filter(kind="department", city="HN").count() == 1


def test_without_a_key_the_same_fact_sent_twice_stands_there_twice():
    zone, client = make.zone(), make.caller()
    for _ in range(2):
        assert client.post("/api/v1/facts/areas", leased(zone)).status_code == 201
    assert ZoneArea.objects.count() == 2


def test_a_key_belongs_to_its_caller():
    mine, theirs = make.caller(), make.caller()
    post(mine)
    other = post(theirs, NEW | {"code": "STC-HN2"})
    assert other.status_code == 201
    assert other.json()["code"] == "STC-HN2"


def test_a_refusal_is_not_kept_so_that_it_can_be_mended_under_the_same_key():
    client = make.caller()
    assert post(client, NEW | {"code": "không phải mã"}).status_code == 400
    assert not IdempotentRequest.objects.exists()
    assert post(client).status_code == 201


def test_whoever_may_no_longer_write_is_refused_before_any_answer_is_given_again():
    person = make.administrator()
    post(make.caller(person))
    assert post(make.caller(person, scope="read")).status_code == 403


@pytest.mark.parametrize("key", ["", '""', "hai chữ", "k" * 129, "khoá"])
def test_a_key_that_is_none_is_refused(key):
    refused = post(make.caller(), key=key)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["Idempotency-Key"]
    assert not Agency.objects.filter(code="STC-HN").exists()


def test_taking_a_fact_back_twice_takes_it_back_once():
    area = make.area(make.zone())
    client, path = make.caller(), f"/api/v1/facts/areas/{area.pk}/withdraw"
    first, second = post(client, {"note": "Ghi nhầm"}, path), post(client, {"note": "Ghi nhầm"}, path)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert post(client, {"note": "Ghi nhầm"}, path, key="khoa-2").status_code == 409


def test_when_the_answer_cannot_be_kept_the_effect_is_undone_too():
    def disk_full(execute, sql, *rest):
        if 'UPDATE "accounts_idempotentrequest"' in sql:
            raise OperationalError("database or disk is full")
        return execute(sql, *rest)

    client = make.caller()
    with connection.execute_wrapper(disk_full):
        assert post(client).status_code == 507
    assert not Agency.objects.filter(code="STC-HN").exists()
    assert post(client).status_code == 201


def test_a_secret_that_is_shown_once_is_not_kept():
    client, hook = make.caller(), {"url": "https://doi-tac.example.vn/kcn"}
    first, second = post(client, hook, "/api/v1/webhooks"), post(client, hook, "/api/v1/webhooks")
    assert first.json()["secret"]
    assert second.json() == first.json() | {"secret": None}
    assert first.json()["secret"] not in IdempotentRequest.objects.get().body


def test_answers_are_forgotten_after_a_week_a_hundred_at_a_time():
    client, person = make.caller(), make.administrator()
    week_ago = timezone.now() - datetime.timedelta(days=7, minutes=1)
    IdempotentRequest.objects.bulk_create(
        [IdempotentRequest(user=person, key=f"cu-{n}", created_at=week_ago) for n in range(130)]
    )
    post(client)
    assert IdempotentRequest.objects.count() == 31
    post(client, NEW | {"code": "STC-HN2"}, key="khoa-2")
    assert set(IdempotentRequest.objects.values_list("key", flat=True)) == {"khoa-1", "khoa-2"}


def test_kept_answers_are_no_part_of_the_history():
    post(make.caller())
    assert RowChange.objects.filter(table="accounts_agency").exists()
    assert not RowChange.objects.filter(table="accounts_idempotentrequest").exists()
    assert IdempotentRequest not in list(audit.watched_models())


# At once --------------------------------------------------------------------------------------------------------------


def at_once(times, act):
    """What `act` gives in that many threads, each with a connection of its own."""

    def alone(number):
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(alone, range(times)))


def test_twenty_at_once_make_one_record(database_for_many):
    zone, client = make.zone(), make.caller()
    token = client._credentials["HTTP_AUTHORIZATION"]

    def send(_number):
        own = APIClient()
        own.credentials(HTTP_AUTHORIZATION=token)
        return post(own, leased(zone), "/api/v1/facts/areas")

    answers = at_once(20, send)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    assert ZoneArea.objects.count() == 1


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="SQLite has one writer: whoever comes later waits for all"
)
def test_whoever_waits_too_long_for_the_first_is_told_to_come_again(database_for_many):
    person = make.administrator()
    client = make.caller(person)
    with transaction.atomic():
        IdempotentRequest.objects.create(user=person, key="khoa-1")
        (answer,) = at_once(1, lambda _number: post(client))
    assert (answer.status_code, answer["Retry-After"]) == (409, "2")
    assert not Agency.objects.filter(code="STC-HN").exists()
