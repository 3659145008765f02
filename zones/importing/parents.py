"""Zones whose parent zone is new in the same file, in whatever order the rows stand.

A row whose parent cannot be written cannot be either, nor can those that name each other in a circle; parents are
written first."""

from collections import defaultdict

from django.utils.translation import gettext as _

from zones.models import Zone

COLUMNS = ("parent_code", "parent")
SHOWN = 6  # codes of a circle


def refuse_orphans(sheet, drafts):
    """Refuse by cell the circles of parents, then every row whose new parent is rejected, and those below it."""
    tied = [draft for draft in drafts if "parent" in draft.written]
    if not tied:
        return
    refuse_circles(sheet, tied)
    children = defaultdict(list)
    for draft in tied:
        if not draft.refusals:
            children[id(new_parent(draft.record))].append(draft)
    rejected = [draft for draft in drafts if draft.refusals and draft.is_new]
    while rejected:
        parent = rejected.pop()
        for draft in children.pop(id(parent.record), ()):
            where = {"code": parent.record.code, "row": parent.row.number}
            refuse(sheet, draft, _("Khu gốc %(code)s ở dòng %(row)s có lỗi; sửa dòng ấy trước.") % where)
            if draft.is_new:
                rejected.append(draft)


def refuse(sheet, draft, message):
    sheet.refuse(draft, next(key for key in COLUMNS if key in sheet.place), message)


def refuse_circles(sheet, tied):
    """Refuse the rows by which a zone would become a part of its own part."""
    above = dict(Zone.objects.filter(parent__isnull=False).values_list("pk", "parent"))
    for draft in tied:
        zone = draft.record
        above[known_as(zone)] = known_as(zone.parent) if zone.parent else None
    codes = {known_as(zone): zone.code for draft in tied for zone in (draft.record, draft.record.parent) if zone}
    free = {None}
    for draft in tied:
        way, zone = {}, known_as(draft.record)
        while zone not in free and zone not in way:
            way[zone] = len(way)
            zone = above.get(zone)
        if zone in way and way[zone] == 0:
            told = " → ".join(codes.get(one, "…") for one in [*list(way)[:SHOWN], zone])
            refuse(sheet, draft, _("Khu gốc đi vòng: %(codes)s.") % {"codes": told})
        elif zone not in way:
            free |= way.keys()


def known_as(zone):
    return zone.pk or zone.code


def new_parent(record):
    """The parent that is not stored yet; None when there is none, or when it is."""
    if not isinstance(record, Zone) or record.parent_id:
        return None
    return Zone._meta.get_field("parent").get_cached_value(record, default=None)


def generations(records):
    """The records in groups: each after the one that holds their parents."""
    below = defaultdict(list)
    for record in records:
        below[id(new_parent(record))].append(record)
    group = below.pop(id(None), [])
    while group:
        yield group
        group = [child for record in group for child in below.pop(id(record), ())]


def tie(records):
    """Give the records the numbers that their parents have got."""
    for record in records:
        if parent := new_parent(record):
            record.parent = parent
