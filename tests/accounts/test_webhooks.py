"""Webhooks: the feed pushed to a real receiver that works, fails, hangs, drips, lies or leads elsewhere."""

import hashlib
import hmac
import json
import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from accounts import outbound, webhooks
from accounts.models import RowChange, User, Webhook
from tests import factories as make
from tests.receiver import Receiver, drip, drips_headers, endless, endless_headers, fails, garbage, hangs, hangs_up, ok

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def development(settings):
    """In development webhooks may go to this very machine."""
    settings.DEBUG = True


@pytest.fixture
def receiver():
    with Receiver() as made:
        yield made
        made.shutdown()


@pytest.fixture
def soon(monkeypatch):
    """A deadline that a test can wait for."""
    monkeypatch.setattr(outbound, "DEADLINE", 0.3)


def hook_to(receiver, **given):
    return make.webhook(url=receiver.url, **given)


def due_again(hook):
    """Half a minute later."""
    Webhook.objects.filter(pk=hook.pk).update(next_try_at=timezone.now())


def keys(receiver, what="facilities"):
    return [event["key"] for event in receiver.events if event["what"] == what]


# What arrives ---------------------------------------------------------------------------------------------------------


def test_what_was_written_after_the_webhook_was_made_arrives_in_order_once_and_signed(receiver):
    make.facility()
    hook = hook_to(receiver)
    codes = [make.facility().code for _ in range(3)]
    call_command("send_webhooks")
    call_command("send_webhooks")
    [request] = receiver.arrived
    message = json.loads(request.body)
    assert keys(receiver) == codes
    assert message["webhook"] == hook.pk and message["next"] == Webhook.objects.get().cursor
    assert (request.path, request.headers["Content-Type"]) == ("/kcn?khoa=1", "application/json")
    moment, digest = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", request.headers["X-Portal-Signature"]).groups()
    assert abs(int(moment) - time.time()) < 60
    signed = moment.encode() + b"." + request.body
    assert digest == hmac.new(hook.secret.encode(), signed, hashlib.sha256).hexdigest()
    delivery = hook.deliveries.get()
    assert (delivery.delivery, delivery.status, delivery.response) == (request.headers["X-Portal-Delivery"], 200, "ok")
    assert (delivery.events, delivery.last_cursor, delivery.error) == (len(message["events"]), message["next"], "")


def documented():
    """The receiver of docs/operations.md, as it stands there."""
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text("utf-8")
    found = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], found)  # the operators' own example
    return found["is_from_portal"]


def test_the_check_that_is_documented_takes_ours_and_nothing_else(receiver):
    hook = hook_to(receiver)
    webhooks.send_test(hook)
    body, header = receiver.arrived[0].body, receiver.arrived[0].headers["X-Portal-Signature"]
    is_from_portal = documented()
    assert is_from_portal(hook.secret, header, body)
    assert not is_from_portal(hook.secret, header, body + b" ")
    assert not is_from_portal(make.webhook().secret, header, body)
    old = webhooks.sign(hook.secret, int(time.time()) - 3600, body)
    assert not is_from_portal(hook.secret, old, body)
    assert not is_from_portal(hook.secret, "", body)


def test_only_the_chosen_kinds_and_actions_are_sent_and_the_place_moves_over_the_others(receiver):
    hook = hook_to(receiver, kinds=["facilities"], actions=["delete"])
    make.zone()
    kept = make.facility()
    start = hook.cursor
    assert webhooks.send_due() == 0
    hook.refresh_from_db()
    assert hook.cursor != start and not hook.deliveries.exists()
    kept.delete()
    webhooks.send_due()
    assert [(one["key"], one["action"]) for one in receiver.events] == [(kept.code, "delete")]


def test_only_what_the_owner_may_see_is_sent_and_nothing_while_the_account_is_off(receiver):
    owner = make.user("machine")
    hook_to(receiver, owner=owner)
    seen = make.facility(managing_agency=owner.agency, publicity="restricted")
    make.facility(publicity="restricted")
    make.facility(city="HCM", publicity="internal")
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert webhooks.send_due() == 0
    User.objects.filter(pk=owner.pk).update(is_active=True)
    webhooks.send_due()
    assert keys(receiver) == [seen.code]


def test_sending_writes_nothing_into_the_history_and_so_does_not_feed_itself(receiver):
    hook_to(receiver)
    make.facility()
    before = RowChange.objects.count()
    webhooks.send_due()
    assert RowChange.objects.count() == before
    change = RowChange.objects.get(table="accounts_webhook")
    assert len(change.after["salt"]) == 8, "masked"


# Receivers that misbehave ---------------------------------------------------------------------------------------------

MISBEHAVING = {
    fails: (500, "Lỗi bên nhận [31m\ufffd"),
    hangs: (None, ""),
    drip: (None, ""),
    drips_headers: (None, ""),
    hangs_up: (None, ""),
    garbage: (None, ""),
    endless_headers: (None, ""),
}


@pytest.mark.parametrize("answer", MISBEHAVING)
def test_a_receiver_that_fails_gets_everything_again_later_and_nothing_is_lost_or_doubled(answer, soon):
    with Receiver(answer) as receiver:
        hook = hook_to(receiver)
        code, start = make.facility().code, hook.cursor
        began = time.monotonic()
        webhooks.send_due()
        assert time.monotonic() - began < 1.5
        hook.refresh_from_db()
        log = hook.deliveries.get()
        assert (log.status, log.response) == MISBEHAVING[answer] and log.error
        assert hook.cursor == start and hook.state == "failing"
        assert 25 < (hook.next_try_at - timezone.now()).total_seconds() < 40
        assert webhooks.send_due() == 0, "not before its time"
        receiver.answer, receiver.arrived = ok, []
        later = make.facility().code
        due_again(hook)
        webhooks.send_due()
        webhooks.send_due()
        assert keys(receiver) == [code, later]
        hook.refresh_from_db()
        assert (hook.state, hook.failing_since) == ("sending", None)
        receiver.shutdown()


def test_a_redirect_is_not_followed(receiver):
    with Receiver() as inside:
        receiver.answer = lambda request: ok(request, 307, Location=inside.url)
        hook = hook_to(receiver)
        make.facility()
        webhooks.send_due()
        assert hook.deliveries.get().status == 307 and "307" in hook.deliveries.get().error
        assert not inside.arrived
        inside.shutdown()


def test_of_an_endless_body_the_beginning_is_read_and_the_status_counts(soon):
    with Receiver(endless) as receiver:
        hook = hook_to(receiver)
        make.facility()
        webhooks.send_due()
        log = hook.deliveries.get()
        assert (log.status, log.error, set(log.response), len(log.response)) == (200, "", {"a"}, 200)
        receiver.shutdown()


def test_the_pause_grows_and_after_three_days_it_stops_and_says_so(receiver, client):
    receiver.answer = fails
    hook = hook_to(receiver)
    make.facility()
    pauses = []
    for failing_for in (timedelta(0), timedelta(minutes=4), timedelta(hours=2), timedelta(hours=50)):
        Webhook.objects.update(failing_since=timezone.now() - failing_for, next_try_at=timezone.now())
        webhooks.send_due()
        hook.refresh_from_db()
        pauses.append((hook.next_try_at - timezone.now()).total_seconds())
    for pause, wanted in zip(pauses, (30, 240, 7_200, 21_600), strict=True):
        assert 0.85 * wanted < pause < 1.25 * wanted
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=3), next_try_at=timezone.now())
    webhooks.send_due()
    hook.refresh_from_db()
    assert (hook.active, hook.state) == (False, "stopped")
    assert "ba ngày" in RowChange.objects.of(hook).first().reason
    client.force_login(make.administrator())
    assert "đã ngừng vì lỗi quá lâu" in client.get(reverse("admin:accounts_webhook_changelist")).content.decode()
    due_again(hook)
    assert webhooks.send_due() == 0
    receiver.answer, receiver.arrived = ok, []
    hook.active = True
    hook.save()
    webhooks.send_due()
    assert len(keys(receiver)) == 1, "nothing was lost meanwhile"


def test_after_a_restore_the_receiver_is_told_to_read_everything_again(receiver):
    hook = hook_to(receiver)
    make.facility()
    Webhook.objects.update(cursor="7.999999.1")
    webhooks.send_due()
    message = json.loads(receiver.arrived[0].body)
    assert (message["events"], message["reread"]) == ([], True)
    code = make.facility().code
    webhooks.send_due()
    assert keys(receiver) == [code] and hook.deliveries.count() == 2


def test_the_log_keeps_the_last_hundred(receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "LOG_KEPT", 3)
    hook = hook_to(receiver)
    made = [webhooks.send_test(hook).pk for _ in range(5)]
    assert sorted(hook.deliveries.values_list("pk", flat=True)) == made[2:]


# Several senders ------------------------------------------------------------------------------------------------------


def test_several_senders_at_once_send_everything_once(receiver, database_for_many):
    receiver.answer = lambda request: (time.sleep(0.1), ok(request))
    hook_to(receiver)
    codes = [make.facility().code for _ in range(5)]
    errors = []

    def send():
        try:
            for _ in range(3):
                webhooks.send_due()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert not errors and keys(receiver) == codes


def test_a_sender_that_died_keeps_a_webhook_for_a_minute_only(receiver):
    hook = hook_to(receiver)
    code = make.facility().code
    Webhook.objects.update(claimed_until=timezone.now() + timedelta(seconds=50))
    assert webhooks.send_due() == 0
    Webhook.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    webhooks.send_due()
    assert keys(receiver) == [code] and Webhook.objects.get(pk=hook.pk).claimed_until is None


# Over REST ------------------------------------------------------------------------------------------------------------

HOOKS = "/api/v1/webhooks"


def test_an_interface_makes_tries_changes_and_removes_its_own_webhook(receiver):
    client = make.caller(make.user("machine"))
    made = client.post(HOOKS, {"url": receiver.url, "kinds": ["facilities"], "label": "Trục liên thông"})
    assert made.status_code == 201, made.json()
    path, secret = made["Location"], made.json()["secret"]
    assert len(secret) == 64 and secret == Webhook.objects.get().secret
    again = client.get(path)
    assert secret not in again.content.decode() and secret not in client.get(HOOKS).content.decode()
    tried = client.post(f"{path}/test").json()
    assert (tried["status"], tried["test"], tried["error"]) == (200, True, "")
    assert json.loads(receiver.arrived[0].body)["test"] is True
    assert documented()(secret, receiver.arrived[0].headers["X-Portal-Signature"], receiver.arrived[0].body)
    assert client.patch(path, {"active": False}).status_code == 428
    changed = client.patch(path, {"active": False}, headers={"If-Match": again["ETag"]})
    assert (changed.status_code, changed.json()["state"]) == (200, "off")
    assert client.patch(path, {"active": True}, headers={"If-Match": again["ETag"]}).status_code == 412
    log = client.get(f"{path}/deliveries").json()
    assert (log["count"], log["results"][0]["delivery"]) == (1, receiver.arrived[0].headers["X-Portal-Delivery"])
    assert client.delete(path, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert not Webhook.objects.exists()


def test_others_do_not_find_it_and_those_who_only_read_make_none(receiver):
    owner = make.user("machine")
    path = f"{HOOKS}/{hook_to(receiver, owner=owner).pk}"
    colleague = make.caller(make.user("editor", agency=owner.agency))
    for answer in (
        colleague.get(path),
        colleague.get(f"{path}/deliveries"),
        colleague.post(f"{path}/test"),
        colleague.delete(path, headers={"If-Match": '"1"'}),
    ):
        assert answer.status_code == 404
    assert colleague.get(HOOKS).json()["count"] == 0
    assert make.caller(make.user("auditor")).get(path).status_code == 200
    for caller in (make.caller(make.user("viewer")), make.caller(owner, scope="read")):
        assert caller.post(HOOKS, {"url": receiver.url}).status_code == 403
        assert caller.post(f"{path}/test").status_code == 403
    assert not receiver.arrived


@pytest.mark.parametrize(
    "wrong",
    [{"kinds": ["users"]}, {"kinds": "zones"}, {"actions": ["read"]}, {"url": "https://a:b@c.vn"}, {"cursor": "0"}],
)
def test_a_webhook_that_cannot_be_is_refused_by_field(wrong):
    answer = make.caller().post(HOOKS, {"url": "https://esb.example.vn/"} | wrong)
    assert answer.status_code == 400 and list(answer.json()["errors"]) == list(wrong)


def test_one_owner_has_at_most_twenty():
    owner = make.administrator()
    for _ in range(20):
        make.webhook(owner)
    assert make.caller(owner).post(HOOKS, {"url": "https://esb.example.vn/"}).status_code == 400


# In the admin ---------------------------------------------------------------------------------------------------------


def test_an_administrator_makes_one_sees_the_secret_once_and_tries_it(receiver, client):
    client.force_login(make.administrator())
    owner = make.user("machine")
    data = {"owner": owner.pk, "url": receiver.url, "kinds": ["facilities"], "actions": ["insert"], "active": "on"}
    page = client.post(reverse("admin:accounts_webhook_add"), data)
    hook = Webhook.objects.get()
    assert page.status_code == 200 and hook.secret in page.content.decode()
    assert (hook.owner, hook.kinds, hook.actions) == (owner, ["facilities"], ["insert"])
    change = reverse("admin:accounts_webhook_change", args=[hook.pk])
    form = client.get(change).content.decode()
    assert hook.secret not in form and "Ghi lại và gửi thử" in form
    data |= {"version_read": hook.version, "_continue": "test"}
    told = client.post(change, data, follow=True).content.decode()
    assert len(receiver.arrived) == 1 and "Bên nhận đã nhận (200" in told
    receiver.answer = fails
    data["version_read"] = Webhook.objects.get().version
    assert "Bên nhận trả lời 500" in client.post(change, data, follow=True).content.decode()
    assert "500" in client.get(reverse("admin:accounts_webhookdelivery_changelist")).content.decode()
