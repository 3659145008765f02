"""From the text of a directive to its tasks: what planning.notices proposes, as rows that a person corrects.

Nothing becomes a task unread; what could not be read is listed, what was put down already is not ticked again."""

from collections import defaultdict
from functools import cached_property

from django.db import transaction

from accounts.access import check_may_edit
from accounts.models import Agency, StaleRecord
from accounts.text import fold
from planning import duties, duty_notices, notices
from planning.duty_forms import agencies_of
from planning.models import Directive, Holiday, Task
from zones.forms.correcting import NOT_CHOSEN
from zones.models import Precision, Zone
from zones.models.fact import spelled

LINKS = ("cooperating", "zones")
EXACT = {
    notices.Precision.MONTH: Precision.MONTH,
    notices.Precision.QUARTER: Precision.QUARTER,
    notices.Precision.YEAR: Precision.YEAR,
}  # a half year ends on a day of its own


class Reading:
    """The text of one directive as it was read for one person."""

    def __init__(self, directive, user):
        self.directive, self.user = directive, user
        self.agencies = list(agencies_of(directive.city, user))
        self.zones = list(Zone.objects.visible_to(user).filter(city=directive.city).order_by("name_sort"))
        self.proposal = notices.propose(
            directive.text,
            issued_on=directive.issued_on,
            city=directive.city,
            agencies=[registered(one) for one in Agency.objects.visible_to(user).select_related("successor")],
            zones=[notices.Zone(zone.code, zone.name) for zone in self.zones],
        )

    @property
    def tasks(self):
        return self.proposal.tasks

    @cached_property
    def known(self):
        """{folded content: number} of the tasks that the directive already has."""
        return {fold(content): number for content, number in self.directive.tasks.values_list("content", "number")}

    @cached_property
    def choices(self):
        """What the rows offer, read once for all of them."""
        agencies = [(one.pk, one.name) for one in self.agencies]
        zones = [(zone.pk, zone.name) for zone in self.zones]
        return {"lead_agency": [NOT_CHOSEN, *agencies], "cooperating": agencies, "zones": zones}

    @property
    def names(self):
        """What can be typed into a row: {field: [(id, name)]}."""
        return {name: self.choices[name] for name in LINKS}

    @cached_property
    def given(self):
        """What every row is made with: what can be chosen, what of it the notice names, and how it is called."""
        named = {name: frozenset(key for row in self.initial for key in row[name]) for name in LINKS}
        named["cooperating"] |= {row["lead_agency"] for row in self.initial}
        known = {name: by_name(records) for name, records in (("cooperating", self.agencies), ("zones", self.zones))}
        return {"choices": self.choices, "suggested": named, "known": known, "directive": self.directive}

    @cached_property
    def initial(self):
        return [self.row(task) for task in self.tasks]

    @property
    def already(self):
        """For each proposed task the number under which its words stand already, if they do."""
        return [self.known.get(fold(content_of(task))) for task in self.tasks]

    def row(self, task):
        """What a row starts with; a task with words that stand already starts unticked."""
        agencies = {one.code: one.pk for one in self.agencies}
        zones = {zone.code: zone.pk for zone in self.zones}
        content = content_of(task)
        return {
            "take": fold(content) not in self.known,
            "content": content,
            "lead_agency": task.lead and agencies.get(task.lead.code),
            "lead_text": task.lead.as_written if task.lead else "",
            "cooperating": [agencies[one.code] for one in task.cooperating if one.code in agencies],
            "cooperating_text": "; ".join(one.as_written for one in task.cooperating)[:500],
            "zones": [zones[one.code] for one in task.zones if one.code in zones],
        } | timing(task.deadline)

    @property
    def marked(self):
        """The text in pieces: (words, the numbers of the tasks read from them, could it not be read)."""
        spans = {}
        for task in self.tasks:
            spans.setdefault(task.span, []).append(task.number)
        for passage in self.proposal.unread:
            spans.setdefault(passage.span, [])
        pieces, at, text = [], 0, self.directive.text
        for (start, end), numbers in sorted(spans.items()):
            if start < at:
                continue  # within a sentence that is marked already
            pieces += [(text[at:start], [], False), (text[start:end], numbers, not numbers)]
            at = end
        return [*pieces, (text[at:], [], False)]

    @transaction.atomic
    def accept(self, rows, seen):
        """Put down the tasks of the rows that are ticked, numbered on; StaleRecord when the directive changed."""
        directive = Directive.objects.select_for_update(of=("self",)).get(pk=self.directive.pk)
        if str(directive.version) != seen:
            raise StaleRecord
        check_may_edit(self.user, directive)
        last = directive.tasks.order_by("-number").values_list("number", flat=True).first() or 0
        calendar = Holiday.objects.calendar()
        for number, form in enumerate(rows.taken, start=last + 1):
            form.task.number = number
            duties.set_due(form.task, calendar)
            form.task.save()
            for name in LINKS:
                getattr(form.task, name).set(form.cleaned_data[name])
            duty_notices.given(form.task, self.user)
        directive.save()
        return len(rows.taken)


def by_name(records):
    """{folded code or name: the ids of those that are called so}."""
    found = defaultdict(list)
    for record in records:
        for name in {fold(record.code), fold(record.name)}:
            found[name].append(record.pk)
    return found


def content_of(task):
    return task.product or task.sentence


def registered(agency):
    successor = agency.successor.code if agency.successor_id else ""
    return notices.Agency(agency.code, agency.name, successor=successor, valid_to=agency.valid_to)


def timing(deadline):
    """The fields of a task that say when, from a deadline as it was read."""
    if deadline is None:
        return {}
    found = {"deadline_text": deadline.as_written[:300]}
    if deadline.last:
        found["first_due_on"] = spelled(deadline.last, EXACT.get(deadline.precision, Precision.DAY))
    if deadline.relative:
        one = deadline.relative
        found |= {"term_length": one.length, "term_unit": one.unit, "event": one.event[:200]}
    if deadline.after:
        found["event"] = deadline.after[:200]
    if deadline.periodic:
        found["every"] = deadline.periodic.every
    return found | ({"every": Task.Every.ALWAYS} if deadline.ongoing else {})
