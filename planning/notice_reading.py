"""From the text of a directive to its tasks: what planning.notices proposes, as rows that a person corrects.

Nothing becomes a task unread; what could not be read is listed, what was put down already is not ticked again."""

from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.utils import ErrorDict, flatatt
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.access import check_may_edit
from accounts.models import Agency, StaleRecord
from accounts.text import fold
from planning import clock, duties, notices
from planning.duty_forms import agencies_of
from planning.forms import SINCE_HINT, take
from planning.models import Directive, Holiday, Task
from zones.forms.correcting import NOT_CHOSEN
from zones.forms.facts import SinceField
from zones.forms.offering import written
from zones.models import Precision, Zone
from zones.models.fact import spelled

SEVERAL = _("Giữ phím Ctrl khi bấm để chọn thêm hoặc bỏ từng dòng.")
LINKS = ("cooperating", "zones")
EXACT = {
    notices.Precision.MONTH: Precision.MONTH,
    notices.Precision.QUARTER: Precision.QUARTER,
    notices.Precision.YEAR: Precision.YEAR,
}  # a half year ends on a day of its own


class SeveralOffered(forms.SelectMultiple):
    """Written in Python: thirty rows of two hundred options each take a template too long."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = frozenset(str(one) for one in value or ())
        offered = tuple((str(key), str(label)) for key, label in self.choices)
        attributes = self.build_attrs(self.attrs, (attrs or {}) | {"name": name, "multiple": True, "size": 6})
        return format_html("<select{}>{}</select>", flatatt(attributes), written(offered, chosen))


class ProposedForm(forms.Form):
    """One proposed task as a person leaves it."""

    take = forms.BooleanField(label=_("Nhận nhiệm vụ này"), required=False)
    content = forms.CharField(
        label=_("Nội dung nhiệm vụ"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    lead_agency = forms.TypedChoiceField(label=_("Cơ quan chủ trì"), required=False, coerce=int, empty_value=None)
    lead_text = forms.CharField(label=_("Chủ trì như văn bản ghi"), max_length=300, required=False)
    cooperating = forms.TypedMultipleChoiceField(
        label=_("Cơ quan phối hợp"), required=False, coerce=int, widget=SeveralOffered, help_text=SEVERAL
    )
    cooperating_text = forms.CharField(label=_("Phối hợp như văn bản ghi"), max_length=500, required=False)
    deadline_text = forms.CharField(label=_("Thời hạn như văn bản ghi"), max_length=300, required=False)
    first_due_on = SinceField(label=_("Hạn"), required=False, help_text=SINCE_HINT)
    every = forms.ChoiceField(label=_("Định kỳ"), choices=Task.Every.choices, required=False)
    term_length = forms.IntegerField(label=_("Thời hạn theo sự kiện"), min_value=1, max_value=999, required=False)
    term_unit = forms.ChoiceField(
        label=_("Đơn vị"), choices=[NOT_CHOSEN, *((unit.value, unit.label) for unit in clock.Unit)], required=False
    )
    event = forms.CharField(label=_("Kể từ sự kiện"), max_length=200, required=False)
    zones = forms.TypedMultipleChoiceField(
        label=_("Khu, cụm liên quan"), required=False, coerce=int, widget=SeveralOffered, help_text=SEVERAL
    )

    def __init__(self, *args, choices, directive, **kwargs):
        super().__init__(*args, **kwargs)
        self.directive = directive
        for name, offered in choices.items():
            self.fields[name].choices = offered

    def clean(self):
        """A row that is taken must make a task; the others are passed over, whatever stands in them."""
        given = super().clean()
        if not given.get("take"):
            self._errors = ErrorDict()
            return given
        if not self.errors:
            self.task = self.made(given)
            try:
                self.task.full_clean(exclude=["directive", "number", "lead_agency"], validate_unique=False)
            except ValidationError as problem:
                take(self, problem)
        return given

    def made(self, given):
        """The task that the row makes, not stored."""
        due, precision = given["first_due_on"] or (None, Precision.DAY)
        own = {name: given[name] for name in given if name not in ("take", "lead_agency", "first_due_on", *LINKS)}
        own |= {"first_due_on": due, "due_precision": precision, "lead_agency_id": given["lead_agency"]}
        return Task(directive=self.directive, number=1, **own)


class BaseProposedSet(forms.BaseFormSet):
    @property
    def taken(self):
        return [form for form in self.forms if form.cleaned_data.get("take")]


ProposedSet = forms.formset_factory(ProposedForm, formset=BaseProposedSet, extra=0, absolute_max=1000, max_num=1000)


class Reading:
    """The text of one directive as it was read for one person."""

    def __init__(self, directive, user):
        self.directive, self.user = directive, user
        self.agencies = list(agencies_of(directive.city, user))
        self.zones = list(Zone.objects.visible_to(user).filter(city=directive.city).order_by("name_sort"))
        self.proposal = notices.propose(
            directive.text,
            issued_on=directive.issued_on,
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
    def given(self):
        """What every row is made with."""
        return {"choices": self.choices, "directive": self.directive}

    @property
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
        directive.save()
        return len(rows.taken)


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
    if deadline.periodic:
        found["every"] = deadline.periodic.every
    return found | ({"every": Task.Every.ALWAYS} if deadline.ongoing else {})
