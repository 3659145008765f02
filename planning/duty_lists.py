"""The lists of directives and of their tasks: columns, what can be asked, rows. Page, exports and API share them.

They speak of the cut-off day of the frame: tasks that had been given by its end, in the class they had then."""

from django.db.models import Count, DateField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_filters import CharFilter

from accounts.access import City, Publicity, prefetch_visible
from accounts.models import Agency
from planning import clock
from planning.clock.limits import last_of_period
from planning.marks import Mark, left_mark
from planning.models import Directive, Holiday, Task, TaskClass, TaskReport
from planning.models.counting import how_many
from planning.models.directive import FAR, PERIODS
from zones.asking import AskingFilterSet
from zones.columns import Column, basis_of, code_of
from zones.filters import AnswerFilter, AnyOfFilter, CityFilter, CodeFilter, DayFilter, Ordering, SearchFilter, find
from zones.listings import Listing
from zones.models import Document, Precision, Zone
from zones.models.fact import spelled

MARKS = {
    TaskClass.DONE_ON_TIME: "on-track",
    TaskClass.DONE_LATE: "soon",
    TaskClass.OPEN_IN_TIME: "in_plan",
    TaskClass.OPEN_OVERDUE: "late",
    TaskClass.NO_DEADLINE: "unknown",
    TaskClass.DONE_NO_DEADLINE: "operating",
}  # class of a task → the mark of the style sheet
OPEN = (TaskClass.OPEN_IN_TIME, TaskClass.OPEN_OVERDUE, TaskClass.NO_DEADLINE)
LAST_CLAIM = TaskReport.objects.filter(
    task=OuterRef("pk"), on__lte=OuterRef("on_day"), kind__in=(TaskReport.Kind.DONE, TaskReport.Kind.RETURNED)
).order_by("-pk")
CLAIMED = Q(task_class__in=OPEN) & Q(
    Exact(Coalesce(Subquery(LAST_CLAIM.values("kind")[:1]), Value("")), TaskReport.Kind.DONE.value)
)  # of tasks as `tasks_on` gives them: reported as done by the day in view, and not confirmed by then


def directive_address(directive):
    return reverse("planning:directive", args=[directive.code])


def task_address(task):
    return reverse("planning:task", args=[task.pk])


def class_mark(task):
    return MARKS[task.task_class]


def lead_of(task):
    """The lead agency; as the text names it where it is none of the register."""
    return str(task.lead_agency) if task.lead_agency_id else task.lead_text


def partners_of(task):
    return "; ".join(agency.name for agency in task.cooperating.all()) or task.cooperating_text


def due_in_words(task):
    """The deadline that held on the day in view, as exactly as it was given; an extension always names a day.

    Where it hangs on an event that had not happened by then, the event."""
    if task.then_due_on is None:
        return _t("theo sự kiện: %(event)s") % {"event": task.event} if task.event else ""
    exact = Precision.DAY if task.then_due_on != task.first_due_on else task.due_precision
    return spelled(task.then_due_on, exact)


def timed(task, calendar):
    """What was left on the day in view, how late it was or was done: a planning.marks.Mark; empty without a date."""
    done = task.done_on is not None and task.done_on <= task.on_day
    if task.then_due_on is None:
        return Mark("unknown", _t("chưa tới sự kiện")) if task.waits_for and not done else Mark("", "")
    lateness = clock.lateness(task.then_due_on, task.done_on if done else task.on_day, calendar)
    if not done:
        return left_mark(lateness)
    if not lateness.days:
        return Mark("on-track", _t("xong đúng hạn"))
    words = ngettext("xong, trễ %(n)s ngày", "xong, trễ %(n)s ngày", lateness.days) % {"n": lateness.days}
    return Mark("soon", words)


def days_late(task):
    if task.then_due_on is None:
        return None
    end = min(task.done_on or task.on_day, task.on_day)
    return max((end - task.then_due_on).days, 0) or None


DIRECTIVE = (
    Column("title", _("Trích yếu"), shown=True, long=True, link=directive_address, sort="title"),
    Column("number", _("Số, ký hiệu"), shown=True, sort="number", also=("Số văn bản",)),
    Column("code", _("Mã"), sort="code"),
    Column("issuer", _("Cơ quan ban hành"), shown=True, long=True),
    Column("issued_on", _("Ngày ban hành"), kind="date", precision="issued_precision", sort="issued_on", shown=True),
    Column("issued_precision", _("Độ chính xác của ngày"), choices=dict(Precision.choices)),
    Column("concluded_by", _("Người kết luận")),
    Column("met_on", _("Ngày họp"), kind="date"),
    Column("cutoff_on", _("Mốc số liệu"), kind="date"),
    Column("agency", _("Cơ quan theo dõi"), lambda directive: str(directive.agency), shown=True, long=True),
    Column("agency_code", _("Mã cơ quan theo dõi"), code_of("agency"), sets="agency", names="agency"),
    Column("tasks", _("Nhiệm vụ"), lambda directive: directive.given, kind="integer", sort="tasks", shown=True),
    Column("open", _("Chưa hoàn thành"), lambda directive: directive.open, kind="integer", shown=True),
    Column("overdue", _("Quá hạn"), lambda directive: directive.overdue, kind="integer", sort="overdue", shown=True),
    Column("publicity", _("Mức công khai"), choices=dict(Publicity.choices)),
    Column("city", _("Thành phố"), choices=dict(City.choices), sort="city"),
    Column("document", _("Văn bản"), basis_of, names="document"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)
TASK = (
    Column("content", _("Nhiệm vụ"), shown=True, long=True, link=task_address),
    Column("directive", _("Văn bản"), lambda task: str(task.directive), shown=True, sort="directive"),
    Column("directive_code", _("Mã văn bản"), code_of("directive"), sets="directive", names="directive"),
    Column("number", _("Số thứ tự"), kind="integer", sort="number"),
    Column("lead_agency", _("Cơ quan chủ trì"), lead_of, shown=True, long=True, sort="lead"),
    Column("lead_code", _("Mã cơ quan chủ trì"), code_of("lead_agency"), sets="lead_agency", names="agency"),
    Column("cooperating", _("Cơ quan phối hợp"), partners_of, long=True),
    Column("product", _("Sản phẩm"), long=True),
    Column("deadline_text", _("Thời hạn như văn bản ghi"), shown=True),
    Column("due_on", _("Hạn"), due_in_words, shown=True, sort="due_on"),
    Column("first_due_on", _("Hạn được giao"), kind="date", precision="due_precision"),
    Column("due_precision", _("Độ chính xác của hạn"), choices=dict(Precision.choices)),
    Column(
        "task_class",
        _("Kết quả"),
        shown=True,
        choices=dict(TaskClass.choices),
        state=class_mark,
        sort="task_class",
    ),
    Column("time", _("Còn, quá hạn"), lambda task: task.time.words, shown=True),
    Column("days_late", _("Số ngày trễ"), days_late, kind="integer", unit=_("ngày")),
    Column(
        "done_on",
        _("Ngày hoàn thành"),
        lambda task: task.done_on if task.done_on and task.done_on <= task.on_day else None,
        kind="date",
        sort="done_on",
    ),
    Column("every", _("Định kỳ"), choices=dict(Task.Every.choices)),
    Column("event", _("Kể từ sự kiện")),
    Column("zones", _("Khu, cụm"), lambda task: "; ".join(zone.name for zone in task.zones.all()), long=True),
    Column("city", _("Thành phố"), lambda task: task.directive.city, choices=dict(City.choices), sort="city"),
    Column("source", _("Nguồn"), long=True),
    Column("note", _("Ghi chú"), long=True),
)


def tasks_on(user, day):
    """The tasks that `user` may see, of those given by the end of `day` (today when None), as they stood then."""
    day = day or timezone.localdate()
    found = Task.objects.visible_to(user).given_by(day).classed(day)
    return found.annotate(on_day=Value(day, output_field=DateField()))


def task_rows(user, day, known):
    return tasks_on(user, day).select_related("directive", "lead_agency").prefetch_related(*task_related(user))


def task_related(user):
    return (prefetch_visible("cooperating", Agency, user), prefetch_visible("zones", Zone, user))


def told(tasks):
    """The tasks with what was left on the day in view, counted in working days."""
    calendar = Holiday.objects.calendar()
    for task in tasks:
        task.time = timed(task, calendar)
        yield task


def issued_by(directives, day):
    """Those issued by the end of `day`; where month, quarter or year of issue is known, from its first day on, where
    nothing is known, always: as planning.models.directive.TaskQuerySet.given_by says of tasks."""
    issued = Q(issued_on__isnull=True) | Q(issued_on__lte=day)
    for precision, months in PERIODS.items():
        issued |= Q(issued_precision=precision, issued_on__lte=last_of_period(min(day, FAR), months))
    return directives.filter(issued)


def directive_rows(user, day, known):
    """The directives that had been issued by the end of the day."""
    return issued_by(counted_directives(user, day), day or timezone.localdate())


def counted_directives(user, day):
    """The directives with how many of their visible tasks there were, were open, were overdue on the day."""
    found, tasks = Directive.objects.visible_to(user).select_related("agency"), tasks_on(user, day)
    counted = {
        "given": tasks,
        "open": tasks.filter(task_class__in=OPEN),
        "overdue": tasks.filter(task_class=TaskClass.OPEN_OVERDUE),
    }
    of = {name: chosen.filter(directive=OuterRef("pk")).order_by() for name, chosen in counted.items()}
    found = found.annotate(**{name: how_many(chosen, "directive") for name, chosen in of.items()})
    return found.prefetch_related(*directive_related(user))


def directive_related(user):
    return (prefetch_visible("document", Document, user),)


def following(user):
    return Q(pk__in=Directive.objects.visible_to(user).values("agency"))


def leading(user):
    return Q(pk__in=Task.objects.visible_to(user).values("lead_agency"))


def taking_part(user):
    tasks = Task.objects.visible_to(user).values("pk")
    return Q(pk__in=Task.cooperating.through.objects.filter(task__in=tasks).values("agency"))


def with_tasks(user):
    return Q(pk__in=Task.zones.through.objects.filter(task__in=Task.objects.visible_to(user)).values("zone"))


def of_directive(queryset, name, value):
    """By the number of the document (“53/TB-VP”) or by the portal's code."""
    return queryset.filter(Q(directive__number__iexact=value.strip()) | Q(directive__code=value.strip()))


def done_since(queryset, name, value):
    """Done on this day or later, and by the day in view."""
    return queryset.filter(done_on__gte=value, done_on__lte=F("on_day"))


class DirectiveFilterSet(AskingFilterSet):
    search = SearchFilter(method=find)
    agency = CodeFilter(Agency, following, field_name="agency", label=_("Cơ quan theo dõi"))
    issuer = CharFilter(field_name="issuer", lookup_expr="icontains", max_length=200, label=_("Cơ quan ban hành"))
    issued_min = DayFilter(field_name="issued_on", lookup_expr="gte", label=_("Ban hành từ ngày"))
    issued_max = DayFilter(field_name="issued_on", lookup_expr="lte", label=_("Ban hành đến ngày"))
    city = CityFilter(field_name="city")
    ordering = Ordering("title", "number", "code", "issued_on", "city", "overdue", tasks=F("given"))


class TaskFilterSet(AskingFilterSet):
    search = SearchFilter(method=find)
    task_class = AnyOfFilter(field_name="task_class", choices=TaskClass.choices, label=_("Kết quả"))
    lead = CodeFilter(Agency, leading, field_name="lead_agency", label=_("Cơ quan chủ trì"))
    cooperating = CodeFilter(Agency, taking_part, field_name="cooperating", label=_("Cơ quan phối hợp"))
    directive = CharFilter(method=of_directive, max_length=80, label=_("Văn bản (số hoặc mã)"))
    zone = CodeFilter(Zone, with_tasks, field_name="zones", label=_("Khu, cụm"))
    due_min = DayFilter(field_name="then_due_on", lookup_expr="gte", label=_("Hạn từ ngày"))
    due_max = DayFilter(field_name="then_due_on", lookup_expr="lte", label=_("Hạn đến ngày"))
    claimed = AnswerFilter({"true": CLAIMED, "false": ~CLAIMED}, label=_("Đã báo cáo xong, chờ xác nhận"))
    done_min = DayFilter(method=done_since, label=_("Hoàn thành từ ngày"))
    city = CityFilter(field_name="directive__city")
    ordering = Ordering(
        "number",
        "task_class",
        "done_on",
        due_on=F("then_due_on"),
        directive=F("directive__number"),
        lead=F("lead_agency__name"),
        city=F("directive__city"),
    )


DIRECTIVES = Listing(
    what="directives",
    title=_("Văn bản chỉ đạo"),
    noun=pgettext_lazy("nhiều", "văn bản chỉ đạo"),
    model=Directive,
    filterset=DirectiveFilterSet,
    columns=DIRECTIVE,
    rows=directive_rows,
    related=directive_related,
    empty=_("Chưa có văn bản chỉ đạo nào. Thông báo kết luận, kế hoạch, công văn giao nhiệm vụ được thêm ở đây."),
)
TASKS = Listing(
    what="tasks",
    title=_("Nhiệm vụ được giao"),
    noun=pgettext_lazy("nhiều", "nhiệm vụ"),
    model=Task,
    filterset=TaskFilterSet,
    columns=TASK,
    rows=task_rows,
    related=task_related,
    worked_out=told,
    empty=_("Chưa có nhiệm vụ nào. Nhiệm vụ được ghi ở trang của văn bản chỉ đạo."),
)
LISTINGS = {listing.what: listing for listing in (DIRECTIVES, TASKS)}


def by_class(tasks):
    """How many tasks are in each class, of how many: [(class, words, mark, number, all)], without the empty classes."""
    found = dict(tasks.order_by().values_list("task_class").annotate(number=Count("pk")))
    whole = sum(found.values())
    return [(one.value, one.label, MARKS[one], found[one], whole) for one in TaskClass if found.get(one)]


def told_line(task):
    """(task, lead, due, mark and words of its class): what a short table says of one task that was `told`."""
    return task, lead_of(task), due_in_words(task), class_mark(task), TaskClass(task.task_class).label


def brief_tasks(user, day, **of):
    """The tasks of one zone or dossier for its own page, the open ones first: two statements."""
    found = tasks_on(user, day).filter(**of).select_related("directive", "lead_agency")
    found = list(found.order_by(F("done_on").asc(nulls_first=True), F("then_due_on").asc(nulls_last=True), "pk"))
    return [told_line(task) for task in told(found)] if found else []
