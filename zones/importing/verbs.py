"""What is done with a file: taken in and previewed, written down as a whole, or not at all.

A preview changes nothing. Applying plans once more, with everything that it would change held, and writes only when
every row comes out as it was previewed."""

import gc
import hashlib
import re
import uuid
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import acting
from zones.importing import preview
from zones.importing.layout import NAMED, Row, Table, holds_table, read_table
from zones.importing.plan import make_plan, write
from zones.importing.reading import Unreadable, read_sheets
from zones.importing.targets import TARGETS
from zones.models import Import
from zones.recording import FactConflict
from zones.uploads import clean_name, ending_of

State = Import.State
QUOTED = re.compile(r"'+[=+\-@\t\r]")


class ImportChanged(ValidationError):
    """The register has changed since the preview: the rows would no longer do what was looked at."""

    def __init__(self, imported):
        self.imported = imported
        super().__init__(_("Sổ đã thay đổi từ lúc xem trước. Kết quả xem trước đã được tính lại; hãy xem rồi ghi."))


class AlreadyApplied(ValidationError):
    """The same file is in the register already; `imported` is the import that brought it."""

    def __init__(self, imported):
        self.imported = imported
        when, who = imported.applied_at, imported.applied_by
        words = _("Tệp này đã được ghi vào sổ.")
        if when and who:
            words = _("Tệp này đã được %(who)s ghi vào sổ lúc %(when)s.") % {
                "who": who,
                "when": f"{timezone.localtime(when):%H:%M %d/%m/%Y}",
            }
        super().__init__(words)


class Busy(ValidationError):
    """Somebody holds what is to be written, for longer than one waits."""

    def __init__(self):
        super().__init__(_("Sổ đang được người khác ghi. Thử lại sau ít phút; chưa có gì thay đổi."), "busy")


# Taking in -----------------------------------------------------------------------------------------------------------


def upload(file, *, what, by, sheet="", skip_rejected=False):
    """Keep the file and preview it; what cannot be read, or which sheet is meant, stands in the import's state.

    The same content handed in again by the same agency gives the import that is there already."""
    if by.role_rules.edit == "nothing":
        raise PermissionDenied(_("Tài khoản này không nhập được tệp."))
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(_("Tệp lớn hơn %(most)s.") % {"most": filesizeformat(settings.UPLOAD_MAX_BYTES)}, "size")
    name = clean_name(file.name)
    imported = Import(what=what, file_name=name, skip_rejected=skip_rejected, agency=by.agency, uploaded_by=by)
    imported.file_sha256 = digest_of(file)
    imported.file.save(f"{uuid.uuid4().hex}.{ending_of(name)}", file, save=False)
    return look(imported, sheet, by)


def choose_sheet(imported, sheet, *, by):
    """Say which of several sheets is meant."""
    if imported.state != State.SHEET:
        raise ValidationError(_("Tệp này không chờ chọn trang tính."))
    return look(imported, sheet, by)


def digest_of(file):
    found = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


@contextmanager
def unswept():
    """Without the collector of garbage, which would look again and again through a million objects that all stay."""
    sweeps = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeps:
            gc.enable()


@unswept()
def look(imported, sheet, by):
    """Read the file, find its table, preview it."""
    try:
        sheets = read_sheets(imported.file.path, imported.file_name)
        chosen = pick_sheet(sheets, sheet, TARGETS[imported.what])
        if chosen is None:
            imported.sheets = [one.name for one in sheets if not one.hidden]
            return known_or_kept(imported, State.SHEET)
        imported.sheet = chosen.name[:120]
        table = read_table(without_quotes(chosen, imported.file_name), TARGETS[imported.what])
        table.warnings += hidden_sheets(sheets)
        if found := known(imported, State.PREVIEWED, State.APPLIED):
            return instead(imported, found, by)
        return show(imported, table, make_plan(TARGETS[imported.what], table, by))
    except Unreadable as why:
        imported.problem = f"{why.cell}: {why.message}" if why.cell else str(why.message)
        return known_or_kept(imported, State.REFUSED)


def pick_sheet(sheets, wanted, target):
    """The sheet that is meant: the named one, or the only visible one that holds such a table; None when it must be
    asked. Unreadable when no sheet does."""
    if wanted:
        named = [one for one in sheets if one.name == wanted]
        if not named:
            raise Unreadable(_("Tệp không có trang tính “%(name)s”.") % {"name": wanted})
        if named[0].hidden:
            raise Unreadable(_("Trang tính “%(name)s” bị ẩn. Bỏ ẩn rồi tải lên lại.") % {"name": wanted})
        return named[0]
    seen = [one for one in sheets if not one.hidden and one.rows]
    holding = [one for one in seen if holds_table(one, target)]
    if holding:
        return holding[0] if len(holding) == 1 else None
    if hidden := [one.name for one in sheets if one.hidden and one.rows and holds_table(one, target)]:
        raise Unreadable(_("Trang tính “%(name)s” bị ẩn. Bỏ ẩn rồi tải lên lại.") % {"name": hidden[0]})
    if not seen:
        raise Unreadable(_("Tệp không có nội dung."))
    return seen[0]


def hidden_sheets(sheets):
    """The sentence about sheets that nobody sees and that are not read, when there are any."""
    names = [f"“{one.name}”" for one in sheets if one.hidden and one.rows]
    words = _("Không đọc %(count)s trang tính bị ẩn: %(names)s.")
    return [words % {"count": len(names), "names": ", ".join(names[:NAMED])}] if names else []


def without_quotes(sheet, name):
    """Our csv puts an apostrophe before what a spreadsheet would run; it is no part of the text."""
    if ending_of(name) == "csv":
        for _number, cells in sheet.rows:
            cells[:] = [cell[1:] if isinstance(cell, str) and QUOTED.match(cell) else cell for cell in cells]
    return sheet


def known(imported, *states):
    """The import that the same agency made of the same content for the same end, newest first."""
    same = {name: getattr(imported, name) for name in ("file_sha256", "what", "sheet", "skip_rejected", "agency")}
    found = Import.objects.filter(state__in=states, **same).exclude(pk=imported.pk)
    return (found if imported.agency_id else found.filter(uploaded_by=imported.uploaded_by_id)).first()


def known_or_kept(imported, state):
    if imported.pk is None and (found := known(imported, state)):
        imported.file.delete(save=False)
        return found
    imported.state = state
    imported.save()
    return imported


def instead(imported, found, by):
    """Nothing is taken in twice; a preview that was not applied yet is worked out anew."""
    imported.file.delete(save=False)
    if imported.pk:
        imported.delete()
    if found.state == State.PREVIEWED:
        table = table_of(found)
        return show(found, table, make_plan(TARGETS[found.what], table, by))
    return found


def show(imported, table, plan):
    """Keep the preview: what each row would do."""
    old = imported.preview.name
    imported.plan_sha256 = preview.digest(plan.outcomes)
    content = preview.written(table, plan.outcomes)
    imported.preview.save(f"{uuid.uuid4().hex}.jsonl.gz", ContentFile(content), save=False)
    totals = preview.totals(plan.outcomes, table.skipped)
    for name in ("rows", *preview.OUTCOMES):
        setattr(imported, name, totals[name])
    imported.state = State.PREVIEWED
    with transaction.atomic():
        if imported.pk:
            refuse_applied(Import.objects.select_for_update().get(pk=imported.pk))
        imported.save()
    if old:
        transaction.on_commit(lambda: imported.preview.storage.delete(old))
    return imported


def outcomes(imported):
    """The stored account of what each row would do, or did."""
    return preview.Preview(imported.preview)


def table_of(imported):
    """The table as it was read at first, from the stored preview."""
    held = outcomes(imported)
    rows = [Row(number, cells) for number, cells in held.cells()]
    return Table(imported.sheet, [tuple(head) for head in held.heads], rows, held.skipped, held.warnings)


# Writing down --------------------------------------------------------------------------------------------------------


@unswept()
def apply(imported, *, by, skip_rejected=False):
    """Write down every row as it was previewed; all of them, or (`skip_rejected`) all that are not rejected."""
    refuse_applied(imported)
    table, target = table_of(imported), TARGETS[imported.what]
    try:
        with patience(), transaction.atomic(), acting(by, reason=reason_of(imported), request_id=trace_of(imported)):
            take_time()
            held = claim(imported, by, skip_rejected)
            plan = make_plan(target, table, by, lock=True)
            if preview.digest(plan.outcomes) != held.plan_sha256:
                raise ImportChanged(imported)
            if held.rejected and not held.skip_rejected:
                raise ValidationError(
                    _("%(count)s dòng có lỗi; sửa tệp, hoặc chọn ghi mà bỏ qua dòng lỗi.") % {"count": held.rejected},
                    "rejected",
                )
            write(plan, target, by)
    except (ImportChanged, FactConflict, IntegrityError):
        refuse_applied(imported)
        raise ImportChanged(show(imported, table, make_plan(target, table, by))) from None
    return held


def take_time():
    """A large file is worked out for longer than PostgreSQL lets a transaction rest between two statements."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '5min'")


@contextmanager
def patience():
    """Whoever waits too long for what others hold is told so."""
    try:
        yield
    except OperationalError as trouble:
        if any(word in str(trouble) for word in ("lock timeout", "deadlock", "locked")):
            raise Busy from trouble
        raise


def reason_of(imported):
    return _("Nhập từ tệp %(name)s") % {"name": imported.file_name}


def trace_of(imported):
    """What ties the history rows of one applied import together."""
    return f"import-{imported.pk}-{imported.file_sha256[:16]}"


def claim(imported, by, skip_rejected):
    """Hold the import and mark it as applied; of several at once, the others wait here and find it done."""
    held = Import.objects.select_for_update().get(pk=imported.pk)
    if not Import.objects.editable_by(by).filter(pk=held.pk).exists():
        raise PermissionDenied(_("Chỉ cơ quan đã tải tệp lên được ghi tệp này vào sổ."))
    refuse_applied(held)
    if held.state != State.PREVIEWED:
        raise ValidationError(_("Tệp này chưa được xem trước."))
    held.skip_rejected = held.skip_rejected or skip_rejected
    held.state, held.applied_by, held.applied_at = State.APPLIED, by, timezone.now()
    held.save()
    return held


def refuse_applied(imported):
    """The same content is in the register once, whoever handed it in."""
    same = {name: getattr(imported, name) for name in ("file_sha256", "what", "sheet")}
    if applied := Import.objects.filter(state=State.APPLIED, **same).select_related("applied_by").first():
        raise AlreadyApplied(applied)
