"""The pages of an office's work, asked for in this process: what each costs Python and PostgreSQL, for four readers."""

import io
import os
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import CalendarKey, User
from bench import duties
from bench.measure import prepare, report, session
from planning import calendars
from planning.models import Consultation, Directive, Dossier, Obstacle, OpinionRequest, Task

READERS = ("editor2_hn-sct", "head0_hn-sct", "city", "auditor")
TIMES = int(os.environ.get("BENCH_TIMES", "9"))
SLOW = 20  # milliseconds of one statement, from which on its plan is told


def everything(size):
    prepare(size, duties.generate)
    found = {name: asked(name) for name in READERS}
    found["remind --dry-run"] = reminded()
    report(found)
    return found


def paths(user):
    """{what is asked for: its address}, each of one record being the first that this reader sees."""

    def first(model, **of):
        return model.objects.visible_to(user).filter(source=duties.SOURCE, **of).order_by("pk").first()

    directive, task = first(Directive), first(Task, done_on=None, lead_agency=user.agency or 1)
    consultation, obstacle = first(Consultation, sent_on__isnull=False), first(Obstacle)
    opinion = OpinionRequest.objects.visible_to(user).filter(consultation=consultation).order_by("pk").first()
    dossier, zone = Dossier.objects.visible_to(user).order_by("pk").first(), obstacle.zone
    task = task or first(Task)
    CalendarKey.objects.filter(user=user).delete()
    _key, secret = calendars.new_key(user, "bench")
    lead = f"lead={task.lead_agency.code}"
    return {
        "/": "/?city=HN",
        "/my/": "/my/",
        "/tasks/": "/tasks/",
        "/tasks/, late ones of an agency": f"/tasks/?task_class=open_overdue&{lead}",
        "/tasks/, of a partner": f"/tasks/?cooperating={task.lead_agency.code}",
        "/tasks/, words": "/tasks/?search=ra+soat+dong+anh",
        "/tasks/, claimed": "/tasks/?claimed=true",
        "/tasks/, on a past day": "/tasks/?as_of=2026-03-31",
        "/tasks/, page 100": "/tasks/?page=100&ordering=due_on",
        "/tasks/board/": "/tasks/board/",
        "/tasks/agencies/": "/tasks/agencies/",
        "/calendar/": "/calendar/",
        "/calendar/, everybody's": "/calendar/?of=all",
        "/timeline/": "/timeline/?show=both",
        "/directives/": "/directives/",
        "a directive": f"/directives/{directive.code}/",
        "a task": f"/tasks/{task.pk}/",
        "/consultations/": "/consultations/",
        "a consultation": f"/consultations/{consultation.code}/",
        "/opinions/": "/opinions/",
        "/opinions/, silent ones": "/opinions/?state=silent",
        "an opinion": f"/opinions/{opinion.pk}/",
        "/opinions/points/": "/opinions/points/",
        "/obstacles/": "/obstacles/",
        "/obstacles/, words": "/obstacles/?search=dong+anh",
        "an obstacle": f"/obstacles/{obstacle.code}/",
        "/notices/": "/notices/",
        "a zone": f"/zones/{zone.code}/",
        "a dossier": f"/dossiers/{dossier.code}/",
        "/search/": "/search/?q=dong+anh",
        "api tasks": "/api/v1/tasks",
        "api tasks, late": "/api/v1/tasks?task_class=open_overdue",
        "api directives": "/api/v1/directives",
        "api consultations": "/api/v1/consultations",
        "api opinions": "/api/v1/opinions",
        "api opinion-items": "/api/v1/opinion-items",
        "api obstacles": "/api/v1/obstacles",
        "api changes": "/api/v1/changes",
        "calendar feed": calendars.feed_address(secret),
    }  # fmt: skip


def asked(username):
    user = User.objects.get(username=username)
    client = Client(HTTP_HOST="localhost")
    client.cookies["sessionid"] = session(username)
    found = {}
    for name, path in paths(user).items():
        found[name] = measured(lambda path=path: client.get(path))
        print(username, name, found[name], flush=True)
    return found


def measured(call):
    """Medians of TIMES calls: milliseconds of processor time of this process and of PostgreSQL's; and how many
    statements there were."""
    answer, own, its = call(), [], []
    for _each in range(TIMES):
        with timed() as told:
            began, database = time.process_time(), backend_seconds()
            call()
            own.append(time.process_time() - began)
            its.append(backend_seconds() - database)
    for spent, sql, params in told if os.environ.get("BENCH_PLANS") else ():
        if spent > SLOW:
            explain(sql, params)
    size = {} if isinstance(answer, str) else {"kB": round(len(answer.content) / 1_000, 1)}
    wrong = {} if getattr(answer, "status_code", 200) == 200 else {"not 200": answer.status_code}
    shown = {"Python ms": statistics.median(own) * 1_000, "PostgreSQL ms": statistics.median(its) * 1_000}
    return {name: round(value, 1) for name, value in shown.items()} | {"statements": len(told)} | size | wrong


def backend_seconds():
    """Processor time that the process of this connection has used, on this machine."""
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def timed():
    """[(milliseconds, statement, parameters)] of what is asked meanwhile."""
    told = []

    def wrap(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            told.append(((time.perf_counter() - began) * 1_000, sql, params))

    with connection.execute_wrapper(wrap):
        yield told


def explain(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        plan = [line for (line,) in cursor.fetchall()]
        print(cursor.mogrify(sql, params).decode()[:2_000], *plan, sep="\n", flush=True)


def reminded():
    def call():
        out = io.StringIO()
        call_command("remind", dry_run=True, stdout=out)
        return out.getvalue()

    return measured(call)
