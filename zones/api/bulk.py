"""Many rows in one request and one transaction: all are written, or none and every row that stands in the way is told.

A row obeys what a single request obeys: the same serializer, the same rights, the same versions."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts.models import StaleRecord
from accounts.rest import TooLarge, by_field, in_rest_terms
from zones.recording import enter, ledgers, remove, retract

MOST_ROWS = 1_000
TOO_MANY = _("Nhiều nhất %(most)s dòng một lần. Nhiều hơn: nhập từ tệp (/api/v1/imports) hoặc gửi làm nhiều lần.")
REFUSALS = (exceptions.APIException, ValidationError, PermissionDenied, IntegrityError, DataError)


class Rows:
    """What was sent, row by row; `take` collects the answers and the problems."""

    def __init__(self, sent, verbs):
        if not isinstance(sent, Mapping):
            raise exceptions.ValidationError([_("Cần một đối tượng JSON.")])
        wrong = {name: [_("Không có trường này.")] for name in sent if name not in verbs}
        self.of = {verb: sent.get(verb, []) for verb in verbs}
        for verb, rows in self.of.items():
            if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
                wrong[verb] = [_("Cần một danh sách các dòng.")]
        if not wrong and not any(self.of.values()):
            wrong = [_("Không có dòng nào.")]
        if wrong:
            raise exceptions.ValidationError(wrong)
        if sum(map(len, self.of.values())) > MOST_ROWS:
            raise TooLarge(TOO_MANY % {"most": MOST_ROWS})
        self.problems = {}

    def take(self, verb, act, rows=None):
        """What `act` answers for each row of `verb`."""
        answers = []
        for place, row in enumerate(self.of[verb] if rows is None else rows):
            try:
                with transaction.atomic():
                    answers.append(act(row))
            except REFUSALS as error:
                self.problems[f"{verb}/{place}"] = told(error)
                answers.append(None)
        return answers

    def refuse(self):
        """Leave nothing behind when any row was refused."""
        if self.problems:
            raise exceptions.ValidationError(self.problems)


def told(error):
    """{field: [messages]} of one row."""
    if isinstance(error, StaleRecord):
        return {"etag": error.messages}
    error = in_rest_terms(error)
    if isinstance(error, exceptions.ValidationError):
        return by_field(error.detail)
    return {"non_field_errors": [str(getattr(error, "detail", error))]}


def found_by(view, key, rows):
    """The records that rows of a bulk request name, by `key`: one query for all."""
    shape = str if key == "code" else int
    wanted = {row.get(key) for row in rows if type(row.get(key)) is shape}
    return {getattr(record, key): record for record in view.get_queryset().filter(**{f"{key}__in": wanted})}


def pick(view, found, key, row):
    """The record that a row names, if this user may change it."""
    if key not in row:
        raise exceptions.ValidationError({key: [_("Cần cho biết bản ghi nào.")]})
    record = found.get(row[key]) if isinstance(row[key], (str, int)) else None
    if record is None:
        raise exceptions.ValidationError({key: [_("Không tìm thấy.")]})
    view.check_object_permissions(view.request, record)
    return record


class BulkRecords:
    """Create, correct and delete, in this order, so that what is left of a row to be deleted can be moved before."""

    def __init__(self, view, sent):
        self.view, self.key = view, view.lookup_field.replace("pk", "id")
        self.rows = Rows(sent, ("create", "update", "delete"))
        self.serializer = view.get_serializer()

    def run(self):
        with transaction.atomic():
            self.found = found_by(self.view, self.key, self.rows.of["update"] + self.rows.of["delete"])
            acts = {"create": self.create, "update": self.update, "delete": self.delete}
            answers = {verb: self.rows.take(verb, act) for verb, act in acts.items()}
            self.rows.refuse()
        return answers

    def create(self, row):
        return self.answer(self.write(None, row), "created")

    def update(self, row):
        record = self.read(row)
        fields = {name: value for name, value in row.items() if name not in (self.key, "etag")}
        return self.answer(self.write(record, fields), "updated")

    def delete(self, row):
        record, reason = self.read(row), words_of(row, "reason", self.key, "etag")
        gone = {"id": record.pk, self.key: row[self.key], "etag": None, "outcome": "deleted"}
        remove(record, by=self.view.request.user, reason=reason)
        return gone

    def read(self, row):
        """The record of a row in the version that the row says was read."""
        record = pick(self.view, self.found, self.key, row)
        if not row.get("etag"):
            raise exceptions.ValidationError({"etag": [_("Cần etag của bản đã đọc.")]})
        if row["etag"] != record.etag:
            said = _("Bản ghi vừa được người khác sửa; etag nay là %(etag)s.") % {"etag": record.etag}
            raise exceptions.ValidationError({"etag": [said]})
        return record

    def write(self, record, fields):
        """One serializer serves all rows: making its fields anew would cost more than writing the row."""
        self.serializer.instance, self.serializer.partial = record, record is not None
        validated = self.serializer.run_validation(fields)
        return self.serializer.update(record, validated) if record else self.serializer.create(validated)

    def answer(self, record, outcome):
        named = {"id": record.pk, self.key: getattr(record, self.key)}
        return named | {"etag": record.etag, "outcome": outcome}


class BulkFacts:
    """Record and withdraw; the figures of each zone are reckoned once, at the end."""

    def __init__(self, view, sent):
        self.view, self.user = view, view.request.user
        self.rows = Rows(sent, ("create", "withdraw"))
        self.serializer = view.get_serializer()

    def run(self):
        found = found_by(self.view, "id", self.rows.of["withdraw"])
        drafts = self.rows.take("create", self.draft)
        gone = self.rows.take("withdraw", lambda row: (pick(self.view, found, "id", row), words_of(row, "note", "id")))
        self.rows.refuse()
        with ledgers([fact.zone_id for fact, *_rest in drafts + gone]) as self.zones:
            answers = {
                "create": self.rows.take("create", self.enter, drafts),
                "withdraw": self.rows.take("withdraw", self.retract, gone),
            }
            self.rows.refuse()
        return answers

    def draft(self, row):
        self.serializer.run_validation(row)
        return self.serializer.draft, self.serializer.superseded, self.serializer.seen

    def enter(self, drafted):
        fact, superseded, seen = drafted
        enter(fact, self.zones, by=self.user, supersedes=superseded, seen=seen)
        return {"id": fact.pk, "outcome": "created"}

    def retract(self, asked):
        fact, note = asked
        retract(fact, self.zones, by=self.user, note=note)
        return {"id": fact.pk, "outcome": "withdrawn"}


def words_of(row, name, *others):
    """The reason that a row gives under `name`; nothing but that and `others` may stand in the row."""
    wrong = {given: [_("Không có trường này.")] for given in row if given not in (name, *others)}
    if not isinstance(row.get(name, ""), str):
        wrong[name] = [_("Giá trị không đúng kiểu.")]
    if wrong:
        raise exceptions.ValidationError(wrong)
    return row.get(name, "")


# The OpenAPI document -------------------------------------------------------------------------------------------------

TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def rows_schema(*rows):
    """A list of rows, each of all these schemas at once."""
    return {"type": "array", "items": {"allOf": list(rows)} if len(rows) > 1 else rows[0]}


def row_schema(required, **properties):
    return {"type": "object", "required": required, "properties": properties}


def request_schema(work, name, key):
    """What a bulk request holds, told with the components of the single requests."""
    own, single = {key: TEXT if key == "code" else WHOLE}, {"$ref": f"#/components/schemas/{name}Request"}
    verbs = {"create": rows_schema(single)}
    if work is BulkFacts:
        verbs["withdraw"] = rows_schema(row_schema(["id", "note"], id=WHOLE, note=TEXT))
    else:
        versioned = row_schema([key, "etag"], **own, etag=TEXT)
        verbs["update"] = rows_schema({"$ref": f"#/components/schemas/Patched{name}Request"}, versioned)
        verbs["delete"] = rows_schema(row_schema([key, "etag"], **own, etag=TEXT, reason=TEXT))
    return {"type": "object", "properties": verbs}


def answer_schema(work, key):
    outcome = {"type": "string", "enum": ["created", "updated", "deleted", "withdrawn"]}
    told = {"id": WHOLE, "outcome": outcome}
    if work is BulkRecords:
        told |= {"etag": TEXT | {"nullable": True}} | ({"code": TEXT} if key == "code" else {})
    verbs = ("create", "withdraw") if work is BulkFacts else ("create", "update", "delete")
    return row_schema(list(verbs), **{verb: rows_schema(row_schema(sorted(told), **told)) for verb in verbs})


def in_bulk(work, name, key="id"):
    """The action `POST …/bulk` of a viewset; `name` is that of the serializer's component in the OpenAPI document."""

    @extend_schema(
        request={"application/json": request_schema(work, name, key)},
        responses={(200, "application/json"): answer_schema(work, key)},
    )
    @action(detail=False, methods=["post"], pagination_class=None, filter_backends=[], renderer_classes=[JSONRenderer])
    def bulk(self, request, *args, **kwargs):
        """Ghi nhiều dòng trong một lần: ghi được tất cả, hoặc không ghi dòng nào và nêu mọi dòng sai."""
        return Response(work(self, request.data).run())

    return bulk
