"""The reports that can be made, and the progress report as a page and as files with the same numbers."""

from io import BytesIO

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import City
from accounts.context import read_frame
from reports.catalogue import CATALOGUE
from reports.charts import picture
from reports.render import FORMATS
from reports.render.layout import TableText, lay_out
from reports.sheet import Chart
from reports.views.home import own_city, with_city

FORMAT_NAMES = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}


@require_safe
def report_list(request):
    reports = [(reverse(report.page), report) for report in CATALOGUE.values()]
    return render(request, "reports/report_list.html", {"reports": reports, "formats": FORMAT_NAMES.values()})


@require_safe
def progress(request):
    frame = read_frame(request)
    if not frame.city:
        return redirect(with_city(request, own_city(request.user) or City.values[0]))
    built = CATALOGUE["progress"].build(request.user, frame.city, frame.day, frame.known)
    context = {
        "report": built,
        "parts": parts(built),
        "problem": frame.known_problem,
        "title": CATALOGUE["progress"].title,
    }
    context |= {"files": files(request), "crumbs": [(reverse("reports:list"), _("Báo cáo"))]}
    return render(request, "reports/progress.html", context | {"layout": lay_out(built)})


@require_safe
def progress_file(request, format):
    frame = read_frame(request)
    if format not in FORMATS:
        raise Http404(_("Không tìm thấy."))
    if not frame.city or frame.problem or frame.known_problem:
        return redirect(f"{reverse('reports:progress')}?{request.GET.urlencode()}")
    built = CATALOGUE["progress"].build(request.user, frame.city, frame.day, frame.known)
    name = f"bao-cao-tien-do-{frame.city}-{frame.as_of:%Y-%m-%d}.{format}"
    return attached(built, format, name)


def attached(built, format, name):
    """A built report as a file of one of FORMATS."""
    content = BytesIO(FORMATS[format].render(built))
    return FileResponse(content, as_attachment=True, filename=name, content_type=FORMATS[format].content_type)


def files(request):
    """[(address, name)] of the same report as files."""
    query = request.GET.urlencode()
    return [(f"{reverse('reports:progress_file', args=[kind])}?{query}", name) for kind, name in FORMAT_NAMES.items()]


def parts(report):
    """[(heading, blocks)]: the parts of the body, then the appendices, as they are read."""
    layout, found = lay_out(report), []
    for item in layout.items:
        if item.kind == "part":
            found.append((item.text, []))
        elif item.kind != "end":
            found[-1][1].append(drawn(item, report.language))
    return found + [
        (f"{one.label}. {one.title}", [drawn(item, report.language) for item in one.items]) for one in layout.appendices
    ]


def drawn(item, language):
    """An item as the page sets it: a chart with its picture, a table with the side on which each cell stands."""
    block = {"kind": item.kind, "text": item.text, "notes": item.notes}
    if isinstance(item.of, Chart):
        return block | {"picture": picture(item.of, language)}
    if isinstance(item.of, TableText):
        table = item.of
        rows = [
            (total, list(zip(row, table.aligns, strict=True)))
            for row, total in zip(table.rows, table.totals, strict=True)
        ]
        return block | {"heads": list(zip(table.heads, table.aligns, strict=True)), "rows": rows}
    return block
