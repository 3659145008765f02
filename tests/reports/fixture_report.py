"""A long progress report written by hand: tone marks, hectares, an 80-character name, gaps and hostile text."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from reports.sheet import (
    Appendix,
    Bar,
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
)

CUTOFF = date(2026, 11, 21)
MADE_AT = datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=7)))
TONES = (
    "aàáảãạ ăằắẳẵặ âầấẩẫậ eèéẻẽẹ êềếểễệ iìíỉĩị oòóỏõọ ôồốổỗộ ơờớởỡợ uùúủũụ ưừứửữự yỳýỷỹỵ đ "
    "AÀÁẢÃẠ ĂẰẮẲẴẶ ÂẦẤẨẪẬ EÈÉẺẼẸ ÊỀẾỂỄỆ IÌÍỈĨỊ OÒÓỎÕỌ ÔỒỐỔỖỘ ƠỜỚỞỠỢ UÙÚỦŨỤ ƯỪỨỬỮỰ YỲÝỶỸỴ Đ"
)
HOSTILE = '=HYPERLINK("http://x.example") #set page(width: 1cm) $x^2$ *b* _i_ @a <b> \\ `y` {{ 1 }} & {0}'
LONG_NAME = "Khu công nghiệp công nghệ cao sinh thái Đông Anh - Thư Lâm - Phúc Thịnh mở rộng II"
SOURCE = "Sổ đăng ký khu, cụm công nghiệp; QĐ 4756/QĐ-UBND ngày 20/07/2017"

_ZONES = (
    (LONG_NAME, "KCN", Decimal("299.45"), Decimal("212.14"), Decimal("203.76"), date(2025, 12, 31)),
    ("Cụm công nghiệp Lại Yên", "CCN", Decimal("27.2"), None, None, None),
    (HOSTILE, "CCN", Decimal("328.8197"), Decimal("0"), Decimal("0"), date(2016, 2, 5)),
    ("KCN Bắc Thăng Long", "KCN", Decimal("274"), Decimal("198.5"), Decimal("198.5"), date(1997, 1, 1)),
    ("Khu công nghệ cao Hòa Lạc", "KCNC", Decimal("1586"), Decimal("549.5"), None, date(1998, 10, 12)),
)


def zones_table(rows: int) -> Table:
    zones = [_ZONES[number % len(_ZONES)] for number in range(rows)]
    total = sum((zone[2] for zone in zones), Decimal(0))
    return Table(
        title="Danh mục khu, cụm công nghiệp",
        columns=(
            Column("STT", kind="integer", share=5, align="center"),
            Column("Tên khu, cụm công nghiệp", share=30),
            Column("Loại", share=7, align="center"),
            Column("Diện tích theo quy hoạch", "ha", "hectare", 13),
            Column("Đất công nghiệp", "ha", "hectare", 12),
            Column("Đã cho thuê", "ha", "hectare", 12),
            Column("Tỷ lệ lấp đầy", "%", "percent", 10),
            Column("Ngày quyết định", kind="date", share=13),
        ),
        rows=(
            *(
                Row((number, name, kind, area, land, leased, leased / land if land and leased else None, decided))
                for number, (name, kind, area, land, leased, decided) in enumerate(zones, 1)
            ),
            Row(("", "Tổng cộng", "", total, None, None, None, ""), total=True),
        ),
        basis="diện tích ghi trong quyết định thành lập hoặc danh mục quy hoạch; tổng của các khu có số liệu",
        cutoff_on=CUTOFF,
        source=SOURCE,
        footnotes=("Tỷ lệ lấp đầy = đất công nghiệp đã cho thuê / đất công nghiệp (NĐ 35/2022 Điều 2.22).",),
    )


KINDS = Table(
    title="Số khu, diện tích và tỷ lệ lấp đầy theo loại hình",
    columns=(
        Column("Loại hình", share=4),
        Column("Số khu", kind="integer", share=2),
        Column("Diện tích", "ha", "hectare", 2),
        Column("Tỷ lệ lấp đầy", "%", "percent", 2),
        Column("Vốn đầu tư hạ tầng", "tỷ đồng", "money", 3),
    ),
    rows=(
        Row(("Khu công nghiệp", 17, Decimal("3501.25"), Decimal("0.948"), Decimal("12345.6"))),
        Row(("Cụm công nghiệp", 1159, Decimal("1234.5"), Decimal("0.625"), None)),
        Row(("Khu chế xuất", 0, None, None, None)),
        Row(("Tổng cộng", 1176, Decimal("4735.75"), Decimal("0.8642"), Decimal("12345.6")), total=True),
    ),
    basis="số khu đã có quyết định thành lập; tỷ lệ lấp đầy = Σ đất đã cho thuê / Σ đất công nghiệp",
    cutoff_on=CUTOFF,
    source=SOURCE,
)
FUNNEL = Chart(
    title="Từ quy hoạch đến cho thuê",
    unit="ha",
    cutoff_on=CUTOFF,
    source=SOURCE,
    form="funnel",
    bars=(
        Bar("Theo quy hoạch", (Decimal("4735.75"),), "/zones/?kind=KCN&area=plan"),
        Bar("Đã thành lập", (Decimal("2510.5"),)),
        Bar("Đã giải phóng mặt bằng", (None,)),
        Bar("Đã cho thuê", (Decimal("1203.25"),)),
    ),
)
STACKED = Chart(
    title="Đất công nghiệp theo loại hình",
    unit="ha",
    cutoff_on=CUTOFF,
    source=SOURCE,
    series=("Đã cho thuê", "Còn trống"),
    bars=(
        Bar("Khu công nghiệp", (Decimal("1203.25"), Decimal("66.75"))),
        Bar(LONG_NAME, (Decimal("203.76"), None)),
        Bar(HOSTILE, (Decimal("0"), Decimal("27.2"))),
    ),
)

_GENERAL = (
    Paragraph(
        "Thực hiện Thông báo số 53/TB-VP ngày 21 tháng 3 năm 2016 của Văn phòng Ủy ban nhân dân thành phố Hà Nội về "
        "quy hoạch phát triển khu, cụm công nghiệp trên địa bàn Thành phố, Sở Công Thương báo cáo kết quả như sau:"
    ),
    Heading("Quy hoạch"),
    Paragraph(
        "Đến nay, toàn Thành phố có 1.176 khu, cụm công nghiệp với tổng diện tích 4.735,75 ha; tỷ lệ lấp đầy bình "
        "quân 86,4 % (Σ đất đã cho thuê / Σ đất công nghiệp). " * 3
    ),
    KINDS,
    Heading("Hình thành và lấp đầy"),
    FUNNEL,
    STACKED,
)
_ZONE = (
    Heading(f"{LONG_NAME}"),
    Points(
        (
            "Chủ đầu tư: Tổng công ty Đầu tư phát triển hạ tầng đô thị và khu công nghiệp;",
            "Diện tích 299,45 ha; tổng mức đầu tư 6.338,2 tỷ đồng; QĐ 2794/QĐ-UBND ngày 26/06/2020;",
            "Giải phóng mặt bằng: 203,76/755,81 ha (26,96 %), còn 412 hộ chưa nhận tiền bồi thường.",
        )
    ),
    Paragraph(f"Kiểm tra chữ: {TONES}"),
    Paragraph(f"Kiểm tra ký tự: {HOSTILE}"),
)

REPORT = Report(
    subject="Tiến độ quy hoạch, phát triển khu, cụm công nghiệp trên địa bàn thành phố Hà Nội",
    issuer_parent="Ủy ban nhân dân thành phố Hà Nội",
    issuer="Sở Công Thương",
    symbol="BC-SCT",
    place="Hà Nội",
    addressed_to=("Ủy ban nhân dân thành phố Hà Nội", "Bộ Công Thương"),
    sections=(
        Section("Tình hình chung", _GENERAL),
        Section("Tiến độ từng khu, cụm công nghiệp", _ZONE),
        Section(
            "Đề xuất, kiến nghị", (Paragraph("Sở Công Thương báo cáo, đề nghị Ủy ban nhân dân Thành phố xem xét."),)
        ),
    ),
    appendices=(
        Appendix("Tổng hợp theo loại hình", (KINDS,)),
        Appendix("Danh mục khu, cụm công nghiệp", (zones_table(60),), landscape=True),
    ),
    recipients=("Như trên", "Chủ tịch, các Phó Chủ tịch UBND Thành phố", "Giám đốc Sở (để báo cáo)", "Lưu: VT, QLCN"),
    signer=Signature("Giám đốc", prefix="KT.", title="Phó Giám đốc", name="Nguyễn Thị Ưng Hường"),
    cutoff_on=CUTOFF,
    made_at=MADE_AT,
)
