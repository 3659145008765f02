"""Pages of one document: what it is, which facts rest on it, its file, and how it is corrected."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import check_may_edit, get_visible_or_404, may_edit
from accounts.audit import because
from accounts.history import history_page, removed
from accounts.models import RowChange, StaleRecord
from zones.columns import document_address
from zones.forms import DocumentForm, DocumentLinkForm, FileForm
from zones.models import FACTS, Document, DocumentLink, Facility, TenantProject
from zones.models.standing import FOREVER
from zones.statements import read_statements
from zones.uploads import download, keep
from zones.views.editing import check_may_add, correct, page, remove_link, within
from zones.views.records import rows_of

RECORDS_SHOWN = 50
# Pages whose forms ask for a document and open with what their address names.
WITH_FORMS = tuple(
    f"/{part}/" for part in ("zones", "dossiers", "directives", "tasks", "obstacles", "consultations", "opinions")
)
NAMES = [name for name in DocumentForm.Meta.fields if name not in ("title", "issued_precision")]


def read(request, pk):
    return get_visible_or_404(Document.objects, request.user, pk=pk)


def own(request, pk):
    document = read(request, pk)
    check_may_edit(request.user, document)
    return document


def crumbs(document=None):
    way = [(reverse("zones:documents"), _("Văn bản"))]
    return [*way, (document_address(document), str(document))] if document else way


@require_safe
def document(request, pk):
    record = read(request, pk)
    visible, user = Document.objects.visible_to(request.user), request.user
    context = {
        "title": f"{record.get_type_display()} {record}",
        "document": record,
        "rows": rows_of(record, NAMES, user),
        "acts_on": record.acts_on.filter(other__in=visible).select_related("other").order_by("pk"),
        "acted_on_by": record.acted_on_by.filter(document__in=visible).select_related("document").order_by("pk"),
        "statements": read_statements(user, FOREVER, None, FACTS, document=record),
        "facilities": Facility.objects.visible_to(user).filter(document=record)[:RECORDS_SHOWN],
        "projects": TenantProject.objects.visible_to(user).filter(document=record)[:RECORDS_SHOWN],
        "history": history_page(changes_of(record), user, request.GET.get("page")),
        "may_edit": may_edit(user, record),
        "crumbs": crumbs(),
    }
    return render(request, "zones/document.html", context)


def changes_of(record):
    """The history of a document, of what it acts on included."""
    links = [("zones_documentlink", pk) for pk in record.acts_on.values_list("pk", flat=True)]
    links += removed(["zones_documentlink"], document_id=record.pk)
    return RowChange.objects.filter_rows([("zones_document", record.pk), *links])


@page
def document_new(request):
    record = Document(agency=request.user.agency)
    check_may_add(request, record)
    form = DocumentForm(request.POST or None, instance=record, user=request.user)
    context = {
        "title": _("Thêm văn bản"),
        "crumbs": crumbs(),
        "cancel_url": back_to_form(request) or reverse("zones:documents"),
    }
    return correct(request, form, address=lambda made: with_document(back_to_form(request), made), **context)


def back_to_form(request):
    """The form that asked for a new document, if the address names one of our own pages."""
    asked = request.GET.get("next", "")
    own = asked.startswith(WITH_FORMS) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if own else ""


def with_document(form_address, made):
    if not form_address:
        return document_address(made)
    return f"{form_address}{'&' if '?' in form_address else '?'}document={made.pk}"


@page
def document_edit(request, pk):
    record = own(request, pk)
    form = DocumentForm(request.POST or None, instance=record, user=request.user)
    context = {
        "title": _("Sửa %(name)s") % {"name": record},
        "crumbs": crumbs(record),
        "cancel_url": document_address(record),
    }
    return correct(request, form, address=document_address, **context)


@page
def document_upload(request, pk):
    """Take in the file of a document, or one that replaces it; the trace of the earlier file stays."""
    record = own(request, pk)
    form = FileForm(request.POST or None, request.FILES or None, replaces=bool(record.file))
    if request.method == "POST" and form.is_valid():
        because(form.cleaned_data["reason"])
        try:
            keep(record, form.cleaned_data["file"])
        except StaleRecord as stale:
            form.add_error(None, stale.messages)
        else:
            messages.success(request, _("Đã lưu tệp."))
            return redirect(within(request, document_address(record)))
    context = {"form": form, "title": _("Tệp của %(name)s") % {"name": record}, "submit": _("Lưu tệp")}
    context |= {"crumbs": crumbs(record), "cancel_url": within(request, document_address(record))}
    return render(request, "pages/form.html", context)


@require_safe
def document_file(request, pk):
    return download(read(request, pk))


@page
def link_new(request, pk):
    record = own(request, pk)
    form = DocumentLinkForm(request.POST or None, instance=DocumentLink(document=record), user=request.user)
    context = {
        "title": _("Văn bản này tác động đến văn bản nào?"),
        "crumbs": crumbs(record),
        "cancel_url": document_address(record),
    }
    return correct(request, form, address=lambda made: document_address(record), **context)


@page
def link_remove(request, pk, link):
    record = own(request, pk)
    found = get_visible_or_404(record.acts_on.select_related("other"), request.user, pk=link)
    words = {
        "document": record,
        "kind": found.get_kind_display(),
        "other": get_visible_or_404(Document.objects, request.user, pk=found.other_id),
    }
    context = {"title": _("Bỏ quan hệ văn bản này?"), "text": _("%(document)s %(kind)s %(other)s") % words}
    return remove_link(request, found, back=document_address(record), crumbs=crumbs(record), **context)
