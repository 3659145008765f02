"""The personal calendar that calendar programs read: a key in its address, and what its person has to do as iCalendar.

RFC 5545 and 7986, written by the library `icalendar`. Nothing is stored but the key's SHA-256: what the calendar holds
is found at the moment it is asked for, of what its person may see then."""

import datetime
import hashlib
import secrets

from django.apps import apps
from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from accounts.models import CalendarKey, RowChange, User
from planning.agenda import ONE_DAY, entries

BEFORE, AHEAD = datetime.timedelta(days=60), datetime.timedelta(days=400)
KEY_LASTS = datetime.timedelta(days=365)
MOST_KEYS = 10  # of one person at a time
BETWEEN_NOTES_OF_USE = datetime.timedelta(minutes=1)
REFRESH = datetime.timedelta(hours=6)
SUMMARY = 120  # characters
UID_DOMAIN = "planning-portal"  # the same under whatever name the portal is called


def digest(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def good_keys(now):
    """The keys that open a calendar."""
    return CalendarKey.objects.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


@transaction.atomic
def new_key(user, label):
    """A key for a person's own calendar and its secret, which nobody can read again; None where they have enough. The
    person is held meanwhile, so that keys asked for at once are counted one after the other."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    now = timezone.now()
    if good_keys(now).filter(user=user).count() >= MOST_KEYS:
        return None, ""
    secret = secrets.token_urlsafe(32)
    key = CalendarKey(user=user, label=label, digest=digest(secret), hint=secret[-4:], expires_at=now + KEY_LASTS)
    key.full_clean(exclude=["user"])
    key.save(force_insert=True)
    return key, secret


def open_key(secret):
    """The key that this secret is of, with its person; None when it is unknown, revoked, expired, or its person is no
    longer active. That it was used is noted, once a minute."""
    now = timezone.now()
    key = good_keys(now).filter(digest=digest(secret)).select_related("user__agency").first()
    if key:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - BETWEEN_NOTES_OF_USE)
        CalendarKey.objects.filter(unnoted, pk=key.pk).update(last_used_at=now)
    return key


def feed_address(secret):
    return reverse("planning:calendar_feed", args=[secret])


def written(user, absolute, today=None):
    """The calendar of what a person and their agency have to do, as bytes. `absolute`: makes an address a whole one."""
    today = today or timezone.localdate()
    found = entries(user, today - BEFORE, today + AHEAD, today=today, mine=True)
    changed = changed_at(found)
    calendar = Calendar()
    calendar.add("prodid", "-//Cong quy hoach khu cum cong nghiep//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.calendar_name = _("Việc có hạn: %(who)s") % {"who": user.get_full_name() or user.username}
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in found:
        moment = changed.get((entry.about, entry.about_id)) or user.date_joined
        calendar.add_component(event(entry, moment, absolute(entry.address)))
    return calendar.to_ical()


def event(entry, moment, address):
    """One whole day, which makes nobody busy and rings no bell."""
    made = Event()
    made.add("uid", f"{entry.key}@{UID_DOMAIN}")
    made.add("dtstamp", moment)
    made.add("last-modified", moment)
    made.add("dtstart", entry.day)
    made.add("dtend", entry.day + ONE_DAY)
    made.add("summary", f"{entry.kind_in_words}: {Truncator(' '.join(entry.title.split())).chars(SUMMARY)}")
    made.add("description", described(entry, address))
    made.add("url", address)
    made.add("categories", [str(entry.kind_in_words)])
    made.add("status", "TENTATIVE" if entry.kind == "milestone" else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    return made


def described(entry, address):
    lines = [
        (_("Nội dung"), entry.title),
        (_("Ai giao, ai hỏi"), entry.asked),
        (_("Chủ trì"), entry.agency),
        (_("Khu, cụm"), "; ".join(entry.zones)),
        (_("Thời hạn"), entry.when),
        (_("Tình trạng"), entry.state),
    ]
    return "\n".join([*(f"{name}: {value}" for name, value in lines if value), address])


def changed_at(found):
    """When each record was last written, by the history: {(model, id): moment}. One statement."""
    tables = {entry.about: apps.get_model(entry.about)._meta.db_table for entry in found}
    names = {table: about for about, table in tables.items()}
    rows = RowChange.objects.filter_rows((tables[entry.about], entry.about_id) for entry in found)
    last = rows.select_related(None).order_by().values_list("table", "row").annotate(last=Max("at"))
    return {(names[table], int(row)): moment for table, row, moment in last} if found else {}
