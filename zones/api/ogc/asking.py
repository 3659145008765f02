"""What a GIS program may ask of a collection: a box, a day, how many, and where the last page ended."""

import math
import re
from dataclasses import dataclass

import shapely
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.context import read_day, read_moment
from zones.mapping import holding, with_boundary
from zones.models import Zone

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
USUAL, MOST = 100, 1000
DAY_LENGTH = len("2025-12-31")
NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{0,20})?([eE][+-]?\d{1,2})?")
CURSOR = re.compile(r"([^\x00]{0,600})\.(\d{1,18})")


def refuse(name, message):
    raise serializers.ValidationError({name: [message]})


def check_crs(asked):
    """Everything is read and given in WGS 84, longitude first."""
    if not {"", CRS84}.issuperset(asked):
        refuse("crs", _("Chỉ có hệ toạ độ %(crs)s.") % {"crs": CRS84})


def read_limit(text):
    """How many features a page may hold; more than MOST is MOST, as the standard wants it."""
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and int(text[:18])):
        refuse("limit", _("Cần một số nguyên dương."))
    return min(int(text[:18]), MOST)


def read_day_asked(text):
    """The day whose figures are meant; None for today. An instant means its day here; an interval means its last day,
    with what holds then, because every figure goes on holding until another takes its place."""
    parts = [part.strip() for part in text.split("/")]
    try:
        days = [None if part in ("", "..") else local_day(part) for part in parts]
    except ValueError:
        days = []
    backwards = len(days) == 2 and None not in days and days[0] > days[1]
    if text and (len(days) not in (1, 2) or backwards or parts == [".."]):
        refuse("datetime", _("Cần một ngày, một thời điểm hoặc một khoảng, như 2025-12-31 hoặc 2025-01-01/2025-12-31."))
    day = days[-1]
    return day if day and day < timezone.localdate() else None


def local_day(text):
    return read_day(text) if len(text) <= DAY_LENGTH else timezone.localtime(read_moment(text.upper())).date()


@dataclass(frozen=True)
class Box:
    west: float
    south: float
    east: float
    north: float

    @property
    def holds_point(self):
        return Q(lon__gte=self.west, lon__lte=self.east, lat__gte=self.south, lat__lte=self.north)

    @property
    def touches(self):
        """The condition for a boundary whose own box meets this one."""
        return Q(
            min_lon__lte=self.east, max_lon__gte=self.west, min_lat__lte=self.north, max_lat__gte=self.south
        )  # fmt: skip

    @property
    def holds_all(self):
        return Q(min_lon__gte=self.west, max_lon__lte=self.east, min_lat__gte=self.south, max_lat__lte=self.north)


def read_boxes(text):
    """The box of `bbox`, in degrees WGS 84, longitude first; two when it goes across the 180th meridian; none without.

    Of six numbers the heights are passed over: nothing in the register has a height."""
    if not text:
        return []
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (4, 6) or not all(NUMBER.fullmatch(part) for part in parts):
        refuse("bbox", _("Cần bốn hoặc sáu số: kinh độ tây, vĩ độ nam, kinh độ đông, vĩ độ bắc."))
    numbers = [float(part) for part in parts]
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if south > north or not all(map(math.isfinite, numbers)):
        refuse("bbox", _("Vĩ độ nam phải nhỏ hơn vĩ độ bắc."))
    if west > east:
        return [Box(west, south, 180, north), Box(-180, south, east, north)]
    return [Box(west, south, east, north)]


def any_of(conditions):
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def within(records, boxes, user, day):
    """The records that lie in one of the boxes, drawn as the map draws them: a zone's boundary where one holds."""
    in_box = any_of(box.holds_point for box in boxes)
    if records.model is not Zone:
        return records.filter(in_box)
    boundaries = holding(user, day)
    if boxes:
        best = boundaries.filter(zone=OuterRef("pk")).best_first().values("pk")[:1]
        meeting = Q(outline__in=those_meeting(boundaries, boxes)) | (Q(outline__isnull=True) & in_box)
        records = records.alias(outline=Subquery(best)).filter(meeting)
    return with_boundary(records, boundaries)


def those_meeting(boundaries, boxes):
    """The boundaries that have a point in one of the boxes. Their own boxes decide nearly all; the shapes of those on
    an edge are looked at."""
    touching = boundaries.filter(any_of(box.touches for box in boxes))
    on_edge = touching.exclude(any_of(box.holds_all for box in boxes)).values_list("pk", "geometry")
    area = shapely.union_all([shapely.box(box.west, box.south, box.east, box.north) for box in boxes])
    apart = [pk for pk, geometry in on_edge if not shapely.geometry.shape(geometry).intersects(area)]
    return touching.exclude(pk__in=apart).values("pk")


def cursor_of(record):
    """Where a page ended: the name as it sorts, and the key. It stays right while rows come and go."""
    return f"{record.name_sort}.{record.pk}"


def after(records, cursor):
    """The records behind the one where the last page ended, in the order that all pages share."""
    records = records.order_by("name_sort", "pk")
    if not cursor:
        return records
    if not (found := CURSOR.fullmatch(cursor)):
        refuse("cursor", _("Không đọc được vị trí trang; hãy đi theo liên kết “next”."))
    name, pk = found[1], int(found[2])
    return records.filter(name_sort__gte=name).exclude(name_sort=name, pk__lte=pk)
