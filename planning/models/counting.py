"""How many rows belong to each record, as a sub-select: it is counted only for the records that are read."""

from django.db.models import Count, IntegerField, Subquery
from django.db.models.functions import Coalesce


def how_many(rows, of):
    """How many of `rows` there are; `of`: their way to the record, to which they are bound by OuterRef already."""
    found = rows.values(of).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)
