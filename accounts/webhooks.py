"""Webhooks: the feed of changes pushed to other systems, signed, in order, and again until it has arrived.

A webhook keeps its place in the feed and moves on only after a 2xx, so nothing is lost; a receiver whose 2xx was lost
on the way gets the same events once more and knows them by their cursors. One sender at a time serves a webhook: it
claims it for a minute by one UPDATE, which needs no open transaction (that would hold the feed back)."""

import hashlib
import hmac
import random
import time
import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import feed
from accounts.audit import acting
from accounts.models import RowChange, Webhook, WebhookDelivery
from accounts.outbound import as_json, check_url, post

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=6)
GIVES_UP_AFTER = timedelta(days=3)
CLAIM = timedelta(minutes=1)
BATCHES_AT_ONCE = 20
MOST_OF_ONE_OWNER = 20
LOG_KEPT = 100


def check_webhook(hook):
    """What a webhook may be; ValidationError by field."""
    problems = {}
    for field, known in (("kinds", set(feed.kinds())), ("actions", set(RowChange.Action.values))):
        chosen = getattr(hook, field)
        if not isinstance(chosen, list) or not all(isinstance(one, str) and one in known for one in chosen):
            problems[field] = _("Chọn trong: %(known)s.") % {"known": ", ".join(sorted(known))}
    try:
        check_url(hook.url)
    except ValidationError as error:
        problems["url"] = error.messages
    if hook.owner_id and hook.owner.webhooks.exclude(pk=hook.pk).count() >= MOST_OF_ONE_OWNER:
        problems["owner"] = _("Mỗi người có nhiều nhất %(n)s địa chỉ nhận.") % {"n": MOST_OF_ONE_OWNER}
    if problems:
        raise ValidationError(problems)


# One message ----------------------------------------------------------------------------------------------------------


def sign(secret, moment, body):
    """The header X-Portal-Signature: the moment (Unix seconds) and the HMAC-SHA256 of “moment.body”."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def deliver(hook, events, following, **said):
    """Send one message and write it into the log; the WebhookDelivery tells how it went."""
    body = as_json({"webhook": hook.pk, "events": events, "next": following, **said})
    delivery = uuid.uuid4().hex
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "planning-portal",
        "X-Portal-Delivery": delivery,
        "X-Portal-Signature": sign(hook.secret, int(time.time()), body),
    }
    answer = post(hook.url, body, headers)
    arrived = answer.status is not None and 200 <= answer.status < 300
    error = answer.error or ("" if arrived else _("Bên nhận trả lời %(status)s.") % {"status": answer.status})
    made = WebhookDelivery.objects.create(
        webhook=hook,
        delivery=delivery,
        test=said.get("test", False),
        first_cursor=events[0]["cursor"] if events else "",
        last_cursor=events[-1]["cursor"] if events else "",
        events=len(events),
        status=answer.status,
        duration_ms=answer.ms,
        response=answer.text,
        error=error[:300],
    )
    older = hook.deliveries.order_by("-pk").values_list("pk", flat=True)[LOG_KEPT:]
    WebhookDelivery.objects.filter(pk__in=list(older)).delete()
    return made


def send_test(hook):
    """A message without events, sent at once; the place in the feed stays."""
    return deliver(hook, [], hook.cursor, test=True)


# All of them ----------------------------------------------------------------------------------------------------------


def send_due():
    """Serve every webhook whose time has come; the number of messages that were sent."""
    now = timezone.now()
    due = Webhook.objects.filter(free(now), active=True, owner__is_active=True, next_try_at__lte=now)
    return sum(serve(hook) for hook in due.select_related("owner__agency").order_by("next_try_at", "pk"))


def free(now):
    return Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)


def serve(hook):
    """Push what is new to one webhook, unless another sender is at it; the number of messages."""
    sent, now = 0, timezone.now()
    if not claim(hook, free(now)):
        return 0
    for _batch in range(BATCHES_AT_ONCE):
        events, following, more, said = next_batch(hook)
        if events or said:
            delivery = deliver(hook, events, following, **said)
            sent += 1
            if delivery.error:
                postpone(hook)
                break
        if not (move_on(hook, following) and more and claim(hook, Q(claimed_until=hook.claimed_until))):
            break
    Webhook.objects.filter(pk=hook.pk, claimed_until=hook.claimed_until).update(claimed_until=None)
    return sent


def claim(hook, condition):
    """Take (or keep) the webhook for a minute; False when another sender has it or it was switched off."""
    until = timezone.now() + CLAIM
    if not Webhook.objects.filter(condition, pk=hook.pk, active=True).update(claimed_until=until):
        return False
    hook.claimed_until = until
    return True


def next_batch(hook):
    """(events chosen, cursor behind them, is there more, what else to say) for the owner, from the hook's place on."""
    try:
        page = feed.read(hook.owner, hook.cursor, names=hook.kinds)
    except feed.CursorGone:
        return [], feed.read(hook.owner, feed.NOW).next, False, {"reread": True}
    events = [entry for entry in page.results if not hook.actions or entry["action"] in hook.actions]
    return events, page.next, page.more, {}


def move_on(hook, cursor):
    """Keep the new place; False when somebody has taken the webhook over."""
    if cursor == hook.cursor and hook.failing_since is None:
        return True
    mine = Webhook.objects.filter(pk=hook.pk, claimed_until=hook.claimed_until)
    moved = mine.update(cursor=cursor, failing_since=None)
    hook.cursor, hook.failing_since = cursor, None
    return bool(moved)


def postpone(hook):
    """Try again after half a minute, then after as long as it has failed, at most six hours; after three days stop."""
    now = timezone.now()
    since = hook.failing_since or now
    mine = Webhook.objects.filter(pk=hook.pk, claimed_until=hook.claimed_until)
    if now - since >= GIVES_UP_AFTER:
        with acting(None, reason=_("Bên nhận không trả lời đúng suốt ba ngày; cổng ngừng gửi.")):
            mine.update(active=False, version=F("version") + 1)
        return
    delay = min(max(now - since, FIRST_DELAY), LONGEST_DELAY) * random.uniform(0.9, 1.2)  # noqa: S311
    mine.update(failing_since=since, next_try_at=now + delay)
