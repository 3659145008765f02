"""The work of an office on top of the shipped register: directives, tasks, consultations, obstacles, notices, people.

The same seed gives the same rows; they go in with their triggers, so that the history and the feed hold them too."""

import datetime
import random
import time

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import City
from accounts.models import Agency, Notice, Record, User
from bench.generate import PLACES, PUBLICITY
from planning.loading import load_planning
from planning.models import (
    Consultation,
    Directive,
    Dossier,
    Obstacle,
    ObstacleUpdate,
    OpinionItem,
    OpinionRequest,
    SilenceRule,
    Task,
    TaskExtension,
    TaskReport,
)
from zones.loading import load_register
from zones.models import Zone

DIRECTIVES, TASKS, CONSULTATIONS, REQUESTS, OBSTACLES, NOTICES = 500, 20_000, 2_000, 12, 5_000, 50_000
AGENCIES, ROLES = 60, ("head", "approver", "editor", "editor", "editor")  # 300 people
READERS = {"city": "HN-SCT", "auditor": None}  # who reads without an agency's work of their own
SOURCE = "Bộ sinh dữ liệu"
WORDS, DAY = "Để đo", datetime.timedelta(days=1)
FEW = 5  # of the agencies of a city, in each task


def generate(size, seed=2026):
    """Fill the empty, migrated database; returns how long each kind of row took."""
    chance, spent = random.Random(seed), {}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    for make in (make_register, make_people, make_tasks, make_consultations, make_obstacles, make_notices, settle):
        began = time.perf_counter()
        with transaction.atomic():
            make(chance)
        spent[make.__name__] = time.perf_counter() - began
    return spent


def make_register(chance):
    load_register(settings.BASE_DIR / "data")
    load_planning(settings.BASE_DIR / "data")


def make_people(chance):
    """Sixty agencies with five people each, a reader of the whole city, an auditor."""
    for city in City.values:
        wanted = AGENCIES // 2 - len(offices(city))
        Agency.objects.bulk_create(
            Agency(code=f"{city}-BENCH-{n:02}", name=f"Sở {PLACES[n % len(PLACES)]} {n}", kind="department", city=city)
            for n in range(max(wanted, 0))
        )
    made = [person(f"{role}{n}_{one.code.lower()}", role, one) for one in offices() for n, role in enumerate(ROLES)]
    made += [person(role, role, Agency.objects.filter(code=code).first()) for role, code in READERS.items()]
    User.objects.bulk_create(made)


def person(username, role, agency):
    return User(username=username, role=role, agency=agency, is_staff=role == "auditor", password="!")


def offices(city=None):
    found = Agency.objects.filter(kind__in=("department", "board"), successor=None).order_by("code")
    found = found.filter(city=city) if city else found.filter(city__in=City.values)
    return list(found)


def around(chance, before=700, after=200):
    """A day between two distances from today."""
    return timezone.localdate() + DAY * chance.randrange(-before, after)


def stored(model, rows):
    """The rows in the database; a record fills the columns that follow from others first."""
    for row in rows:
        if isinstance(row, Record):
            row.derive()
    return model.objects.bulk_create(rows, batch_size=2_000)


def make_tasks(chance):
    by_city, officers = {city: offices(city) for city in City.values}, people_of("editor")
    directives = stored(Directive, [directive(chance, number, by_city) for number in range(DIRECTIVES)])
    numbers = dict.fromkeys((one.pk for one in directives), 0)
    tasks = []
    for _each in range(TASKS):
        of = chance.choice(directives)
        numbers[of.pk] += 1
        tasks.append(task(chance, of, numbers[of.pk], by_city[of.city], officers))
    tasks = stored(Task, tasks)
    zones = {city: list(Zone.objects.filter(city=city).order_by("pk").values_list("pk", flat=True)) for city in by_city}
    partners, places = Task.cooperating.through, Task.zones.through
    helping, where, reports, extensions = [], [], [], []
    for one in tasks:
        some = chance.sample(by_city[one.directive.city], chance.randrange(FEW))
        helping += [partners(task=one, agency=each) for each in some if each != one.lead_agency]
        some = chance.sample(zones[one.directive.city], chance.choice((0, 1, 2)))
        where += [places(task=one, zone_id=each) for each in some]
        reports += task_reports(chance, one)
        if one.due_on != one.first_due_on:
            extensions.append(
                TaskExtension(task=one, from_due_on=one.first_due_on, due_on=one.due_on, note=WORDS, source=SOURCE,
                              granted_on=one.first_due_on - DAY)
            )  # fmt: skip
    for model, rows in ((partners, helping), (places, where), (TaskReport, reports), (TaskExtension, extensions)):
        stored(model, rows)


def directive(chance, number, by_city):
    city, day = chance.choice(City.values), around(chance, 900, -1)
    return Directive(
        code=f"{city}-CD-{number:05}", number=f"{number}/TB-VP", title=f"Kết luận về {chance.choice(PLACES)} {number}",
        city=city, issuer="UBND thành phố", issued_on=day, agency=chance.choice(by_city[city]),
        publicity=chance.choice(PUBLICITY), source=SOURCE,
    )  # fmt: skip


def task(chance, of, number, agencies, officers):
    lead = chance.choice(agencies)
    first = of.issued_on + DAY * chance.randrange(10, 400) if chance.random() < 0.85 else None
    due = first + DAY * 45 if first and chance.random() < 0.15 else first
    ended = min(first + DAY * chance.randrange(-9, 60), timezone.localdate()) if first else None
    done = ended and max(ended, of.issued_on) if chance.random() < 0.6 else None
    return Task(
        directive=of, number=number, content=f"Rà soát, báo cáo về {chance.choice(PLACES)}, phần {number}. " * 2,
        lead_agency=lead, officer_id=chance.choice(officers[lead.pk]) if chance.random() < 0.5 else None,
        deadline_text=f"{first:%d/%m/%Y}" if first else "", first_due_on=first, due_on=due,
        every="" if first else chance.choice(("", "month", "quarter")), done_on=done,
        source=SOURCE,
    )  # fmt: skip


def task_reports(chance, one):
    end, agency = one.done_on or timezone.localdate(), one.lead_agency
    days = sorted(end - DAY * chance.randrange(0, 300) for _each in range(chance.randrange(3)))
    told = [TaskReport(task=one, kind="progress", on=day, text=WORDS, agency=agency) for day in days]
    if one.done_on or chance.random() < 0.05:
        told.append(TaskReport(task=one, kind="done", on=end, text=WORDS, agency=agency))
    elif chance.random() < 0.05:
        told.append(TaskReport(task=one, kind="asked", on=end, text=WORDS, answer_by=end + DAY * 5))
    return told


def people_of(*roles):
    """{agency: the ids of its people in these roles}."""
    found, people = {}, User.objects.filter(role__in=roles, agency__isnull=False).order_by("pk")
    for pk, agency in people.values_list("pk", "agency"):
        found.setdefault(agency, []).append(pk)
    return found


def make_consultations(chance):
    rule, dossiers = SilenceRule.objects.first(), list(Dossier.objects.order_by("pk"))
    by_city = {city: offices(city) for city in City.values}
    asked = stored(
        Consultation, [consultation(chance, number, by_city, dossiers, rule) for number in range(CONSULTATIONS)]
    )
    requests = stored(
        OpinionRequest,
        [request(chance, one, agency) for one in asked for agency in chance.sample(by_city[one.city], REQUESTS)],
    )
    stored(OpinionItem, [item for one in requests if one.outcome for item in points(chance, one)])


def consultation(chance, number, by_city, dossiers, rule):
    city, day = chance.choice(City.values), around(chance, 700, -1)
    sent = None if chance.random() < 0.05 else day
    due = sent and sent + DAY * 20
    about = chance.choice([None, None, *(one for one in dossiers if one.city == city)])
    return Consultation(
        code=f"{city}-LYK-{number:05}", title=f"Quy hoạch {chance.choice(PLACES)} {number}", city=city, dossier=about,
        agency=chance.choice(by_city[city]), term_length=20, term_unit="d", publicity=chance.choice(PUBLICITY),
        silence_rule=chance.choice((None, None, rule)), source=SOURCE, sent_on=sent, due_on=due,
        closed_on=due + DAY * 30 if due and due + DAY * 30 < timezone.localdate() and chance.random() < 0.8 else None,
    )  # fmt: skip


def request(chance, of, agency):
    made = OpinionRequest(consultation=of, agency=agency, sent_on=of.sent_on, due_on=of.due_on)
    day = of.sent_on and of.sent_on + DAY * chance.randrange(1, 30)
    if day and day <= timezone.localdate() and chance.random() < 0.8:
        made.answered_on, made.via, made.text = day, "portal", WORDS
        made.outcome = chance.choice(("agree", "agree_with_comments", "disagree"))
    return made


def points(chance, of):
    settled = bool(of.consultation.closed_on) or chance.random() < 0.5
    outcome = chance.choice(("accepted", "in_part", "rejected")) if settled else ""
    return [
        OpinionItem(request=of, number=n + 1, text=f"Đề nghị làm rõ phần {n}", about=f"Mục {n}", outcome=outcome,
                    response=WORDS if outcome else "")
        for n in range(chance.randrange(5))
    ]  # fmt: skip


def make_obstacles(chance):
    zones, officers = list(Zone.objects.order_by("pk")), people_of("editor")
    by_city = {city: offices(city) for city in City.values}
    made = stored(Obstacle, [obstacle(chance, number, zones, by_city, officers) for number in range(OBSTACLES)])
    stored(ObstacleUpdate, [update for one in made for update in updates(chance, one)])


def obstacle(chance, number, zones, by_city, officers):
    zone, raised = chance.choice(zones), around(chance, 700, -1)
    agency, resolved = chance.choice(by_city[zone.city]), chance.random() < 0.6
    first = raised + DAY * chance.randrange(20, 300) if chance.random() < 0.85 else None
    return Obstacle(
        code=f"{zone.city}-VM-{number:05}", title=f"Vướng mặt bằng {chance.choice(PLACES)} {number}", zone=zone,
        cause=chance.choice(Obstacle.Cause.values), agency=agency, raised_by=chance.choice(by_city[zone.city]),
        officer_id=chance.choice([None, *officers[agency.pk]]), raised_on=raised, first_expected_on=first,
        expected_on=first, publicity=chance.choice(PUBLICITY), source=SOURCE,
        resolved_on=min(raised + DAY * 200, timezone.localdate()) if resolved else None,
    )  # fmt: skip


def updates(chance, of):
    end = of.resolved_on or timezone.localdate()
    span = (end - of.raised_on).days + 1
    days = sorted(of.raised_on + DAY * chance.randrange(span) for _n in range(chance.randrange(5)))
    told = [ObstacleUpdate(obstacle=of, on=day, text=WORDS, agency=of.agency, decision="approved") for day in days]
    if of.resolved_on:
        told.append(ObstacleUpdate(obstacle=of, kind="resolved", on=end, text=WORDS, decision="approved"))
    elif chance.random() < 0.1:
        told.append(ObstacleUpdate(obstacle=of, on=end, text=WORDS, agency=of.agency))
    return told


def make_notices(chance):
    """Of the tasks that each agency leads, to its people; one in five is not read yet."""
    people = people_of("editor", "head", "approver")
    led = {agency: list(Task.objects.filter(lead_agency=agency).order_by("pk")) for agency in people}
    made, moment = [], timezone.now()
    for number in range(NOTICES):
        agency = chance.choice(list(people))
        about, at = chance.choice(led[agency]), moment - DAY * chance.randrange(400)
        made.append(
            Notice(user_id=chance.choice(people[agency]), key=f"task:{about.pk}:bench:{number}", kind="task_due_soon",
                   subject=about.content[:200], given={"days": 3, "due": "2026-12-01"}, about="planning.task",
                   about_id=about.pk, address=f"/tasks/{about.pk}/", at=at,
                   read_at=None if chance.random() < 0.2 else at)
        )  # fmt: skip
    stored(Notice, made)


def settle(chance):
    """The statistics that PostgreSQL would gather by itself."""
    call_command("stored_sums", rebuild=True, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
