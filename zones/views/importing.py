"""Pages of imported files: hand in, look at what would change, write it down as a whole, take it back as a whole."""

from io import BytesIO
from pathlib import PurePath
from types import SimpleNamespace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import check_may_edit, get_visible_or_404, may_edit
from accounts.context import read_frame
from accounts.templatetags.portal import number
from zones import importing
from zones.forms import ReasonForm
from zones.forms.importing import ImportFilterSet, SheetForm, UploadForm
from zones.importing.mending import error_list
from zones.importing.preview import CREATED
from zones.importing.verbs import trace_of
from zones.models import Import
from zones.models.importing import kinds
from zones.uploads import as_attachment, clean_name
from zones.views.editing import confirm, page, within

PAGE_SIZE, AT_FIRST = 200, 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKS = {"sheet": "soon", "refused": "late", "previewed": "soon", "applied": "on-track", "undone": "removed"}
# outcome → heading of its rows; in the order in which they are looked at
OUTCOMES = {
    "rejected": gettext_lazy("Dòng lỗi"),
    "updated": gettext_lazy("Sửa"),
    "created": gettext_lazy("Thêm"),
    "unchanged": gettext_lazy("Giữ nguyên"),
}
TOTALS = {
    "created": gettext_lazy("thêm"),
    "updated": gettext_lazy("sửa"),
    "unchanged": gettext_lazy("giữ nguyên"),
    "rejected": gettext_lazy("lỗi"),
}


def read(request, pk):
    return get_visible_or_404(Import.objects, request.user, pk=pk)


def own(request, pk):
    imported = read(request, pk)
    check_may_edit(request.user, imported)
    return imported


def address(imported):
    return reverse("zones:import", args=[imported.pk])


def crumbs(imported=None):
    way = [(reverse("zones:imports"), _("Các tệp đã nhập"))]
    return [*way, (address(imported), imported.file_name)] if imported else way


# The list -------------------------------------------------------------------------------------------------------------


@require_safe
def imports(request):
    """Who brought what, when, from which file, and what became of it."""
    found = Import.objects.visible_to(request.user).select_related("agency", "uploaded_by")
    asked = ImportFilterSet(request.GET, found)
    page = Paginator(asked.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"title": _("Các tệp đã nhập"), "caption": _("Các tệp đã nhập"), "filter": asked, "page": page}
    context |= {"page_range": page.paginator.get_elided_page_range(page.number), "heads": HEADS}
    context |= {
        "rows": [line(one, read_frame(request).tail) for one in page],
        "may_import": imports_files(request.user),
    }
    return render(request, "zones/import_list.html", context)


HEADS = [
    {"label": gettext_lazy("Tệp")},
    {"label": gettext_lazy("Nhập vào")},
    {"label": gettext_lazy("Tình trạng")},
    {"label": gettext_lazy("Kết quả từng dòng")},
    {"label": gettext_lazy("Người tải lên")},
    {"label": gettext_lazy("Lúc")},
    {"label": gettext_lazy("Cơ quan")},
]


def line(imported, tail):
    counted = (
        [f"{label} {number(getattr(imported, name))}" for name, label in TOTALS.items()] if imported.preview else []
    )
    return [
        {"text": imported.file_name, "url": f"{address(imported)}{tail}"},
        {"text": imported.get_what_display()},
        {"text": imported.get_state_display(), "state": MARKS[imported.state]},
        {"text": " · ".join(counted), "long": True},
        {"text": str(imported.uploaded_by), "long": True},
        {"text": f"{timezone.localtime(imported.uploaded_at):%d/%m/%Y %H:%M}"},
        {"text": str(imported.agency or ""), "long": True},
    ]


# Handing in -----------------------------------------------------------------------------------------------------------


def imports_files(user):
    return user.role_rules.edit != "nothing"


@page
def import_new(request):
    """Take in a file; what it would change stands on the next page."""
    if not imports_files(request.user):
        raise PermissionDenied(_("Tài khoản này chỉ được xem, không nhập được từ tệp."))
    form = UploadForm(request.POST or None, request.FILES or None, initial={"what": request.GET.get("what")})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(within(request, address(importing.upload(**form.cleaned_data, by=request.user))))
        except ValidationError as problem:
            form.add_error("file", problem.messages)
    context = {"form": form, "title": _("Nhập từ tệp"), "submit": _("Tải lên và xem trước"), "crumbs": crumbs()}
    context["kinds"] = kinds()
    return render(request, "zones/import_new.html", context)


@require_safe
def template(request, what):
    """The empty form of one kind, with what each column expects."""
    if what not in importing.TARGETS:
        raise Http404(_("Không tìm thấy."))
    return sheet(importing.template(what), f"mau-{what}.xlsx")


def sheet(content, name):
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=XLSX)


@require_POST
def import_sheet(request, pk):
    """Say which of several sheets is meant."""
    imported = own(request, pk)
    form = SheetForm(request.POST, sheets=imported.sheets)
    if not form.is_valid():
        return show(request, imported, form)
    return act(request, imported, lambda: importing.choose_sheet(imported, form.cleaned_data["sheet"], by=request.user))


# One file -------------------------------------------------------------------------------------------------------------


@require_safe
def import_page(request, pk):
    imported = read(request, pk)
    return show(request, imported, SheetForm(sheets=imported.sheets))


def show(request, imported, sheet_form):
    """What has become of the file, the one thing to do next, and what each row does."""
    context = {"title": imported.file_name, "imported": imported, "sheet_form": sheet_form, "crumbs": crumbs()}
    context |= {"may_edit": may_edit(request.user, imported), "mark": MARKS[imported.state]}
    context["writes"] = imported.created + imported.updated
    if imported.applied_at and request.user.role_rules.admin:
        context["history"] = f"{reverse('admin:accounts_rowchange_changelist')}?q={trace_of(imported)}"
    if imported.preview:
        context |= preview_of(request, imported)
    return render(request, "zones/import.html", context)


def preview_of(request, imported):
    """Every outcome with its first rows, or the one that the address names, page by page."""
    preview, asked = importing.outcomes(imported), request.GET.get("outcome")
    chosen = [asked] if asked in OUTCOMES else [outcome for outcome in OUTCOMES if preview.totals[outcome]]
    parts = [part(request, preview, outcome, paged=asked in OUTCOMES) for outcome in chosen]
    link(request, imported, [row for part in parts for row in part["rows"]], number_added(parts))
    totals = [(outcome, TOTALS[outcome], preview.totals[outcome]) for outcome in TOTALS]
    context = {"totals": totals, "skipped": preview.skipped, "warnings": preview.warnings, "parts": parts}
    return context | {"outcome": asked if asked in OUTCOMES else ""}


def number_added(parts):
    """The place of the first shown row among those that were added."""
    first = next((part for part in parts if part["outcome"] == CREATED), {})
    return first["page"].start_index() - 1 if first.get("page") else 0


def link(request, imported, rows, start):
    """Each row to the page where it stands; what was new when it was looked at has one once it is written down."""
    target, tail = importing.TARGETS[imported.what], read_frame(request).tail
    is_applied = imported.state == Import.State.APPLIED
    new = [row for row in rows if row.outcome == CREATED and not row.url] if is_applied else []
    if target.is_coded:
        for row in new:
            row.url = target.address(SimpleNamespace(code=row.label.partition(" ")[0]))
    elif new:
        ids = importing.added(imported)[start : start + len(new)]
        seen = set(target.model.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True))
        for row, pk in zip(new, ids, strict=False):
            row.url = target.address(SimpleNamespace(pk=pk)) if pk in seen else ""
    for row in rows:
        page = row.url if "?" in row.url else f"{row.url}{tail}"
        row.href = f"{page}#{target.section}" if is_applied else page


def part(request, preview, outcome, *, paged):
    rows, count = preview.rows(outcome), preview.totals[outcome]
    found = {"outcome": outcome, "heading": OUTCOMES[outcome], "count": count}
    if not paged:
        return found | {"rows": rows[:AT_FIRST]}
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return found | {"rows": page, "page": page, "page_range": page.paginator.get_elided_page_range(page.number)}


@require_safe
def import_file(request, pk):
    imported = read(request, pk)
    return as_attachment(imported.file, clean_name(imported.file_name))


@require_safe
def import_errors(request, pk):
    imported = read(request, pk)
    if not imported.rejected:
        raise Http404(_("Tệp này không có dòng lỗi."))
    return sheet(error_list(imported), clean_name(f"Lỗi - {PurePath(imported.file_name).stem}.xlsx"))


@require_POST
def import_apply(request, pk):
    """Write it down as it was looked at, or show what has changed since."""
    imported, skip = own(request, pk), "skip_rejected" in request.POST
    if request.POST.get("plan") != imported.plan_sha256:
        messages.warning(request, _("Kết quả xem trước vừa được tính lại. Hãy xem lại rồi ghi."))
        return redirect(within(request, address(imported)))
    return act(request, imported, lambda: importing.apply(imported, by=request.user, skip_rejected=skip))


def act(request, imported, verb):
    """Do it and show the file's page, which says what came of it; a refusal stands above it in words."""
    try:
        imported = verb()
    except importing.AlreadyApplied as already:
        imported = Import.objects.visible_to(request.user).filter(pk=already.imported.pk).first() or imported
        messages.warning(request, already.messages[0])
    except ValidationError as problem:
        for message in problem.messages:
            messages.error(request, message)
    return redirect(within(request, address(imported)))


@page
def import_undo(request, pk):
    """Take the whole file back; what was changed since stays, and then nothing is taken back."""
    imported = own(request, pk)
    context = {"title": _("Hoàn tác tệp %(name)s?") % {"name": imported.file_name}, "submit": _("Hoàn tác")}
    context["text"] = _("Mọi bản ghi và số liệu mà tệp này thêm hay sửa trở lại như trước. Lịch sử giữ cả hai lần.")
    context |= {"back": address(imported), "crumbs": crumbs(imported), "done": _("Đã hoàn tác.")}
    form = ReasonForm(request.POST or None)
    return confirm(
        request, form, lambda given: importing.undo(imported, by=request.user, reason=given["reason"]), **context
    )
