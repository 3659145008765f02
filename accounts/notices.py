"""What the portal tells people: once for each person and occasion, of records that they may see.

A notice is written in the transaction of what it tells of. Its sentence is put into words when it is read; and before
it is read or mailed, its record is asked once more whether this person may see it."""

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial

from django.apps import apps
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import localize
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.access import ROLES
from accounts.models import Agency, Notice, User
from accounts.notice_kinds import SENTENCES, mark_of

ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
SUBJECT, EXCERPT = 300, 200  # characters
AT_ONCE = 5000  # ids in one question
OFFICERS = [
    code for code, role in ROLES.items() if role.edit == "own agency" and not role.approve and code != "machine"
]
DECIDERS = [code for code, role in ROLES.items() if role.edit == "own agency" and role.approve]


# Whom ---------------------------------------------------------------------------------------------------------------


class Staff:
    """Who works where, read at once: of the agencies given, or of all. An agency with a successor has its people."""

    def __init__(self, agencies=None):
        self.heirs = dict(Agency.objects.filter(successor__isnull=False).values_list("pk", "successor"))
        people = User.objects.filter(is_active=True, role__in=[*OFFICERS, *DECIDERS]).select_related("agency")
        if agencies is not None:
            people = people.filter(agency__in=[self.heir(one) for one in agencies])
        self.by_agency = defaultdict(list)
        for person in people.filter(agency__isnull=False).order_by("pk"):
            self.by_agency[person.agency_id].append(person)

    def heir(self, agency_id):
        """The agency that stands in for this one now; a ring of successors ends where it began."""
        seen = set()
        while agency_id in self.heirs and agency_id not in seen:
            seen.add(agency_id)
            agency_id = self.heirs[agency_id]
        return agency_id

    def officers(self, agency_id):
        """Those who put down; where there are none, those who decide."""
        people = self.by_agency.get(self.heir(agency_id), [])
        return [person for person in people if person.role in OFFICERS] or people

    def deciders(self, agency_id):
        """Those with the right to approve: approvers and heads."""
        return [person for person in self.by_agency.get(self.heir(agency_id), []) if person.role in DECIDERS]


def staff_of(agency):
    """The active people who work on the records of an agency (or its successor); none without an agency."""
    return Staff([agency.pk]).officers(agency.pk) if agency else []


def deciders_of(agency):
    """The active approvers and heads of an agency (or its successor); none without an agency."""
    return Staff([agency.pk]).deciders(agency.pk) if agency else []


# What ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Occasion:
    """One thing to tell, and to whom. `key` names it: nobody is told twice. `about`: the record's model as “app.model”;
    `given`: what the sentence of `kind` names, texts, numbers and days."""

    people: tuple
    key: str
    kind: str
    subject: str
    about: str
    about_id: int
    address: str
    given: dict = field(default_factory=dict)

    def notice(self, person):
        return Notice(
            user=person,
            key=self.key,
            kind=self.kind,
            subject=Truncator(" ".join(self.subject.split())).chars(SUBJECT),
            about=self.about,
            about_id=self.about_id,
            address=self.address,
            given={name: storable(value) for name, value in self.given.items()},
        )


def storable(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    if value is None or isinstance(value, int):
        return value
    return Truncator(" ".join(str(value).split())).chars(EXCERPT)


def tell(people, *, key, kind, subject, about, address, given=None):
    """Tell each of `people` once under this key, as far as they may see the record `about`; the notices written."""
    label = about._meta.label_lower
    return tell_all([Occasion(tuple(people), key, kind, subject, label, about.pk, address, given or {})])


def tell_all(occasions):
    """Write the notices that are new. Two who tell the same at once write it once."""
    made = untold(occasions)
    Notice.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return made


def untold(occasions):
    """The notices that these occasions call for and that are not there yet, of records that the person may see."""
    wanted = {}
    for occasion in occasions:
        for person in occasion.people:
            if person.is_active:
                wanted.setdefault((person.pk, occasion.key), occasion.notice(person))
    ids = defaultdict(set)
    for notice in wanted.values():
        ids[notice.about].add(notice.about_id)
    for about, some in ids.items():
        for known in told_of(about, some):
            wanted.pop(known[:2], None)
    return seen(wanted.values())


def told_of(about, ids):
    """(person, key, id of the record) of every notice that there is about these records of a model."""
    for some in chunks(sorted(ids)):
        found = Notice.objects.filter(about=about, about_id__in=some).order_by()
        yield from found.values_list("user_id", "key", "about_id")


def chunks(values):
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]


# Whether it may be read ---------------------------------------------------------------------------------------------


def seen(notices):
    """Those whose record their person may see now. One question for each kind of record and way of seeing (what roles
    let see, in an agency), however many people and notices there are."""
    asked = defaultdict(list)
    for notice in notices:
        person, rules = notice.user, notice.user.role_rules
        asked[notice.about, rules.see, rules.history, person.agency_id, person.is_active].append(notice)
    allowed = []
    for (about, *_way), some in asked.items():
        ids = visible_ids(about, sorted({notice.about_id for notice in some}), some[0].user)
        allowed += [notice for notice in some if notice.about_id in ids]
    return allowed


def visible_ids(about, ids, person):
    """Which of these records `person` may see; none of a model that is no more."""
    try:
        model = apps.get_model(about)
    except (LookupError, ValueError):
        return set()
    rows = partial(model.objects.visible_to, person)
    return {pk for some in chunks(ids) for pk in rows().filter(pk__in=some).order_by().values_list("pk", flat=True)}


# In words -----------------------------------------------------------------------------------------------------------


class Given(dict):
    """What fills a sentence: days as offices write them, and a dash for what is not there."""

    def __missing__(self, name):
        return "–"


def sentence(notice):
    """The notice in the language of whoever reads it."""
    words = SENTENCES.get(notice.kind)
    return str(words) % Given((name, spoken(value)) for name, value in notice.given.items()) if words else ""


def mark(notice):
    """How pressing it is, as a mark of the style sheet."""
    return mark_of(notice.kind)


def spoken(value):
    if value in (None, ""):
        return _("không nêu")
    if isinstance(value, int):
        return localize(value)
    day = parse_day(value)
    return f"{day:%d/%m/%Y}" if day else value


def parse_day(text):
    try:
        return parse_date(text) if ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


# Read ---------------------------------------------------------------------------------------------------------------


def unread(user):
    """How many notices a person has not looked at; one count on an index. One whose record they may not see any more
    counts until the next run of `manage.py remind`, or until they mark all as read."""
    return Notice.objects.visible_to(user).filter(read_at__isnull=True).count()


def mark_read(user, pk=None):
    """Say that one notice, or all of them, have been looked at; how many had not been."""
    mine = Notice.objects.visible_to(user).filter(read_at__isnull=True)
    return (mine if pk is None else mine.filter(pk=pk)).update(read_at=timezone.now())


def put_hidden_away():
    """Take those that nobody has read out of the count, where the person may not see the record; how many."""
    waiting = Notice.objects.filter(read_at=None, user__is_active=True).select_related("user__agency")
    waiting = {notice.pk: notice for notice in waiting}
    hidden = sorted(waiting.keys() - {notice.pk for notice in seen(waiting.values())})
    return sum(Notice.objects.filter(pk__in=some).update(read_at=timezone.now()) for some in chunks(hidden))
