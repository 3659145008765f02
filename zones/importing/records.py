"""Rows of zones, facilities, projects and documents: found by code, number or identity, then drafted and checked."""

import re
import unicodedata
from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import may_edit
from accounts.text import TONES
from zones import mapping
from zones.importing.cells import Unclear, is_nothing, read_integer, read_text, spelling
from zones.importing.drafting import Draft, Sheetwise
from zones.importing.figures import draft_figures
from zones.importing.lookups import Lookups
from zones.importing.parents import refuse_orphans
from zones.importing.reading import Unreadable
from zones.importing.rules import problems
from zones.models.standing import FIGURES

IDENTITY = ("type", "number", "year", "issuer")
AT_ONCE = 5_000  # values in one question
MOST_NAMED = 5
SEPARATED = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")
TONELESS = dict.fromkeys(map(ord, TONES))
EMPTY = {"status": "", "area_kind": "", "occupancy_basis": "", "has_boundary": False, "has_decision": False}


def draft_records(target, table, by, *, lock):
    """A Draft of each row, with its changes and refusals; nothing is written. `lock`: hold the rows that are found."""
    sheet = Sheetwise(target, table, Lookups(by), tells=not lock)
    drafting = by_code if target.is_coded else by_cells if target.identity else by_identity
    drafts = drafting(sheet, by, lock)
    asked = [draft for draft in drafts if not draft.is_settled]
    for draft in asked:
        sheet.fill(draft)
    if target.what == "zones":
        sheet.lookups.expect(draft.record for draft in asked if draft.is_new)
        for draft in asked:
            sheet.fill(draft, later=True)
        draft_figures(sheet, asked)
    for draft in asked:
        sheet.check_fixed(draft)
        check(sheet, draft, by)
    refuse_twice(sheet, asked)
    if not target.identity:
        refuse_taken(sheet, asked)
    if target.what == "zones":
        refuse_namesakes(sheet, asked)
        refuse_orphans(sheet, asked)
    return drafts


def check(sheet, draft, by):
    """Who may leave the record like this, and whether the model's own rules allow it."""
    if not (draft.is_new or draft.traces or draft.facts):
        return
    if not (draft.may_before and may_edit(by, draft.record)):
        sheet.refuse(draft, "", _("Chỉ cơ quan quản lý bản ghi này được sửa."))
    if not sheet.target.is_coded:
        draft.record.derive()  # the year, which is a part of what tells documents apart
    fields = sheet.written if draft.is_new else draft.written
    for name, message in problems(draft.record, fields, sheet.accepted):
        key = next((key for key in sheet.at if sheet.target.by_key[key].attribute == name), "")
        words = message if key or not name else f"{draft.record._meta.get_field(name).verbose_name}: {message}"
        if not any(key and sheet.target.by_key[key].title == one.column for one in draft.refusals):
            sheet.refuse(draft, key, words)


# Which record a row is of --------------------------------------------------------------------------------------------


def by_code(sheet, by, lock):
    codes = []
    for row in sheet.table.rows:
        try:
            codes.append(read_text(row.cells[sheet.place["code"]]))
        except Unclear as why:
            codes.append(why)
    written = [code for code in codes if isinstance(code, str) and code]
    held = stored(sheet, by, "code", written, lock)
    meant = miswritten(sheet, by, set(written) - held.keys())
    drafts = []
    for row, code in zip(sheet.table.rows, codes, strict=True):
        found = held.get(code) if isinstance(code, str) else None
        draft = begin(sheet, row, found, by) if found else anew(sheet, row, by, code=code)
        if not isinstance(code, str) or not code:
            sheet.refuse(draft, "code", code or _("Dòng này không có mã."))
        elif code in meant:
            asked = _("Mã “%(code)s” chưa có; có phải %(meant)s?") % {"code": code, "meant": meant[code]}
            sheet.refuse(draft, "code", asked)
            draft.is_settled = True
        drafts.append(draft)
    return drafts


def miswritten(sheet, by, codes):
    """{code: the one of the register that it is but for case, spaces and kinds of dashes}."""
    tidy = {code: SEPARATED.sub("-", code.upper()).strip("-") for code in codes}
    wanted, held = sorted({right for code, right in tidy.items() if right != code}), set()
    for start in range(0, len(wanted), AT_ONCE):
        found = sheet.target.model.objects.visible_to(by).filter(code__in=wanted[start : start + AT_ONCE])
        held |= set(found.values_list("code", flat=True))
    return {code: right for code, right in tidy.items() if right != code and right in held}


def by_cells(sheet, by, lock):
    """Records that the cells of their key tell apart: a day; a code and its first day; a plan and a number in it."""
    named = [identity_named(sheet, row, by) for row in sheet.table.rows]
    first = sheet.fields[sheet.target.identity[0]].attname
    values = {identity[0] for identity in named if identity} - {None, ""}
    held = {name_of(sheet, one): one for one in stored(sheet, by, first, values, lock, many=True)}
    drafts = []
    for row, identity in zip(sheet.table.rows, named, strict=True):
        found = held.get(identity)
        drafts.append(begin(sheet, row, found, by) if found else anew(sheet, row, by, **code_given(sheet, row)))
    return drafts


def identity_named(sheet, row, by):
    """What the cells of the key say, in the words of `name_of`; None when one of them cannot be read."""
    scratch = anew(sheet, row, by, **code_given(sheet, row))
    try:
        for name in sheet.target.identity:
            if name in sheet.by_attribute:
                sheet.set(scratch, name, sheet.by_attribute[name])
    except Unclear:
        return None
    return name_of(sheet, scratch.record)


def code_given(sheet, row):
    """{"code": what its cell says} where a code is a part of the key; what cannot be read is refused as no code."""
    if "code" not in sheet.target.identity:
        return {}
    try:
        return {"code": read_text(row.cells[sheet.place["code"]])}
    except Unclear:
        return {"code": ""}


def by_identity(sheet, by, lock):
    """Documents: by the number in the register where the row has one, otherwise by type, number, year and issuer."""
    numbers = [number_of(sheet, row) for row in sheet.table.rows]
    identities = [identity_of(sheet, row) for row in sheet.table.rows]
    held = stored(sheet, by, "pk", [number for number in numbers if isinstance(number, int)], lock)
    alike = stored(sheet, by, "number", {identity[1] for identity in identities if identity}, lock, many=True)
    alike = {identity_in(document): document for document in alike}
    dated = {(one.type, one.number, one.issuer) for one in alike.values() if one.year}
    drafts = []
    for row, number, identity in zip(sheet.table.rows, numbers, identities, strict=True):
        found = held.get(number) if isinstance(number, int) else alike.get(identity) if number is None else None
        draft = begin(sheet, row, found, by) if found else anew(sheet, row, by)
        if number is not None and found is None:
            sheet.refuse(draft, "id", number if isinstance(number, Unclear) else _("Sổ không có mã số này."))
        elif not found and identity and not identity[2] and (*identity[:2], identity[3]) in dated:
            sheet.refuse(draft, "year", _("Sổ đã có văn bản cùng số có năm; ghi năm để biết là văn bản nào."))
        drafts.append(draft)
    return drafts


def identity_in(document):
    return tuple(getattr(document, name) for name in IDENTITY)


def identity_of(sheet, row):
    """What the cells say of type, number, year and issuer; None when one of them cannot be read."""
    said = {}
    for key in ("type", "number", "year", "issuer", "issued_on", "signed_on"):
        place = sheet.place.get(key)
        cell = None if place is None else row.cells[place]
        try:
            said[key] = None if is_nothing(cell) else sheet.read(sheet.target.by_key[key], cell)
        except Unclear:
            return None
    day = (said["issued_on"] or [None])[0] or said["signed_on"]
    if not (said["type"] and said["number"]):
        return None
    return (said["type"], said["number"], said["year"] or (day and day.year), said["issuer"] or "")


def number_of(sheet, row):
    """The number in the register that a row names; None without one, Unclear when it cannot be read."""
    place = sheet.place.get("id")
    cell = None if place is None else row.cells[place]
    try:
        return None if is_nothing(cell) else read_integer(cell)
    except Unclear as why:
        return why


def begin(sheet, row, record, by):
    return Draft(row, record, is_new=False, may_before=may_edit(by, record))


def anew(sheet, row, by, **given):
    record = sheet.target.model(*sheet.blank.values())
    for name, value in (sheet.target.default(by) | given).items():
        setattr(record, name, value)
    return Draft(row, record, is_new=True)


def stored(sheet, by, name, values, lock, *, many=False):
    """The visible records whose `name` is one of `values`, by it; with `many` a list of them."""
    found, wanted = [], sorted(set(values))
    day = cut_off(sheet)
    for start in range(0, len(wanted), AT_ONCE):
        chosen = {f"{name}__in": wanted[start : start + AT_ONCE]}
        if lock:
            list(sheet.target.model.objects.filter(**chosen).order_by("pk").select_for_update().values_list("pk"))
        found += read(sheet, by, chosen, day)
    return found if many else {getattr(record, name): record for record in found}


def read(sheet, by, chosen, day):
    rows = sheet.target.listing.rows
    found = list(prepared(sheet, rows(by, day, None), by, day).filter(**chosen))
    if day is None:
        return found
    known = {record.pk for record in found}
    silent = [one for one in prepared(sheet, rows(by, None, None), by, day).filter(**chosen) if one.pk not in known]
    for zone in silent:  # of which the register knew nothing on that day
        for figure in FIGURES:
            setattr(zone, figure, EMPTY.get(figure))
        zone.figures_until = day
    return found + silent


def prepared(sheet, records, by, day):
    with_shapes = sheet.target.what == "zones" and "geometry" in sheet.place
    return mapping.with_boundary(records, mapping.holding(by, day)) if with_shapes else records


def cut_off(sheet):
    """The past day of whose figures a file of zones speaks; None for today. It must be one day for the whole file."""
    place = sheet.place.get("as_of") if sheet.target.what == "zones" else None
    if place is None:
        return None
    days = {}
    for row in sheet.table.rows:
        try:
            if not is_nothing(row.cells[place]):
                days.setdefault(sheet.read(sheet.target.by_key["as_of"], row.cells[place]), row.number)
        except Unclear as why:
            raise Unreadable(str(why), sheet.table.address(row.number, sheet.at["as_of"])) from None
    if len(days) > 1:
        where = sheet.table.address(max(days.values()), sheet.at["as_of"])
        raise Unreadable(_("Cột “Số liệu đến ngày” có nhiều ngày; một tệp chỉ nói về một ngày."), where)
    day = next(iter(days), None)
    return day if day and day < timezone.localdate() else None


# What only the whole file, or the whole register, can tell -----------------------------------------------------------


def refuse_twice(sheet, drafts):
    """A record that stands in several rows cannot be taken from any of them."""
    groups = defaultdict(list)
    for draft in drafts:
        if which := draft.record.pk or name_of(sheet, draft.record):
            groups[which].append(draft)
    for group in groups.values():
        if len(group) > 1:
            rows = ", ".join(str(draft.row.number) for draft in group)
            for draft in group:
                key = "number" if "number" in sheet.target.key_names else sheet.target.key_names[0]
                sheet.refuse(draft, key, _("Cùng một bản ghi đứng ở nhiều dòng: %(rows)s.") % {"rows": rows})


def name_of(sheet, record):
    """What must be its own in the whole register."""
    if sheet.target.is_coded:
        return record.code
    if sheet.target.identity:
        return tuple(getattr(record, sheet.fields[name].attname) for name in sheet.target.identity)
    kind, number, *others = identity_in(record)
    return (kind, number.upper(), *others) if number else None


def refuse_taken(sheet, drafts):
    """A code or an identity that already belongs to another record, be it one that the person may not see."""
    doubtful = [draft for draft in drafts if draft.is_new or draft.written & set(IDENTITY)]
    column = "code" if sheet.target.is_coded else "number"
    values = {getattr(draft.record, column) for draft in doubtful}
    values, taken = sorted(values | {value.upper() for value in values}), defaultdict(set)
    for start in range(0, len(values), AT_ONCE):
        held = sheet.target.model.objects.filter(**{f"{column}__in": values[start : start + AT_ONCE]})
        for one in held.only(*(["code"] if sheet.target.is_coded else IDENTITY)):
            taken[name_of(sheet, one)].add(one.pk)
    for draft in doubtful:
        if taken[name_of(sheet, draft.record)] - {draft.record.pk}:
            sheet.refuse(draft, column, _("Sổ đã có bản ghi khác như vậy."))


def refuse_namesakes(sheet, drafts):
    """A zone that comes under a new code with the name of another one of its city would be counted twice."""
    named = defaultdict(list)
    for draft in drafts:
        if draft.record.name and (draft.is_new or "name" in draft.written):
            named[draft.record.city, spoken(draft.record.name)].append(draft)
    for (city, words), group in named.items():
        alike = sheet.lookups.zones.get(spelling(group[0].record.name), {}).values()
        bearers = [zone for zone in alike if zone.city == city and spoken(zone.name) == words]
        for draft in group:
            others = [zone.code for zone in bearers if zone.pk != draft.record.pk]
            others += [one.record.code for one in group if one is not draft]
            if others:
                text = _("Cùng thành phố đã có khu tên này, mã %(codes)s. Ghi mã đó, hoặc đặt tên cho phân biệt.")
                sheet.refuse(draft, "name", text % {"codes": ", ".join(others[:MOST_NAMED])})


def spoken(name):
    """A name whatever its case and the vowel on which a tone mark stands: Hoà Phú is Hòa Phú, Sơn Đông not Sơn Đồng."""
    words = unicodedata.normalize("NFD", name.lower()).split()
    return tuple((word.translate(TONELESS), "".join(char for char in word if char in TONES)) for word in words)
