"""The progress report as a document: I general, II by kind, III by status, IV completeness, V requests, two appendices.

Every number comes from `Progress`; here it gets its sentence, its table, its basis and its source."""

import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.access import City
from reports.progress import Progress, progress
from reports.sheet import (
    Appendix,
    Bar,
    Block,
    Chart,
    Column,
    Heading,
    Paragraph,
    Points,
    Report,
    Row,
    Section,
    Signature,
    Table,
    figure,
)
from zones.models.zone import ZoneKind

REGISTER = gettext_lazy("Sổ đăng ký khu, cụm; căn cứ của từng khu, cụm ở Phụ lục II")
DEADLINE = datetime.date(2026, 12, 31)  # NĐ 32/2024/NĐ-CP Điều 35 khoản 4 điểm b
CITIES = {  # the People's Committee, the department that reports to it, the place of issue; the city in a sentence
    City.HN: (
        "Uỷ ban nhân dân thành phố Hà Nội",
        "Sở Công Thương thành phố Hà Nội",
        "Hà Nội",
        gettext_lazy("thành phố Hà Nội"),
    ),
    City.HCM: (
        "Uỷ ban nhân dân Thành phố Hồ Chí Minh",
        "Sở Công Thương Thành phố Hồ Chí Minh",
        "Thành phố Hồ Chí Minh",
        gettext_lazy("Thành phố Hồ Chí Minh"),
    ),
}


def progress_report(user, city, on=None, known=None) -> Report:
    """The progress of `city` on the day `on` (None: today), as known at `known` (None: now), as `user` may see it."""
    return as_document(progress(user, city, on, known))


def as_document(found: Progress) -> Report:
    committee, department, place, city = CITIES[City(found.city)]
    issuer, short = (found.issuer.name, found.issuer.code.partition("-")[2]) if found.issuer else (department, "SCT")
    return Report(
        subject=_("Tiến độ quy hoạch, phát triển khu, cụm công nghiệp trên địa bàn %(city)s") % {"city": city},
        issuer=issuer,
        issuer_parent=committee,
        symbol=f"BC-{short}",
        place=place,
        addressed_to=(committee,),
        sections=(
            Section(_("Tình hình chung"), general(found)),
            Section(_("Tình hình theo loại khu, cụm"), by_kind(found)),
            Section(_("Tình hình theo tình trạng"), by_status(found)),
            Section(_("Mức độ đầy đủ và chênh lệch số liệu"), how_complete(found)),
            Section(_("Đề xuất, kiến nghị"), requests(found)),
        ),
        appendices=(
            Appendix(_("Tổng hợp khu, cụm công nghiệp theo loại và tình trạng"), (crossed_table(found),)),
            Appendix(_("Danh sách khu, cụm công nghiệp"), (full_list(found),), landscape=True),
        ),
        recipients=(_("Như trên"), _("Lãnh đạo cơ quan (để báo cáo)"), _("Lưu: VT")),
        signer=Signature(_("Thủ trưởng cơ quan")),
        cutoff_on=found.cutoff_on,
        made_at=found.known or timezone.make_aware(datetime.datetime.combine(found.cutoff_on, datetime.time())),
        language=language(),
    )


def language():
    return "en" if get_language() == "en" else "vi"


def told(one):
    """A figure as running text says it: "1.234,5 ha (98 trong 115 khu, cụm có số liệu)"."""
    if one.value is None:
        return _("chưa có số liệu")
    return amount(one) if one.whole else f"{amount(one)} {rests(one)}"


def amount(one):
    if one.kind == "percent":
        return figure(share(one.value), "percent", language())
    return f"{figure(one.value, one.kind, language())} {one.unit}"


def rests(one):
    return _("(%(n)s trong %(of)s khu, cụm có số liệu)") % {"n": one.n, "of": one.of}


def share(percent):
    """sheet.py writes shares of one."""
    return None if percent is None else percent / 100


def table(found, title, columns, rows, basis, source="", footnotes=()):
    source = source or str(REGISTER)
    return Table(
        title=title, columns=columns, rows=tuple(rows), basis=basis, cutoff_on=found.cutoff_on, source=source,
        footnotes=footnotes,
    )  # fmt: skip


# I, II, III -------------------------------------------------------------------------------------------------------


def general(found) -> tuple[Block, ...]:
    seen = found.overview
    total = seen.total
    kinds = ", ".join(f"{line.zones.value} {line.label.lower()}" for line in seen.kinds if line.zones.value)
    planned = {"zones": total.zones.value, "kinds": kinds or _("chưa có khu, cụm nào"), "area": told(total.area)}
    names = ("yes", "no", "unknown", "running", "idle", "unclear")
    formed = dict(zip(names, (one.value for one in (*seen.established, *seen.operating)), strict=True))
    land = {"industrial": told(total.industrial), "leased": told(total.leased), "occupancy": told(total.occupancy)}
    left_out = _("%(n)s khu, cụm không được tính vì sổ chưa có số liệu nào đến ngày chốt.") % {"n": seen.left_out}
    return (
        Heading(_("Quy hoạch")),
        Paragraph(_("Sổ đăng ký có %(zones)s khu, cụm: %(kinds)s. Tổng diện tích: %(area)s.") % planned),
        *([Paragraph(left_out)] if seen.left_out else []),
        Heading(_("Hình thành")),
        Paragraph(
            _(
                "Thành lập: %(yes)s khu, cụm đã thành lập, %(no)s chưa thành lập, %(unknown)s chưa rõ. "
                "Hoạt động: %(running)s khu, cụm đã hoạt động, %(idle)s chưa hoạt động, %(unclear)s chưa rõ. "
                "Hai việc được ghi riêng vì có cụm hoạt động khi chưa có quyết định thành lập."
            )
            % formed
        ),
        Heading(_("Lấp đầy")),
        Paragraph(_("Đất công nghiệp: %(industrial)s. Đã cho thuê: %(leased)s. Tỷ lệ lấp đầy: %(occupancy)s.") % land),
        Paragraph(_("Cách tính tỷ lệ lấp đầy: %(basis)s.") % {"basis": total.occupancy.basis}),
        Paragraph(
            _(
                "Hình dưới là tổng diện tích ở từng bước của các khu, cụm có số liệu; các bước dựa vào những khu, cụm "
                "khác nhau nên chưa so được trực tiếp."
            )
        ),
        funnel_chart(seen.funnel, found.cutoff_on, _("Từ quy hoạch đến cho thuê"), str(REGISTER)),
    )


def funnel_chart(figures, cutoff_on, title, source, *, links=False):
    """From plan to leased, as report and home page draw it; on the home page each bar opens its list."""
    bars = (Bar(f"{one.label} {rests(one)}", (one.value,), listed(one) if links else "") for one in figures)
    return Chart(
        title=title, unit="ha", cutoff_on=cutoff_on, source=source, form="funnel", bars=tuple(bars)
    )  # fmt: skip


def listed(one):
    return f"{reverse('zones:list')}?{one.query}"


def by_kind(found):
    title = _("Số khu, cụm, diện tích và tỷ lệ lấp đầy theo loại")
    total = found.overview.total
    basis = _("diện tích là %(area)s; tỷ lệ lấp đầy là %(occupancy)s")
    basis = basis % {"area": total.area.basis, "occupancy": total.occupancy.basis}
    return (lines_table(found, title, _("Loại"), found.overview.kinds, basis),)


def by_status(found):
    title = _("Số khu, cụm, diện tích và tỷ lệ lấp đầy theo tình trạng")
    basis = _("như bảng theo loại ở phần II; tình trạng là tình trạng ghi nhận ở ngày chốt số liệu")
    first = lines_table(found, title, _("Tình trạng"), found.overview.statuses, basis)
    if not found.stopped:
        return first, Paragraph(_("Không ghi nhận khu, cụm nào tạm dừng hoặc chậm triển khai."))
    return first, stopped_table(found)


def lines_table(found, title, first, lines, basis):
    total = found.overview.total
    columns = (
        Column(first, share=24), Column(_("Số khu, cụm"), kind="integer", share=10),
        Column(_("Diện tích"), "ha", "hectare", 16), Column(_("Đất công nghiệp"), "ha", "hectare", 15),
        Column(_("Đã cho thuê"), "ha", "hectare", 15), Column(_("Lấp đầy"), "%", "percent", 12),
    )  # fmt: skip
    rows = [
        Row(
            (line.label, line.zones.value, line.area.value, line.industrial.value, line.leased.value,
             share(line.occupancy.value)),
            total=line is total,
        )
        for line in (*lines, total)
    ]  # fmt: skip
    resting = ", ".join(f"{one.label.lower()} {one.n}" for one in total.figures[1:])
    footnote = _("số khu, cụm có số liệu: %(resting)s, trên tổng số %(of)s") % {"resting": resting, "of": total.area.of}
    return table(found, title, columns, rows, basis, footnotes=(footnote,))


def stopped_table(found):
    columns = (
        Column(_("TT"), kind="integer", share=5, align="center"), Column(_("Tên khu, cụm"), share=24),
        Column(_("Loại"), share=9, align="center"), Column(_("Diện tích"), "ha", "hectare", 11),
        Column(_("Cơ quan quản lý"), share=25), Column(_("Căn cứ, nguồn"), share=26),
    )  # fmt: skip
    rows = [
        Row((number, one.name, one.kind, one.area_ha, one.agency, one.basis))
        for number, one in enumerate(found.stopped, 1)
    ]
    basis = _("khu, cụm có tình trạng ghi nhận là tạm dừng, chậm triển khai")
    return table(found, _("Khu, cụm tạm dừng, chậm triển khai"), columns, rows, basis)


# IV, V ------------------------------------------------------------------------------------------------------------


def how_complete(found):
    columns = (
        Column(_("Nội dung"), share=40), Column(_("Số khu, cụm có"), kind="integer", share=20),
        Column(_("Trong tổng số"), kind="integer", share=20), Column(_("Tỷ lệ"), "%", "percent", 20),
    )  # fmt: skip
    rows = [
        Row((one.label, one.n, one.of, Decimal(one.n) / one.of if one.of else None))
        for one in found.overview.completeness
    ]
    basis = _("số khu, cụm có nội dung này trong sổ chia cho tổng số khu, cụm trong sổ")
    blocks = [
        Heading(_("Mức độ đầy đủ")),
        table(found, _("Mức độ đầy đủ của số liệu"), columns, rows, basis),
        Heading(_("Chênh lệch giữa các nguồn")),
    ]
    blocks.append(disagreement_table(found) if found.disagreements else Paragraph(_("Không ghi nhận chênh lệch.")))
    if found.overview.published:
        blocks += [Heading(_("Số liệu công bố cho toàn thành phố")), published_table(found)]
    return tuple(blocks)


def disagreement_table(found):
    columns = (
        Column(_("Tên khu, cụm"), share=21), Column(_("Loại diện tích"), share=15),
        Column(_("Số dùng"), "ha", "hectare", 11), Column(_("Nguồn, ngày của số dùng"), share=26),
        Column(_("Số khác (nguồn, ngày)"), share=27),
    )  # fmt: skip
    rows = [
        Row((one.zone, one.kind, one.used.value_ha, cited(one.used), "; ".join(map(valued, one.others))))
        for one in found.disagreements
    ]
    basis = _("cùng một loại diện tích của cùng một khu, cụm mà các nguồn nêu khác nhau; sổ giữ cả hai và dùng một số")
    return table(found, _("Diện tích mà các nguồn nêu khác nhau"), columns, rows, basis)


def cited(value):
    return ", ".join(part for part in (value.source, value.day) if part)


def valued(value):
    return f"{figure(value.value_ha, 'hectare', language())} ha ({cited(value)})"


def published_table(found):
    columns = (
        Column(_("Chỉ tiêu"), share=25), Column(_("Nguồn công bố"), share=21, align="right"),
        Column(_("Ngày"), share=14, align="center"), Column(_("Nguồn"), share=17),
        Column(_("Tính từ sổ"), share=23, align="right"),
    )  # fmt: skip
    rows = [
        Row((one.indicator, stated(one), one.day, one.site, beside(one.computed) if one.computed else ""))
        for one in found.overview.published
    ]
    basis = _(
        "số do nguồn công bố; “tính từ sổ” là tổng của các khu trong sổ, không gồm cụm công nghiệp; "
        "trong ngoặc là số khu có số liệu trên tổng số khu"
    )
    return table(found, _("Số liệu công bố và số tính từ sổ"), columns, rows, basis, _("các nguồn nêu trong bảng"))


def beside(one):
    """A computed figure in a table cell: 8.013,5 ha (23/26)."""
    return f"{amount(one)} ({one.n}/{one.of})" if one.n else ""


def stated(one):
    if one.value is None:
        return one.value_text
    kind = "integer" if one.value == one.value.to_integral_value() else "hectare"
    return f"{figure(one.value, kind, language())} {one.unit}"


def requests(found):
    points = [asked_of(one) for one in found.wanting]
    blocks = [
        Paragraph(_("Đề nghị các cơ quan quản lý bổ sung số liệu, kèm văn bản hoặc nguồn:")),
        Points(tuple(points)),
    ]
    whole = _("Mọi khu, cụm đã có diện tích và văn bản làm căn cứ.") if found.entries else _("Không có đề nghị.")
    blocks = blocks if points else [Paragraph(whole)]
    return tuple(blocks) + ((Paragraph(deadline(found)),) if found.unfounded else ())


def asked_of(one):
    parts = []
    if one.area:
        parts.append(_("diện tích của %(n)s khu, cụm") % {"n": one.area})
    if one.decision:
        parts.append(_("văn bản làm căn cứ của %(n)s khu, cụm") % {"n": one.decision})
    return f"{one.agency}: {', '.join(parts)};"


def deadline(found):
    """What Nghị định 32/2024 says of clusters that operate without an establishment, as information."""
    words = {
        "n": len(found.unfounded),
        "names": ", ".join(one.name.removeprefix("Cụm công nghiệp ") for one in found.unfounded),
        "day": figure(DEADLINE, "date"),
    }
    return (
        _(
            "Có %(n)s cụm công nghiệp đang hoạt động mà sổ chưa ghi nhận quyết định thành lập: %(names)s. "
            "Theo Nghị định 32/2024/NĐ-CP (Điều 35 khoản 4 điểm b), cụm hình thành trước ngày 05/10/2009 và có trong "
            "quy hoạch phải được thành lập trước ngày %(day)s; đề nghị cơ quan quản lý rà soát từng cụm."
        )
        % words
    )


# Phụ lục ----------------------------------------------------------------------------------------------------------


def crossed_table(found):
    kinds = tuple(Column(kind, kind="integer", share=12) for kind in ZoneKind.values)
    columns = (Column(_("Tình trạng"), share=40), *kinds, Column(_("Tổng số"), kind="integer", share=14))
    rows = [Row((line.label, *(one.value for one in line.counts), line.total.value)) for line in found.overview.crossed]
    totals = (line.zones.value for line in found.overview.kinds)
    rows.append(Row((_("Tổng cộng"), *totals, found.overview.total.zones.value), total=True))
    names = "; ".join(f"{kind}: {label.lower()}" for kind, label in ZoneKind.choices)
    basis = _("mỗi khu, cụm được đếm một lần theo tình trạng ở ngày chốt số liệu")
    return table(found, _("Số khu, cụm theo tình trạng và loại"), columns, rows, basis, footnotes=(names,))


def full_list(found):
    columns = (
        Column(_("TT"), kind="integer", share=5, align="center"), Column(_("Tên khu, cụm"), share=27),
        Column(_("Loại"), share=6, align="center"), Column(_("Tình trạng"), share=16),
        Column(_("Diện tích"), "ha", "hectare", 9), Column(_("Loại diện tích"), share=19),
        Column(_("Căn cứ, nguồn"), share=20), Column(_("Ngày"), share=10, align="center"),
    )  # fmt: skip
    rows = [
        Row((number, one.name, one.kind, one.status, one.area_ha, one.area_kind, one.basis, one.day))
        for number, one in enumerate(found.entries, 1)
    ]
    total = found.overview.total.area
    rows.append(Row(("", _("Tổng cộng"), "", "", total.value, "", "", ""), total=True))
    basis = _("căn cứ và ngày là của diện tích; khu, cụm chưa có diện tích thì là của tình trạng")
    return table(
        found, _("Danh sách khu, cụm công nghiệp"), columns, rows, basis, _("nêu ở từng dòng"),
        footnotes=(f"{total.label}: {rests(total).strip('()')}",),
    )  # fmt: skip
