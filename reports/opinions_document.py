"""The table “tổng hợp, tiếp thu, giải trình ý kiến góp ý” of a consultation as a document: how opinions were asked for,
every point with what became of it, then the agencies by name.

Every number and word comes from `Opinions`; here it gets its sentence, its column, its basis and its source."""

import datetime

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.access import City
from accounts.models import Agency
from planning.consultation_lists import ANSWERED
from planning.models import OpinionItem, OpinionState
from reports.opinions import Opinions, opinions
from reports.progress_report import CITIES, language
from reports.sheet import Block, Column, Heading, Paragraph, Points, Report, Row, Section, Signature, Table, figure
from zones.models.fact import spelled

Outcome = OpinionItem.Outcome


def opinions_report(user, consultation, on=None) -> Report:
    """What became of `consultation` by the end of `on` (None: today), as `user` may see it."""
    return as_document(opinions(user, consultation, on))


def as_document(found: Opinions) -> Report:
    asked = found.consultation
    committee, _department, place, _city = CITIES[City(asked.city)]
    issuer = asked.agency
    above = "" if issuer.kind == Agency.Kind.COMMITTEE else str(issuer.parent or committee)
    return Report(
        kind=_("Bảng tổng hợp, tiếp thu, giải trình ý kiến góp ý"),
        subject=f"{asked.title} ({asked.version_text})" if asked.version_text else asked.title,
        issuer=issuer.name,
        issuer_parent=above,
        symbol=f"BTH-{issuer.code.partition('-')[2] or issuer.code}",
        place=place,
        sections=(Section("", (*course(found), *result(found))),),
        recipients=(_("Lãnh đạo cơ quan (để báo cáo)"), _("Lưu: VT, hồ sơ")),
        signer=Signature(_("Thủ trưởng cơ quan")),
        cutoff_on=found.cutoff_on,
        made_at=timezone.make_aware(datetime.datetime.combine(found.cutoff_on, datetime.time())),
        landscape=True,
        language=language(),
    )


def table(found, title, columns, rows, basis):
    source = _("Sổ lấy ý kiến, đợt %(code)s") % {"code": found.consultation.code}
    return Table(title=title, columns=columns, rows=tuple(rows), basis=basis, cutoff_on=found.cutoff_on, source=source)


# 1. How opinions were asked for ---------------------------------------------------------------------------------------


def course(found) -> tuple[Block, ...]:
    lines = [_("Văn bản lấy ý kiến: %(letter)s") % {"letter": letter(found.consultation)}]
    if not found.requests:
        lines.append(_("Chưa gửi lấy ý kiến cơ quan nào đến ngày chốt số liệu"))
        return Heading(_("Quá trình lấy ý kiến")), Points(tuple(f"{line}." for line in lines))
    lines += period(found)
    return Heading(_("Quá trình lấy ý kiến")), Points(tuple(f"{line}." for line in lines)), numbers(found)


def letter(asked):
    """The letter with its day; of one that the reader may not see, that there is one."""
    if not asked.document_id:
        return _("sổ chưa ghi số, ngày")
    if not asked.document:
        return _("văn bản hạn chế")
    if not asked.document.issued_on:
        return str(asked.document)
    day = spelled(asked.document.issued_on, asked.document.issued_precision)
    return _("%(number)s, ngày ban hành %(day)s") % {"number": asked.document.number, "day": day}


def period(found):
    """From when until when; who had more time; which rule speaks of silence; when it ended."""
    asked = found.consultation
    words = {"from": figure(asked.sent_on, "date"), "until": figure(asked.due_on, "date"), "term": asked.term_length}
    words["unit"] = asked.get_term_unit_display()
    lines = [_("Thời gian: gửi ngày %(from)s, hạn trả lời ngày %(until)s (%(term)s %(unit)s)") % words]
    if more := found.with_more_time:
        words = {"n": len(more), "day": figure(max(one.due_on for one in more), "date")}
        lines.append(_("Gửi sau hoặc được gia hạn: %(n)s cơ quan, muộn nhất đến ngày %(day)s") % words)
    if asked.silence_rule:
        lines.append(_("Quá hạn không trả lời: coi như đồng ý theo %(rule)s") % {"rule": asked.silence_rule.article})
    else:
        lines.append(_("Quá hạn không trả lời: không có quy định coi là đồng ý"))
    if asked.closed_on and asked.closed_on <= found.cutoff_on:
        lines.append(_("Kết thúc ngày %(day)s") % {"day": figure(asked.closed_on, "date")})
    return lines


def numbers(found):
    answered = len(found.answered)
    counted = [
        (_("Được hỏi"), len(found.requests)),
        (_("Đã trả lời"), answered),
        (_("Trong hạn"), answered - found.late),
        (_("Sau hạn"), found.late),
        *((capfirst(str(state.label)), len(found.agencies(state))) for state in (*ANSWERED, *NOT_ANSWERED)),
    ]
    basis = _(
        "được hỏi = đã trả lời + im lặng, coi như đồng ý + quá hạn, chưa trả lời + chờ trả lời; đã trả lời = trong hạn "
        "+ sau hạn = đồng ý + đồng ý, có góp ý + không đồng ý; trả lời nhiều lần thì tính lần cuối"
    )
    columns = tuple(Column(title, kind="integer", align="center") for title, _number in counted)
    rows = [Row(tuple(number for _title, number in counted))]
    return table(found, _("Số cơ quan được hỏi và đã trả lời"), columns, rows, f"{basis}{limits(found)}")


NOT_ANSWERED = (OpinionState.DEEMED, OpinionState.SILENT, OpinionState.WAITING)


def limits(found):
    return "" if found.whole else _("; chỉ gồm những cơ quan mà người lập bảng được xem")


# 2. What became of the opinions ---------------------------------------------------------------------------------------


def result(found) -> tuple[Block, ...]:
    blocks = [Heading(_("Kết quả tổng hợp")), Paragraph(summed(found))]
    if found.points:
        blocks.append(points_table(found))
    if found.requests:
        blocks += [Heading(_("Cơ quan được hỏi theo ý kiến")), Points(by_name(found))]
    return tuple(blocks)


def summed(found):
    settled = found.settled
    if not found.points:
        return _("Đến ngày chốt số liệu chưa có điểm góp ý nào.")
    words = {"n": settled.total(), "accepted": settled[Outcome.ACCEPTED], "in_part": settled[Outcome.IN_PART]}
    words |= {"rejected": settled[Outcome.REJECTED], "open": settled[""]}
    said = (
        _(
            "Có %(n)s điểm góp ý: %(accepted)s tiếp thu, %(in_part)s tiếp thu một phần, %(rejected)s không tiếp thu, "
            "%(open)s chưa xử lý."
        )
        % words
    )
    more = _("%(n)s ý kiến chưa được tách thành điểm, in nguyên văn ở cuối bảng.") % {"n": found.unsplit}
    return f"{said} {more}" if found.unsplit else said


def points_table(found):
    columns = (
        Column(_("TT"), kind="integer", share=4, align="center"),
        Column(_("Nhóm vấn đề hoặc phần, mục"), share=14),
        Column(_("Cơ quan, tổ chức, cá nhân góp ý (số, ngày văn bản)"), share=18),
        Column(_("Nội dung góp ý"), share=27), Column(_("Tiếp thu, giải trình"), share=24),
        Column(_("Nội dung đã chỉnh sửa (chỗ, bản)"), share=13),
    )  # fmt: skip
    rows = [
        Row((number, point.about, said_by(point), point.text, answer_to(point.item), changed(point.item)))
        for number, point in enumerate(found.points, 1)
    ]
    basis = _(
        "mỗi điểm góp ý một dòng, xếp theo nhóm vấn đề; ý kiến chưa tách thành điểm đứng cuối; xử lý như sổ ghi khi "
        "lập bảng"
    )
    title = _("Tổng hợp, tiếp thu, giải trình ý kiến góp ý")
    return table(found, title, columns, rows, f"{basis}{limits(found)}")


def said_by(point):
    """Sở Xây dựng (123/SXD-QH, 12/10/2026)"""
    request = point.request
    agency = str(request.agency)
    who = f"{point.item.said_by}, {agency}" if point.item and point.item.said_by else agency
    paper = request.reply_number or (request.document.number if request.document else "")
    return f"{who} ({', '.join(filter(None, (paper, figure(request.answered_on, 'date'))))})"


def answer_to(item):
    """What became of the point, in a word first; then why."""
    if item is None or not item.outcome:
        return _("Chưa xử lý")
    return f"{capfirst(item.get_outcome_display())}: {item.response}"


def changed(item):
    """Mục 3, trang 12 (dự thảo lần 3); "" where nothing was changed."""
    if item is None or not item.place:
        return ""
    return f"{item.place} ({item.in_version})"


def by_name(found):
    """Every agency that was asked once, by what stands of it."""
    lines = []
    for state in (*ANSWERED, *NOT_ANSWERED):
        names = found.agencies(state)
        words = {"state": capfirst(str(state.label)), "n": len(names), "names": "; ".join(names) or _("không có")}
        lines.append(_("%(state)s (%(n)s): %(names)s.") % words)
    return tuple(lines)
