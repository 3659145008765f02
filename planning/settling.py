"""Many points of one consultation settled in one form: each row for itself, and nothing that was typed is lost."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator

from accounts.models import StaleRecord
from planning import consulting
from planning.consultation_forms import SettleRow
from planning.models import OpinionItem

AT_ONCE = 40  # rows of a page


class SettlePage:
    """The points of a consultation that are not settled (or, when asked for, all of them) as rows of one form."""

    def __init__(self, consultation, request):
        self.user = request.user
        found = OpinionItem.objects.visible_to(self.user).filter(request__consultation=consultation)
        self.points = found.select_related("request__agency", "request__consultation").order_by(
            "request__agency__name", "request", "number"
        )
        self.shows_all, self.page, self.written = "all" in request.GET, None, 0
        if request.method == "POST":
            self.opened_with(request.POST)
        else:
            wanted = self.points if self.shows_all else self.points.filter(outcome="")
            self.page = Paginator(wanted, AT_ONCE).get_page(request.GET.get("page"))
            self.rows = [self.row(point) for point in self.page.object_list]

    def opened_with(self, data):
        """The rows that the writer had in view, those that somebody else has settled since included."""
        ids = [pk for pk in data.getlist("point") if pk.isdecimal() and len(pk) < 16][:AT_ONCE]
        self.rows = [self.row(point, data) for point in self.points.filter(pk__in=ids)]
        self.version = data.get("version_for_all", "").strip()[:200]

    def row(self, point, data=None):
        return SettleRow(data, record=point, user=self.user, prefix=f"point-{point.pk}")

    def write(self):
        """Write the rows that were touched; what could not be written stays as it was typed. Was every one written?"""
        self.rows = [self.attempt(row) if row.is_touched else row for row in self.rows]
        return not any(row.errors or row.theirs for row in self.rows if row.is_bound)

    def attempt(self, row):
        """The row as it now has to be shown: anew when it was written, otherwise with what is wrong."""
        if not row.is_valid():
            return row
        try:
            settled = consulting.settle(row.record, **row.given(self.version))
        except StaleRecord:
            row.renew(self.points.get(pk=row.record.pk))
            row.theirs = row.record
        except ValidationError as problem:
            row.take(problem)
        else:
            self.written += 1
            return self.row(settled)
        return row

    @property
    def is_stale(self):
        return any(row.theirs for row in self.rows)
