"""Standalone facilities: surveyed, classed, told, and moved, closed, converted or put in order where they stand.

No national procedure was found; the states follow the programme of Bình Dương (now TPHCM), so there are no clocks.
The class itself (compulsory, encouraged, may stay) is kept with the facility."""

from django.utils.translation import gettext_lazy as _

from planning.tracks.shapes import COOPERATING, FACILITY, Move, State, Table, by_code, of

LAW = "Chương trình di dời của tỉnh, thành phố (thực tiễn, chưa có quy định chung)"
OPEN = of("inventoried", "classified", "notified", "plan_agreed", "relocating")

STATES = by_code(
    State("inventoried", _("Đã rà soát, đưa vào danh sách")),
    State("classified", _("Đã phân loại")),
    State("may_stay", _("Được tiếp tục tại chỗ"), final=True),
    State("notified", _("Đã thông báo di dời"), COOPERATING, "enterprise"),
    State("plan_agreed", _("Đã thống nhất nơi đến và thời hạn"), COOPERATING, "enterprise"),
    State("relocating", _("Đang di dời"), COOPERATING, "enterprise"),
    State("relocated", _("Đã di dời"), final=True),
    State("closed", _("Đã ngừng hoạt động"), final=True),
    State("converted_in_place", _("Đã chuyển đổi tại chỗ"), final=True),
    State("regularised", _("Đã hợp thức tại chỗ"), final=True),
)
MOVES = by_code(
    Move(
        "classify",
        _("Phân loại: bắt buộc, khuyến khích di dời hoặc được ở lại"),
        of("inventoried"),
        "classified",
        "committee",
        LAW,
        _("quyết định hoặc danh sách phân loại"),
        ("QĐ", "TB", "BC"),
        decides=True,
    ),
    Move(
        "reclassify",
        _("Phân loại lại"),
        of("notified", "plan_agreed", "may_stay"),
        "classified",
        "committee",
        LAW,
        _("quyết định điều chỉnh danh sách"),
        ("QĐ", "TB"),
        decides=True,
        needs_note=True,
        way="adjust",
    ),
    Move(
        "let_stay",
        _("Cho tiếp tục hoạt động tại chỗ"),
        of("classified"),
        "may_stay",
        "committee",
        LAW,
        _("văn bản của UBND"),
        ("QĐ", "TB", "CV"),
        decides=True,
    ),
    Move(
        "notify",
        _("Thông báo di dời"),
        of("classified"),
        "notified",
        "commune",
        LAW,
        _("thông báo"),
        ("TB", "CV"),
    ),
    Move(
        "agree_plan",
        _("Thống nhất nơi đến và thời hạn"),
        of("notified"),
        "plan_agreed",
        "lead",
        LAW,
        _("phương án di dời"),
        ("KH", "BC", "CV", "K"),
    ),
    Move(
        "start_relocation",
        _("Bắt đầu di dời"),
        of("notified", "plan_agreed"),
        "relocating",
        "lead",
        LAW,
        _("báo cáo hoặc biên bản"),
        ("BC", "TB", "K"),
    ),
    Move(
        "finish_relocation",
        _("Hoàn thành di dời"),
        of("relocating"),
        "relocated",
        "lead",
        LAW,
        _("biên bản hoàn thành"),
        ("BC", "TB", "K"),
    ),
    Move(
        "close",
        _("Ngừng hoạt động"),
        OPEN,
        "closed",
        "lead",
        LAW,
        _("quyết định hoặc biên bản chấm dứt hoạt động"),
        ("QĐ", "TB", "BC", "K"),
        needs_note=True,
        way="annul",
    ),
    Move(
        "convert_in_place",
        _("Chuyển đổi tại chỗ"),
        of("classified", "notified", "plan_agreed"),
        "converted_in_place",
        "committee",
        LAW,
        _("văn bản chấp thuận chuyển đổi"),
        ("QĐ", "CV", "TB"),
        decides=True,
        way="adjust",
    ),
    Move(
        "regularise",
        _("Hợp thức tại chỗ"),
        of("classified", "may_stay"),
        "regularised",
        "committee",
        LAW,
        _("văn bản chấp thuận"),
        ("QĐ", "CV", "GCN"),
        decides=True,
    ),
)
PATH = ("inventoried", "classified", "notified", "plan_agreed", "relocating", "relocated")

TABLES = (
    Table(
        "facility-relocation",
        "relocation",
        _("Rà soát, di dời cơ sở sản xuất riêng lẻ"),
        LAW,
        of(FACILITY),
        STATES,
        MOVES,
        (),
        of("inventoried"),
        PATH,
    ),
)
