"""`Idempotency-Key`: a POST that is sent again because its answer was lost acts once and is answered the same again.

After draft-ietf-httpapi-idempotency-key-header. The answer is kept in the transaction of its effect: either both are
there or neither. Refusals are not kept: what was refused may be mended and sent again under the same key."""

import hashlib
import json
import re
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from django.db import OperationalError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer

from accounts.models import IdempotentRequest
from accounts.rest import Problem

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,128}")
KEPT_FOR = timedelta(days=7)
REMOVED_AT_ONCE = 100
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL: waited longer than lock_timeout


class KeyReused(Problem):
    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_detail = _("Idempotency-Key này đã dùng cho một yêu cầu khác. Yêu cầu mới cần khoá mới.")


class StillRunning(Problem):
    status_code = HTTPStatus.CONFLICT
    default_detail = _("Yêu cầu cùng Idempotency-Key còn đang chạy. Gửi lại sau giây lát.")


class Once:
    """For an endpoint: any POST of it may carry an `Idempotency-Key`."""

    shown_once = ()  # members of an answer that are secrets: they are not kept, and null when it is given again

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        act = getattr(self, "post", None)
        if act and request.method == "POST" and HEADER in request.headers:
            self.post = partial(self.once, act)

    def once(self, act, request, *args, **kwargs):
        """What `act` answers, or what it answered the first time. The body is read before the database is held."""
        asked = {"address": request.path[:500], "body_sha256": fingerprint(request)}
        with transaction.atomic():
            kept, first = claim(request.user, read_key(request), asked)
            if not first:
                return again(kept, asked)
            response = self.finalize_response(request, act(request, *args, **kwargs)).render()
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                transaction.set_rollback(True)
            else:
                keep(kept, response, self.shown_once)
        return response


def read_key(request):
    """The key, with or without the quotation marks that the draft writes around it."""
    key = request.headers[HEADER].strip().removeprefix('"').removesuffix('"')
    if not KEY.fullmatch(key):
        raise ValidationError({HEADER: [_("Khoá gồm 1 đến 128 chữ cái, chữ số, dấu ASCII, không có khoảng trắng.")]})
    return key


def fingerprint(request):
    """SHA-256 of what was sent: the same fields and files, however the client has written them down."""
    sent = dict(request.data.lists()) if hasattr(request.data, "lists") else request.data
    text = json.dumps([request.get_full_path(), sent], sort_keys=True, default=digest_of)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(upload):
    digest = hashlib.sha256(upload.name.encode())
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def claim(user, key, asked):
    """(row, True) for the first request with this key. Whoever comes meanwhile waits here until the first is done."""
    remove_old()
    try:
        return IdempotentRequest.objects.get_or_create(user=user, key=key, defaults=asked)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise StillRunning(headers={"Retry-After": "2"}) from error


def keep(kept, response, shown_once):
    secrets = {name: None for name in shown_once if name in response.data}
    told = JSONRenderer().render(response.data | secrets) if secrets else response.content
    kept.status, kept.body = response.status_code, told.decode()
    kept.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    kept.save()


def again(kept, asked):
    if kept.body_sha256 != asked["body_sha256"]:
        raise KeyReused
    return HttpResponse(kept.body, status=kept.status, headers=kept.headers | {"Idempotent-Replayed": "true"})


def remove_old():
    """Forget what is older than a week, a hundred at a time; rows that another writer is removing are left to it."""
    old = IdempotentRequest.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).order_by("created_at")
    ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:REMOVED_AT_ONCE])
    if ids:
        IdempotentRequest.objects.filter(pk__in=ids).delete()
