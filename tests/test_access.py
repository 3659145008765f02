"""Every address of the portal, every method, every role: the answer. An address without a row fails, and so does a row
without an address. The rules behind the answers: docs/access.md.

A row is an address and, for each method, what eight kinds of visitor get:

    anon    nobody has signed in              own    editor, approver, head of the agency that manages the record
    reader  viewer, city-wide reader          admin  administrator
    audit   auditor                           rkey   read key of a machine account of that same agency
    other   editor of another agency          wkey   write key of the same

Answers: a status; L = to the sign-in page; A = to the admin's door, which says 403.

Names in braces stand for a record. Such an address is asked four times: for the visitor's own record (the row says the
answers), for an internal record of the other city, for a restricted one of another agency, and for one that does not
exist. To whoever may not see the hidden ones they must answer exactly as the one that does not exist: 404."""

import re
import time
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from functools import partial

import pytest
from django.conf import urls
from django.contrib import admin, auth
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve
from django.utils import timezone
from django.views import defaults
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from accounts.models import ApiToken, CalendarKey, Letter, Notice, User, Webhook
from planning.models import Dossier, Holiday, Rule, SilenceRule
from tests import factories as make
from zones.models import DeveloperShare, DocumentLink, UnitSuccession, ZoneUnit

pytestmark = pytest.mark.django_db

VISITORS = {
    "anon": [""],
    "reader": ["viewer", "city"],
    "audit": ["auditor"],
    "other": ["other"],
    "own": ["editor", "approver", "head"],
    "admin": ["administrator"],
    "rkey": ["read"],
    "wkey": ["write"],
}
KEPT_OUT = {"L", "401", "405"}  # before any record is looked for
SEES = {  # who sees the hidden records: the internal one of the other city, the restricted one of another agency
    "far": {"auditor", "administrator"},
    "closed": {"auditor", "administrator", "city"},
}

#           anon reader audit other own admin rkey wkey
PAGE = "L    200    200   200   200 200   L    L"
TO_WRITE = "L    403    403   403   200 200   L    L"  # the form on GET; on POST its complaints about what is missing
TO_PASTE = "L    403    403   403   302 302   L    L"  # there is no text to read yet: on to where it is pasted
TO_APPROVE = "L  403    403   403   200|403 200 L    L"  # of its agency those who approve
ASKED_ONLY = "L  403  403  403  403 200  L    L"  # the agency that was asked, not the one that asks
TO_SAVE = "L    403    403   403   409 409   L    L"  # a correction that does not say which version it read
TO_ADD = "L    403    403   200   200 200   L    L"
NO_POST = "L    405    405   405   405 405   L    L"
MARKS_READ = "L  302   302   302   302 302   L    L"
OWN_NOTICE = "L  404   404   404   404 302   L    L"  # a notice is its reader's, here the administrator's
OWN_KEY = OWN_NOTICE  # and so is the key of a calendar
BY_KEY = "404 404   404   404   404 404   404  404"  # opened without a sign-in, by the key in the address: here none
KEY_READS = "405 405  405   405   405 405   405  405"
# An imported file is its agency's own: other agencies do not even see that it is there.
OWN_PAGE = "L  200  200   404   200 200   L    L"
OWN_WRITE = "L 403  403   404   200 200   L    L"
READ = "401  200    200   200   200 200   200  200"
CREATE = "401  403    403   400   400 400   403  400"
CORRECT = "401  403    403   403   428 428   403  428"  # without If-Match
CONFIRM = "401  403    403   403   403|428 428 403 403"  # only whoever may approve
WITHDRAW = "401  403    403   403   400 400   403  400"
NOT_HERE = "401  403    403   405   405 405   403  405"  # a method that the interface does not have
FOR_ADMIN_CORRECT = "401  403  403  403  403  428  403  403"
NOTHING = "401  404    404   404   404 404   404  404"
# fmt: off

PAGES = {
    "": {"GET": "L    302    302   302   302 302   L    L", "POST": NO_POST},  # on to one's own city
    "?city=HN": {"GET": PAGE, "POST": NO_POST},
    "zones/": {"GET": PAGE, "POST": NO_POST},
    "zones/map.json": {"GET": PAGE, "POST": NO_POST},
    "zones/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "zones/{zone}/": {"GET": PAGE, "POST": NO_POST},
    "zones/{zone}/map.json": {"GET": PAGE, "POST": NO_POST},
    "zones/{zone}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "zones/{zone}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/phases/{phase}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/phases/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/phases/{phase}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "zones/{zone}/places/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/places/{place}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/developers/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/developers/{share}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/facts/area/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/facts/area/{area}/withdraw/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "facilities/": {"GET": PAGE, "POST": NO_POST},
    "facilities/map.json": {"GET": PAGE, "POST": NO_POST},
    "facilities/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "facilities/{facility}/": {"GET": PAGE, "POST": NO_POST},
    "facilities/{facility}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "facilities/{facility}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "projects/": {"GET": PAGE, "POST": NO_POST},
    "projects/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "projects/{project}/": {"GET": PAGE, "POST": NO_POST},
    "projects/{project}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "projects/{project}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "documents/": {"GET": PAGE, "POST": NO_POST},
    "areas/": {"GET": PAGE, "POST": NO_POST},
    "statuses/": {"GET": PAGE, "POST": NO_POST},
    "measurements/": {"GET": PAGE, "POST": NO_POST},
    "documents/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "documents/{document}/": {"GET": PAGE, "POST": NO_POST},
    "documents/{document}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "documents/{document}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "documents/{document}/upload/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "documents/{document}/file/": {"GET": PAGE, "POST": NO_POST},
    "documents/{document}/links/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "documents/{document}/links/{link}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "zones/{zone}/tracks/": {"GET": PAGE, "POST": NO_POST},
    "board/": {"GET": PAGE, "POST": NO_POST},
    "timeline/": {"GET": PAGE, "POST": NO_POST},
    "delays/": {"GET": PAGE, "POST": NO_POST},
    "rules/": {"GET": PAGE, "POST": NO_POST},
    "holidays/": {"GET": PAGE, "POST": NO_POST},
    "clock/": {"GET": PAGE, "POST": NO_POST},
    "dossiers/": {"GET": PAGE, "POST": NO_POST},
    "dossiers/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "dossiers/{dossier}/": {"GET": PAGE, "POST": NO_POST},
    "dossiers/{dossier}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "dossiers/{dossier}/cooperating/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/moves/accept/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/observe/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/events/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/pauses/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/pauses/{pause}/resume/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/pauses/{pause}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/extensions/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/extensions/{extension}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/milestones/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/milestones/{milestone}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "dossiers/{dossier}/milestones/{milestone}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "dossiers/{dossier}/steps/{step}/retract/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "steps/": {"GET": PAGE, "POST": NO_POST},
    "my/": {"GET": PAGE, "POST": NO_POST},
    "notices/": {"GET": PAGE, "POST": NO_POST},
    "notices/read/": {"GET": NO_POST, "POST": MARKS_READ},
    "notices/{notice}/read/": {"GET": NO_POST, "POST": OWN_NOTICE},
    "notices/{notice}/open/": {"GET": NO_POST, "POST": OWN_NOTICE},
    "directives/": {"GET": PAGE, "POST": NO_POST},
    "directives/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "directives/{directive}/": {"GET": PAGE, "POST": NO_POST},
    "directives/{directive}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "directives/{directive}/text/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "directives/{directive}/read/": {"GET": TO_PASTE, "POST": TO_PASTE},
    "directives/{directive}/tasks/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "calendar/": {"GET": PAGE, "POST": NO_POST},
    "calendar/keys/": {"GET": PAGE, "POST": PAGE},
    "calendar/keys/{calendar_key}/revoke/": {"GET": NO_POST, "POST": OWN_KEY},
    "calendar/feed/khong-co.ics": {"GET": BY_KEY, "POST": KEY_READS},
    "tasks/": {"GET": PAGE, "POST": NO_POST},
    "tasks/board/": {"GET": PAGE, "POST": NO_POST},
    "tasks/agencies/": {"GET": PAGE, "POST": NO_POST},
    "tasks/{task}/": {"GET": PAGE, "POST": NO_POST},
    "tasks/{task}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "tasks/{task}/links/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "tasks/{task}/report/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "tasks/{task}/done/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "tasks/{task}/confirm/": {"GET": TO_APPROVE, "POST": TO_APPROVE},
    "tasks/{task}/send-back/": {"GET": TO_APPROVE, "POST": TO_APPROVE},
    "tasks/{task}/ask/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "tasks/{task}/extend/": {"GET": TO_APPROVE, "POST": TO_APPROVE},
    "tasks/{task}/anchor/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "obstacles/": {"GET": PAGE, "POST": NO_POST},
    "obstacles/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "obstacles/{obstacle}/": {"GET": PAGE, "POST": NO_POST},
    "obstacles/{obstacle}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "obstacles/{obstacle}/update/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "obstacles/{obstacle}/updates/{obstacle_update}/decide/": {"GET": TO_APPROVE, "POST": TO_APPROVE},
    "consultations/": {"GET": PAGE, "POST": NO_POST},
    "consultations/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "consultations/{consultation}/": {"GET": PAGE, "POST": NO_POST},
    "consultations/{consultation}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "consultations/{consultation}/invite/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "consultations/{consultation}/send/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "consultations/{consultation}/settle/": {"GET": TO_WRITE, "POST": "L  403  403  403  302 302  L  L"},
    "consultations/{consultation}/close/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "consultations/{consultation}/reopen/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "consultations/{consultation}/opinions.xlsx": {"GET": PAGE, "POST": NO_POST},
    "opinions/": {"GET": PAGE, "POST": NO_POST},
    "opinions/{opinion}/": {"GET": PAGE, "POST": NO_POST},
    "opinions/{opinion}/document/": {"GET": PAGE, "POST": NO_POST},
    "opinions/{opinion}/answer/": {"GET": ASKED_ONLY, "POST": ASKED_ONLY},
    "opinions/{opinion}/record/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "opinions/{opinion}/more-time/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "opinions/{opinion}/leave-out/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "opinions/{opinion}/split/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "opinions/{opinion}/link/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "opinions/{opinion}/link/end/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "opinions/points/": {"GET": PAGE, "POST": NO_POST},
    "opinions/points/{point}/settle/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "opinions/points/{point}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "opinions/points/{point}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "answer/khong-co/": {"GET": BY_KEY, "POST": BY_KEY},
    "answer/khong-co/document/": {"GET": BY_KEY, "POST": KEY_READS},
    "answer/khong-co/nua": {"GET": BY_KEY, "POST": BY_KEY},
    "search/?q=cum": {"GET": PAGE, "POST": NO_POST},
    "export/zones.csv": {"GET": PAGE, "POST": NO_POST},
    "imports/": {"GET": PAGE, "POST": NO_POST},
    "imports/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "imports/templates/zones.xlsx": {"GET": PAGE, "POST": NO_POST},
    "imports/{import}/": {"GET": OWN_PAGE, "POST": NO_POST},
    "imports/{import}/sheet/": {"GET": NO_POST, "POST": OWN_WRITE},
    "imports/{import}/apply/": {"GET": NO_POST, "POST": "L  403  403  404  302 302  L  L"},
    "imports/{import}/undo/": {"GET": OWN_WRITE, "POST": OWN_WRITE},
    "imports/{import}/file/": {"GET": OWN_PAGE, "POST": NO_POST},
    "imports/{import}/errors.xlsx": {"GET": OWN_PAGE, "POST": NO_POST},
    "plans/": {"GET": PAGE, "POST": NO_POST},
    "plans/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "plans/{plan}/": {"GET": PAGE, "POST": NO_POST},
    "plans/{plan}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "plans/{plan}/lines/new/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "plans/{plan}/lines/{plan_entry}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "plans/{plan}/lines/{plan_entry}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "sessions/": {"GET": PAGE, "POST": NO_POST},
    "sessions/new/": {"GET": TO_ADD, "POST": TO_ADD},
    "sessions/{session}/": {"GET": PAGE, "POST": NO_POST},
    "sessions/{session}/edit/": {"GET": TO_WRITE, "POST": TO_SAVE},
    "sessions/{session}/move/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "sessions/{session}/dossiers/new/": {"GET": TO_ADD, "POST": TO_ADD},  # whoever leads a dossier puts it there
    "sessions/{session}/dossiers/{item}/remove/": {"GET": TO_WRITE, "POST": TO_WRITE},
    "reports/": {"GET": PAGE, "POST": NO_POST},
    "reports/progress/?city=HN": {"GET": PAGE, "POST": NO_POST},
    "reports/progress.xlsx?city=HN": {"GET": PAGE, "POST": NO_POST},
}

ACCOUNT = {  #                          anon reader audit other own admin rkey wkey
    "healthz":                 {"GET": "200  200    200   200   200 200   200  200"},
    "i18n/setlang/":           {"GET": "302  302    302   302   302 302   302  302"},
    "accounts/login/":         {"GET": "200  302    302   302   302 302   200  200",
                               "POST": "200  302    302   302   302 302   200  200"},
    "accounts/logout/":        {"GET": "302  200    200   200   200 200   302  302",
                               "POST": "302  302    302   302   302 302   302  302"},
    "accounts/inactive/":      {"GET": "200  200    200   200   200 200   200  200"},
    "accounts/reauthenticate/": {"GET": PAGE, "POST": PAGE},
    "accounts/password/change/": {"GET": PAGE, "POST": PAGE},
    "accounts/password/reset/": {"GET": "200 200    200   200   200 200   200  200",
                               "POST": "200  200    200   200   200 200   200  200"},
    "accounts/password/reset/done/": {"GET": "200  200    200   200   200 200   200  200"},
    "accounts/password/reset/key/1-abc/": {"GET": "200  200    200   200   200 200   200  200"},
    "accounts/password/reset/key/done/": {"GET": "200  200    200   200   200 200   200  200"},
    "accounts/2fa/": {"GET": PAGE},
    "accounts/2fa/authenticate/": {"GET": "L    302    302   302   302 302   L    L",
                                  "POST": "L    302    302   302   302 302   L    L"},
    # What touches the second factor asks for the password again: to /accounts/reauthenticate/.
    "accounts/2fa/reauthenticate/": {"GET": "L    302    302   302   302 302   L    L",
                                    "POST": "L    302    302   302   302 302   L    L"},
    "accounts/2fa/totp/activate/": {"GET": "L    302    302   302   302 302   L    L",
                                   "POST": "L    302    302   302   302 302   L    L"},
    "accounts/2fa/totp/deactivate/": {"GET": "L    404    404   404   404 404   L    L",
                                     "POST": "L    404    404   404   404 404   L    L"},
    "accounts/2fa/recovery-codes/": {"GET": "L    404    404   404   404 404   L    L"},
    "accounts/2fa/recovery-codes/generate/": {"GET": "L    302    302   302   302 302   L    L",
                                             "POST": "L    302    302   302   302 302   L    L"},
    "accounts/2fa/recovery-codes/download/": {"GET": "L    404    404   404   404 404   L    L"},
}

LIST = {"GET": READ, "POST": CREATE, "PUT": NOT_HERE, "PATCH": NOT_HERE, "DELETE": NOT_HERE}
ONE = {"GET": READ, "POST": NOT_HERE, "PUT": CORRECT, "PATCH": CORRECT, "DELETE": NOT_HERE}
LOOK = {"GET": READ, "POST": NOT_HERE, "PUT": NOT_HERE, "PATCH": NOT_HERE, "DELETE": NOT_HERE}
TAKE_BACK = {"GET": "401 405 405 405 405 405 405 405", "POST": WITHDRAW, "PUT": NOT_HERE, "PATCH": NOT_HERE,
             "DELETE": NOT_HERE}
UPLOAD = "401  403    403   415   415 415   403  415"  # a file comes as multipart/form-data
GUARDED = TAKE_BACK | {"POST": CORRECT}  # an action that asks for the version that was read
OWN_LOOK = LOOK | {"GET": "401  200    200   404   200 200   200  200"}
OWN_ACT = TAKE_BACK | {"POST": "401  403    403   404   400 400   403  400"}
GOES = ONE | {"DELETE": CORRECT}  # a record that may be deleted
IN_BULK = TAKE_BACK | {"POST": CREATE}
# A webhook is its owner's, here the machine account with the write key.
OWN_HOOK = "401  404   200   404   404 200   404  200"
CORRECT_HOOK = "401 403 403  404   404 428   403  428"
TRY_HOOK = "401  403   403   404   404 200   403  200"
BY_ADMIN_ONE = ONE | {"PUT": FOR_ADMIN_CORRECT, "PATCH": FOR_ADMIN_CORRECT}
API = {
    "api/v1/zones": LIST,
    "api/v1/zones/{zone}": GOES,
    "api/v1/phases": LIST,
    "api/v1/phases/{phase}": GOES,
    "api/v1/facilities": LIST,
    "api/v1/facilities/{facility}": GOES,
    "api/v1/tenant-projects": LIST,
    "api/v1/tenant-projects/{project}": GOES,
    "api/v1/documents": LIST,
    "api/v1/documents/{document}": GOES,
    "api/v1/documents/{document}/file": LOOK | {"PUT": CORRECT},
    "api/v1/agencies": LIST,
    "api/v1/agencies/OWN": BY_ADMIN_ONE,
    "api/v1/units": LOOK,
    "api/v1/units/{unit}": LOOK,
    "api/v1/developers": LIST,
    "api/v1/developers/{developer}": BY_ADMIN_ONE | {"DELETE": FOR_ADMIN_CORRECT},
    "api/v1/indicators": LOOK,
    "api/v1/indicators/workers": LOOK,
    "api/v1/facts/statuses": LIST,
    "api/v1/facts/areas": LIST,
    "api/v1/facts/land-uses": LIST,
    "api/v1/facts/occupancies": LIST,
    "api/v1/facts/boundaries": LIST,
    "api/v1/facts/measurements": LIST,
    "api/v1/facts/statuses/{status}": LOOK,
    "api/v1/facts/statuses/{status}/withdraw": TAKE_BACK,
    "api/v1/facts/areas/{area}": LOOK,
    "api/v1/facts/areas/{area}/withdraw": TAKE_BACK,
    "api/v1/facts/land-uses/{land_use}": LOOK,
    "api/v1/facts/land-uses/{land_use}/withdraw": TAKE_BACK,
    "api/v1/facts/occupancies/{occupancy}": LOOK,
    "api/v1/facts/occupancies/{occupancy}/withdraw": TAKE_BACK,
    "api/v1/facts/boundaries/{boundary}": LOOK,
    "api/v1/facts/boundaries/{boundary}/withdraw": TAKE_BACK,
    "api/v1/facts/measurements/{measurement}": LOOK,
    "api/v1/facts/measurements/{measurement}/withdraw": TAKE_BACK,
    "api/v1/imports": LIST | {"POST": UPLOAD},
    "api/v1/imports/{import}": OWN_LOOK,
    "api/v1/imports/{import}/rows": OWN_LOOK,
    "api/v1/imports/{import}/file": OWN_LOOK,
    "api/v1/imports/{import}/sheet": OWN_ACT,
    "api/v1/imports/{import}/apply": OWN_ACT | {"POST": "401  403  403  404  409 409  403  409"},  # is applied already
    "api/v1/imports/{import}/undo": OWN_ACT,
    "api/v1/imports/templates/zones": LOOK,
    "api/v1/zones/bulk": IN_BULK,
    "api/v1/facilities/bulk": IN_BULK,
    "api/v1/tenant-projects/bulk": IN_BULK,
    "api/v1/documents/bulk": IN_BULK,
    "api/v1/facts/statuses/bulk": IN_BULK,
    "api/v1/facts/areas/bulk": IN_BULK,
    "api/v1/facts/land-uses/bulk": IN_BULK,
    "api/v1/facts/occupancies/bulk": IN_BULK,
    "api/v1/facts/boundaries/bulk": IN_BULK,
    "api/v1/facts/measurements/bulk": IN_BULK,
    "api/v1/dossiers": LIST,
    "api/v1/dossiers/{dossier}": ONE,
    # Who may make a move is asked of the table of moves, after the version: the agency alone does not say it.
    "api/v1/dossiers/{dossier}/advance": TAKE_BACK | {"POST": "401  403  403  428  428  428  403  428"},
    "api/v1/dossiers/{dossier}/observe": GUARDED,
    "api/v1/dossiers/{dossier}/events": GUARDED,
    "api/v1/dossiers/{dossier}/pause": GUARDED,
    "api/v1/dossiers/{dossier}/resume": GUARDED,
    "api/v1/dossiers/{dossier}/extend": GUARDED,
    "api/v1/dossiers/{dossier}/retract": GUARDED,
    "api/v1/steps": LOOK,
    "api/v1/steps/{step}": LOOK,
    "api/v1/milestones": LIST,
    "api/v1/milestones/{milestone}": GOES,
    "api/v1/plans": LIST,
    "api/v1/plans/{plan}": GOES,
    "api/v1/plan-entries": LIST,
    "api/v1/plan-entries/{plan_entry}": GOES,
    "api/v1/sessions": LIST,
    "api/v1/sessions/{session}": GOES,
    "api/v1/sessions/{session}/dossiers": GUARDED,
    "api/v1/sessions/{session}/dossiers/{dossier}": {"DELETE": CORRECT},
    "api/v1/directives": LIST,
    "api/v1/directives/{directive}": GOES,
    "api/v1/tasks": LIST,
    "api/v1/tasks/{task}": GOES,
    "api/v1/tasks/{task}/report": GUARDED,
    "api/v1/tasks/{task}/done": GUARDED,
    "api/v1/tasks/{task}/confirm": GUARDED | {"POST": CONFIRM},
    "api/v1/tasks/{task}/send-back": GUARDED | {"POST": CONFIRM},
    "api/v1/tasks/{task}/ask": GUARDED,
    "api/v1/tasks/{task}/extend": GUARDED | {"POST": CONFIRM},
    "api/v1/tasks/{task}/anchor": GUARDED,
    "api/v1/obstacles": LIST,
    "api/v1/obstacles/{obstacle}": GOES,
    "api/v1/obstacles/{obstacle}/update": GUARDED,
    "api/v1/obstacles/{obstacle}/approve": GUARDED | {"POST": CONFIRM},
    "api/v1/obstacles/{obstacle}/refuse": GUARDED | {"POST": CONFIRM},
    "api/v1/tasks/{task}/links": GUARDED,
    "api/v1/consultations": LIST,
    "api/v1/consultations/{consultation}": GOES,
    "api/v1/consultations/{consultation}/invite": GUARDED,
    "api/v1/consultations/{consultation}/send": GUARDED,
    "api/v1/consultations/{consultation}/close": GUARDED,
    "api/v1/consultations/{consultation}/reopen": GUARDED,
    "api/v1/opinions": LIST,
    "api/v1/opinions/{opinion}": GOES,
    "api/v1/opinions/{opinion}/answer": GUARDED | {"POST": "401  403  403  403  403  428  403  403"},  # who was asked
    "api/v1/opinions/{opinion}/record": GUARDED,
    "api/v1/opinions/{opinion}/split": GUARDED,
    "api/v1/opinions/{opinion}/more-time": GUARDED,
    "api/v1/opinions/{opinion}/link": GUARDED,
    "api/v1/opinions/{opinion}/end-link": GUARDED,
    "api/v1/opinion-items": LIST,
    "api/v1/opinion-items/{point}": GOES,
    "api/v1/opinion-items/{point}/settle": GUARDED,
    "api/v1/silence-rules": LOOK,
    "api/v1/silence-rules/{silence_rule}": LOOK,
    "api/v1/rules": LIST,
    "api/v1/rules/{rule}": BY_ADMIN_ONE | {"DELETE": FOR_ADMIN_CORRECT},
    "api/v1/holidays": LIST,
    "api/v1/holidays/{holiday}": BY_ADMIN_ONE | {"DELETE": FOR_ADMIN_CORRECT},
    "api/v1/clock/explain?start=2026-09-18&length=3&unit=wd": {
        "GET": READ, "POST": "401  400  400  400  400  400  400  400",
    },
    "api/v1/changes": LOOK,
    "api/v1/webhooks": LIST,
    "api/v1/webhooks/{hook}": {"GET": OWN_HOOK, "PUT": CORRECT_HOOK, "PATCH": CORRECT_HOOK, "DELETE": CORRECT_HOOK},
    "api/v1/webhooks/{hook}/test": {"POST": TRY_HOOK},
    "api/v1/webhooks/{hook}/deliveries": {"GET": OWN_HOOK},
    "api/v1/me": LOOK,
    "api/v1/figures/overview": LOOK,
    "api/ogc": LOOK,
    "api/ogc/": LOOK,
    "api/ogc/conformance": LOOK,
    "api/ogc/api": LOOK,
    "api/ogc/collections": LOOK,
    "api/ogc/collections/zones": LOOK,
    "api/ogc/collections/zones/schema": LOOK,
    "api/ogc/collections/zones/items": LOOK,
    "api/ogc/collections/zones/items/{zone}": LOOK,
    "api/ogc/collections/facilities": LOOK,
    "api/ogc/collections/facilities/schema": LOOK,
    "api/ogc/collections/facilities/items": LOOK,
    "api/ogc/collections/facilities/items/{facility}": LOOK,
    "api/schema/?format=json": LOOK,  # in YAML it takes seconds to write
    "api/docs/": {"GET": PAGE},
    "api/khong-co": {"GET": NOTHING},
}

#              anon reader audit other own admin rkey wkey
OPENS =       "L    A      200   A     A   200   L    L"
CHANGES =     "L    A      403   A     A   200   L    L"
SAVES =       "L    A      403   A     A   302   L    L"
CLOSED =      "L    A      403   A     A   403   L    L"
OF_ADMIN =    "L    A      403   A     A   200   L    L"
DOOR =        "L    403    302   403   403 302   L    L"  # who may enter is led on to the index
ADMIN = {
    "admin/": {"GET": OPENS},
    "admin/login/": {"GET": DOOR, "POST": "L    403    200   403   403 200   L    L"},
    "admin/logout/": {"GET": "L 302 405 302 302 405 L L", "POST": "L 302 200 302 302 200 L L"},
    "admin/password_change/": {"GET": "L    302    302   302   302 302   L    L"},
    "admin/password_change/done/": {"GET": OPENS},
    "admin/autocomplete/?app_label=zones&model_name=zone&field_name=parent": {"GET": OPENS},
    "admin/jsi18n/": {"GET": OPENS},
    "admin/r/1/1/": {"GET": "L    A      404   A     A   404   L    L"},
    "admin/zones/": {"GET": OPENS},
    "admin/khong-co/": {"GET": "L    A      404   A     A   404   L    L"},
    "admin/accounts/user/{person}/password/": {"GET": CHANGES, "POST": CHANGES},
}
# The tables of the admin by what may be done with a row: pages add, change (POST), delete.
TABLES = {
    "accounts agency|zones adminunit|zones unitsuccession|zones phase|zones zoneunit|zones developer"
    "|zones developershare|zones documentlink|zones indicator": (CHANGES, CHANGES, CHANGES),
    "accounts user|zones zone|zones facility|zones tenantproject|zones document": (CHANGES, CHANGES, CLOSED),
    "zones zonestatus|zones zonearea|zones landuse|zones occupancy|zones boundary|zones measurement": (
        CHANGES, CLOSED, CLOSED,
    ),
    "planning rule|planning holiday|planning pause|planning extension|planning milestone|planning planentry"
    "|planning sessiondossier|planning directive|planning task|planning obstacle"
    "|planning consultation|planning silencerule": (CHANGES, CHANGES, CHANGES),
    "planning opinionrequest|planning opinionitem": (CLOSED, CHANGES, CLOSED),  # they come and go by verbs
    "planning plan|planning councilsession": (CHANGES, CHANGES, CLOSED),
    "planning dossier|planning step|planning taskreport|planning taskextension|planning obstacleupdate": (
        CLOSED, CLOSED, CLOSED,
    ),
    "accounts apitoken": (CLOSED, SAVES, CHANGES),
    "accounts webhook": (CHANGES, CHANGES, CHANGES),
    "accounts webhookdelivery|accounts rowchange|zones import|mfa authenticator|axes accessattempt"
    "|accounts notice|accounts letter|accounts calendarkey": (CLOSED, CLOSED, CLOSED),
}
# fmt: on
OPEN_TO_ALL = ("{unit}", "{developer}", "{rule}", "{silence_rule}", "{holiday}")  # records that are nobody's secret
READ_BY_ADMINISTRATORS = {"mfa authenticator", "axes accessattempt"}


def tables():
    """The rows of the admin's tables, written out."""
    rows = {}
    for names, (add, change, delete) in TABLES.items():
        for name in names.split("|"):
            look = OF_ADMIN if name in READ_BY_ADMINISTRATORS else OPENS
            at = f"admin/{name.replace(' ', '/')}/"
            key = f"{{{name.replace(' ', '_')}}}"
            rows[at] = {"GET": look}
            rows[f"{at}add/"] = {"GET": add, "POST": add}
            rows[f"{at}{key}/change/"] = {"GET": look, "POST": change}
            rows[f"{at}{key}/delete/"] = {"GET": delete, "POST": delete}
            rows[f"{at}{key}/history/"] = {"GET": look}
            # Without a page named the admin leads on to the row's form.
            rows[f"{at}{key}/"] = {"GET": "L    A      302   A     A   302   L    L"}
    return rows


# The world ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Visitors, and for each case the records that the names in braces stand for; made once for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield made_world()
        transaction.set_rollback(True)


def made_world():
    agencies = {
        "own": make.agency(code="OWN", city="HN"),
        "closed": make.agency(code="CLOSED", city="HN"),
        "far": make.agency(code="FAR", city="HCM"),
    }
    neighbour = make.agency(city="HN")
    shared = make.unit(), make.developer(), make.indicator(code="workers"), make.document(title="Văn bản chung")
    publicity = {"own": "internal", "closed": "restricted", "far": "internal"}
    records = {case: belongings(agencies[case], publicity[case], *shared) for case in agencies}
    records["none"] = dict.fromkeys(records["own"], 999_999)
    coded = ("zone", "facility", "project", "dossier", "plan", "session", "directive", "obstacle", "consultation")
    records["none"] |= dict.fromkeys(coded, "KHONG-CO")
    records["own"] |= admin_rows(records["own"])
    seen = visitors(agencies["own"], neighbour)
    Webhook.objects.filter(pk=records["own"]["hook"]).update(owner=ApiToken.objects.get(scope="write").user)
    Notice.objects.filter(pk=records["own"]["notice"]).update(
        user=User.objects.get(role="administrator", agency=agencies["own"])
    )
    CalendarKey.objects.filter(pk=records["own"]["calendar_key"]).update(
        user=User.objects.get(role="administrator", agency=agencies["own"])
    )
    return {"visitors": seen, "records": records}


def belongings(agency, publicity, unit, developer, indicator, document):
    """A zone with all that belongs to it, a facility and a document of `agency`."""
    common = {"managing_agency": agency, "city": agency.city, "publicity": publicity}
    zone = make.zone(**common)
    own = make.document(agency=agency, city=agency.city, publicity=publicity)
    own.file.save("van-ban.pdf", ContentFile(b"%PDF-1.7"), save=False)
    own.file_name = "Văn bản.pdf"
    own.save()
    facility = make.facility(**common)
    project = make.project(zone, publicity=publicity)
    dossier = make.dossier(zone, "dossier_submitted", publicity=publicity)
    rows = {
        "phase": make.phase(zone),
        "place": ZoneUnit.objects.create(zone=zone, unit=unit),
        "share": DeveloperShare.objects.create(zone=zone, developer=developer),
        "link": DocumentLink.objects.create(document=own, kind="amends", other=document),
        "document": own,
        "unit": unit,
        "developer": developer,
        "status": make.status(zone),
        "area": make.area(zone),
        "land_use": make.land_use(zone),
        "occupancy": make.occupancy(zone),
        "boundary": make.boundary(zone),
        "measurement": make.measurement(zone, indicator=indicator),
        "hook": make.webhook(url="https://127.0.0.1/"),
        "calendar_key": make.calendar_key()[0],
        "import": make.imported(agency),
        "step": dossier.steps.get(),
        "pause": make.pause(dossier),
        "extension": make.extension(dossier, document=own),
        "milestone": make.milestone(dossier),
        "plan_entry": make.plan_entry(of_agency(make.plan, agency, publicity)),
        "rule": Rule.objects.first() or make.rule(),
        "silence_rule": SilenceRule.objects.first() or make.silence_rule(),
        "holiday": Holiday.objects.first() or make.holiday(make.DAY),
    }
    keys = {name: row.pk for name, row in rows.items()}
    keys["plan"] = rows["plan_entry"].plan.code
    session = of_agency(make.session, agency, publicity)
    keys |= {"session": session.code, "item": make.session_item(dossier, session=session).pk}
    task = make.task(of_agency(make.directive, agency, publicity), lead_agency=agency, zones=[zone], dossiers=[dossier])
    make.task_report(task, document=own)
    make.task_extension(task, document=own)
    keys |= {"directive": task.directive.code, "task": task.pk, "notice": make.notice(about=task).pk}
    obstacle = make.obstacle(zone=zone, dossier=dossier, agency=agency, publicity=publicity, document=own)
    update = make.obstacle_update(obstacle, by=make.user("editor", agency=agency))
    keys |= {"obstacle": obstacle.code, "obstacle_update": update.pk}
    matter = make.consultation(agency=agency, city=agency.city, publicity=publicity, document=own, dossier=dossier)
    point = make.point(make.answered(make.opinion(matter)))
    keys |= {"consultation": matter.code, "opinion": point.request.pk, "point": point.pk}
    return keys | {"zone": zone.code, "facility": facility.code, "project": project.code, "dossier": dossier.code}


def of_agency(made, agency, publicity):
    return made(agency=agency, city=agency.city, publicity=publicity)


def admin_rows(own):
    """The first row of every table of the admin."""
    from allauth.mfa.models import Authenticator
    from axes.models import AccessAttempt

    person = make.user()
    Authenticator.objects.create(user=person, type="totp", data={})
    AccessAttempt.objects.create(username="ai", ip_address="10.0.0.9", user_agent="x", failures_since_start=1)
    ApiToken.objects.create(user=person)
    make.webhook().deliveries.create(events=0, duration_ms=1)
    Letter.objects.create(user=person, on=make.DAY)
    make.session_item(Dossier.objects.get(code=own["dossier"]))
    UnitSuccession.objects.create(old=make.unit(), new=make.unit(), whole=True, on=make.DAY)
    found = {
        f"{model._meta.app_label}_{model._meta.model_name}": model._base_manager.order_by("pk").first().pk
        for model in admin.site._registry
    }
    return found | {"person": person.pk}


def visitors(agency, neighbour):
    """A client for each visitor; keys come with their header.

    That they are in use is noted for an hour ahead: every request would note it again, as what it writes is undone."""
    found = {"": Client()}
    people = {role: make.user(role, agency=agency) for role in ("viewer", "city", "editor", "approver", "head")}
    people |= {role: make.user(role, agency=agency) for role in ("auditor", "administrator")}
    people["other"] = make.user("editor", agency=neighbour)
    for name, person in people.items():
        found[name] = Client()
        found[name].force_login(person)
        session = found[name].session
        session["began"] = int(time.time())
        session["used"] = session["began"] + 3600
        session.save()
    for scope in ("read", "write"):
        key = ApiToken.objects.create(user=make.user("machine", agency=agency), scope=scope)[1]
        found[scope] = Client(headers={"Authorization": f"Bearer {key}"})
    ApiToken.objects.update(last_used_at=timezone.now() + timedelta(hours=1))
    return found


def ask(client, method, path):
    """The answer in the words of the table; whatever the request wrote is undone."""
    body = {"content_type": "application/json", "data": "{}"} if "/api/" in path and method != "GET" else {}
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, path, **body) if body else getattr(client, method.lower())(path)
        if response.streaming:
            b"".join(response.streaming_content)  # read to its end it is closed, and the connection stays as it is
        transaction.set_rollback(True)
    client.cookies = cookies
    place = response.headers.get("Location", "")
    if response.status_code == 302 and place.startswith("/accounts/login/"):
        return "L"
    return "A" if place.startswith("/admin/login/") else str(response.status_code)


def parts(table, wanted):
    """The table in parts of every so many rows: several processes share the work."""
    return [dict(list(table.items())[part::wanted]) for part in range(wanted)]


@contextmanager
def nothing_is_made_twice():
    """Of twenty thousand requests most would make the same again: a visitor's session and who they are (what a request
    writes is undone), the page that says 404 or 403 to them, an OpenAPI document. No context of a template is kept."""
    with pytest.MonkeyPatch.context() as patched:
        made = [
            (SessionStore, "load", lambda store: store.session_key, dict),
            (auth, "get_user", lambda request: request.session.session_key, copy),
            (SchemaGenerator, "get_schema", lambda generator, *args, **kwargs: type(generator), lambda made: made),
            (OpenApiJsonRenderer, "render", lambda renderer, document, *args, **kwargs: id(document), bytes),
        ]
        for owner, name, key, again in made:
            patched.setattr(owner, name, once(getattr(owner, name), key, again))
        for status, page in ((403, defaults.permission_denied), (404, defaults.page_not_found)):
            said = once(page, lambda request, exception: request.user.pk, lambda page: page.content)
            patched.setattr(urls, f"handler{status}", partial(answered, said, status))
        patched.setattr("django.test.client.store_rendered_templates", lambda store, **kwargs: None)
        yield


def once(make, key, again):
    """`make`, called once for each `key` of its arguments; `again` hands out what it made."""
    made = {}

    def asked(*args, **kwargs):
        about = key(*args, **kwargs)
        if about not in made:
            made[about] = make(*args, **kwargs)
        return again(made[about])

    return asked


def answered(said, status, request, exception):
    return HttpResponse(said(request, exception), status=status)


def wrong_cells(world, table):
    """Every cell of `table` whose answer is not the one that stands there."""
    with nothing_is_made_twice():
        return found_wrong(world, table)


def found_wrong(world, table):
    wrong = []
    for template, methods in table.items():
        for method, policy in methods.items():
            for kind, said in zip(VISITORS, policy.split(), strict=True):
                for name in VISITORS[kind]:
                    for case in world["records"] if hides(template) and said not in KEPT_OUT else ["own"]:
                        path = "/" + template.format(**world["records"][case])
                        expected = said if case == "own" else expected_hidden(name, case, method, said, template)
                        found = ask(world["visitors"][name], method, path)
                        if found not in expected.split("|"):
                            wrong.append(f"{method} {path} as {name or 'nobody'} ({case}): {found}, not {expected}")
    return wrong


def hides(template):
    """Is this the address of a record that may be hidden?"""
    ones_own = "{notice}" in template or "{calendar_key}" in template  # nobody's but their person's, in every case
    shared = template.endswith(OPEN_TO_ALL) or ones_own
    return "{" in template and not template.startswith("admin/") and not shared


def expected_hidden(name, case, method, said, template):
    """For a record that is not the visitor's own."""
    if name in SEES.get(case, ()) and (name != "city" or "{import}" not in template):
        return said if method == "GET" or name == "administrator" else "403"
    if said == "403" and method != "GET":
        return "403|404"  # refused for the role before any record is looked for, or for the record: the same for all
    return "404"


# The tests ------------------------------------------------------------------------------------------------------------


def routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route.replace("^", "")


def test_every_address_has_its_row_and_every_row_its_address(world):
    rows = [*PAGES, *ACCOUNT, *API, *ADMIN, *tables()]
    paths = ["/" + row.partition("?")[0].format(**world["records"]["own"]) for row in rows]
    answered = {resolve(path).route.replace("^", "") for path in paths}
    assert sorted(set(routes()) - answered) == [], "addresses without a row"
    assert sorted(answered - set(routes())) == [], "rows without an address"


@pytest.mark.parametrize("table", parts(PAGES, 3), ids=range(3))
def test_pages(world, table):
    wrong = wrong_cells(world, table)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("table", parts(API, 4), ids=range(4))
def test_rest_interface(world, table):
    wrong = wrong_cells(world, table)
    assert not wrong, "\n".join(wrong)


def test_account_pages(world):
    wrong = wrong_cells(world, ACCOUNT)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("table", parts(ADMIN | tables(), 2), ids=range(2))
def test_admin(world, table):
    wrong = wrong_cells(world, table)
    assert not wrong, "\n".join(wrong)


def test_a_hidden_record_answers_in_the_same_words_as_one_that_does_not_exist(world):
    reader = world["visitors"]["viewer"]
    for template in ("zones/{zone}/", "facilities/{facility}/", "documents/{document}/", "documents/{document}/file/"):
        texts = set()
        for case in ("far", "closed", "none"):
            keys = world["records"][case]
            text = reader.get("/" + template.format(**keys)).content.decode()
            text = re.sub(r'name="(csrfmiddlewaretoken|next)" value="[^"]*"', "", text)
            texts.add(text)
        assert len(texts) == 1, template


def test_the_table_would_notice_an_open_door(world, monkeypatch):
    """The control: with a rule that shows everything the hidden records are found out."""
    from django.db.models import Q

    monkeypatch.setattr("accounts.access.seen_by", lambda user, access: Q())
    row = "zones/{zone}/map.json"
    found = wrong_cells(world, {row: PAGES[row]})
    assert any("as viewer (far): 200, not 404" in cell for cell in found)


@pytest.mark.parametrize(("path", "values"), [("agencies", {"code": "MOI", "kind": "department"}), ("developers", {})])
def test_reference_rows_are_made_through_the_interface_by_administrators_only(world, path, values):
    for name, status in (("editor", 403), ("head", 403), ("write", 403), ("administrator", 201)):
        answer = world["visitors"][name].post(
            f"/api/v1/{path}", values | {"name": "Tên mới"}, content_type="application/json"
        )
        assert answer.status_code == status, name
