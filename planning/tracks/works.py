"""Land, construction and operation: tracks that run beside the legal one, for every kind of zone.

Land may be cleared before there is a policy or an investor ("clean land first"), and by tranches; works may begin on
what was handed over while the rest is still being cleared. So none of these tracks waits for another."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from planning.tracks.shapes import Move, Span, State, Table, Transition, by_code, of

ALL = of("KCN", "KCX", "KCNC", "CCN")
LAND_LAW = "Luật Đất đai 31/2024/QH15"
BUILDING_LAW = "Luật Xây dựng 135/2025/QH15"
OLDER_BUILDING_LAW = "Luật Xây dựng 2014"
NEW_LAW, LAST_OF_OLD = date(2026, 7, 1), date(2026, 6, 30)
SECONDARY = "đối với cụm công nghiệp: khoản 1 Điều 21 Nghị định 32/2024/NĐ-CP, sửa đổi bởi 303/2026/NĐ-CP"
WASTE_WATER = "điểm c khoản 3 Điều 52 Luật Bảo vệ môi trường 2020"

LAND_STATES = by_code(
    State("land_planned", _("Có trong kế hoạch sử dụng đất")),
    State("land_clearance", _("Đang giải phóng mặt bằng")),
    State("land_cleared", _("Đã giải phóng mặt bằng")),
    State("land_allocated", _("Đã giao, cho thuê đất (từng đợt)")),
    State("land_complete", _("Đã giao, cho thuê đủ đất"), final=True),
    State("land_withdrawn", _("Đã thu hồi đất đã giao, cho thuê")),
)
LAND_MOVES = by_code(
    Move(
        "start_clearance",
        _("Bắt đầu giải phóng mặt bằng"),
        of("land_planned", "land_allocated"),
        "land_clearance",
        "commune",
        LAND_LAW,
        _("thông báo, quyết định thu hồi đất; phương án bồi thường"),
        ("QĐ", "TB", "KH"),
    ),
    Move(
        "finish_clearance",
        _("Hoàn thành giải phóng mặt bằng"),
        of("land_clearance"),
        "land_cleared",
        "commune",
        LAND_LAW,
        _("báo cáo, biên bản bàn giao mặt bằng"),
        ("BC", "TB", "K"),
    ),
    Move(
        "allocate",
        _("Giao, cho thuê đất đợt đầu"),
        of("land_clearance", "land_cleared", "land_withdrawn"),
        "land_allocated",
        "committee",
        LAND_LAW,
        _("quyết định giao đất, cho thuê đất"),
        ("QĐ",),
        decides=True,
    ),
    Move(
        "allocate_tranche",
        _("Giao, cho thuê đất đợt tiếp theo"),
        of("land_allocated"),
        "land_allocated",
        "committee",
        LAND_LAW,
        _("quyết định giao đất, cho thuê đất"),
        ("QĐ",),
        decides=True,
    ),
    Move(
        "allocate_rest",
        _("Giao, cho thuê phần đất còn lại"),
        of("land_clearance", "land_cleared", "land_allocated"),
        "land_complete",
        "committee",
        LAND_LAW,
        _("quyết định giao đất, cho thuê đất"),
        ("QĐ",),
        decides=True,
    ),
    Move(
        "adjust_allocation",
        _("Điều chỉnh quyết định giao, cho thuê đất"),
        of("land_complete"),
        "land_allocated",
        "committee",
        LAND_LAW,
        _("quyết định điều chỉnh"),
        ("QĐ",),
        decides=True,
        needs_note=True,
        way="adjust",
    ),
    Move(
        "withdraw_land",
        _("Thu hồi đất đã giao, cho thuê"),
        of("land_allocated", "land_complete"),
        "land_withdrawn",
        "committee",
        LAND_LAW,
        _("quyết định thu hồi đất"),
        ("QĐ",),
        decides=True,
        needs_note=True,
        way="annul",
    ),
)

BUILDING_STATES = by_code(
    State("infra_project_preparing", _("Đang lập dự án hạ tầng")),
    State("infra_project_approved", _("Đã phê duyệt dự án hạ tầng")),
    State("start_notified", _("Đã thông báo khởi công")),
    State("infra_construction", _("Đang xây dựng hạ tầng"), main="under_construction"),
    State("infra_suspended", _("Tạm dừng xây dựng"), main="suspended"),
    State("infra_completed", _("Đã hoàn thành hạ tầng dùng chung"), final=True),
    State("infra_project_ended", _("Đã chấm dứt dự án hạ tầng"), final=True),
)
BUILDING_MOVES = by_code(
    Move(
        "approve_project",
        _("Phê duyệt dự án hạ tầng"),
        of("infra_project_preparing"),
        "infra_project_approved",
        "developer",
        BUILDING_LAW,
        _("quyết định phê duyệt dự án; giấy phép môi trường"),
        ("QĐ",),
        tests=("works.detail_plan",),
    ),
    Move(
        "adjust_project",
        _("Điều chỉnh dự án hạ tầng"),
        of("infra_project_approved", "infra_construction", "infra_suspended"),
        "infra_project_approved",
        "developer",
        BUILDING_LAW,
        _("quyết định điều chỉnh dự án"),
        ("QĐ",),
        needs_note=True,
        way="adjust",
    ),
    Move(
        "notify_start",
        _("Thông báo khởi công"),
        of("infra_project_approved"),
        "start_notified",
        "developer",
        f"Điều 48 {BUILDING_LAW}",
        _("thông báo khởi công"),
        ("TB", "CV"),
        tests=("works.land",),
    ),
    Move(
        "start_works",
        _("Khởi công"),
        of("start_notified"),
        "infra_construction",
        "developer",
        f"Điều 48 {BUILDING_LAW}",
        _("biên bản, báo cáo khởi công"),
        ("BC", "TB", "K"),
        tests=("works.start_notice", "works.land"),
    ),
    Move(
        "suspend_works",
        _("Tạm dừng xây dựng"),
        of("infra_construction"),
        "infra_suspended",
        "lead",
        BUILDING_LAW,
        _("văn bản tạm dừng hoặc ghi nhận chậm triển khai"),
        ("CV", "TB", "QĐ", "BC"),
        needs_note=True,
        pauses="suspension",
        way="back",
    ),
    Move(
        "resume_works",
        _("Xây dựng trở lại"),
        of("infra_suspended"),
        "infra_construction",
        "lead",
        BUILDING_LAW,
        _("văn bản cho tiếp tục"),
        ("CV", "TB", "QĐ", "BC"),
        resumes="suspension",
    ),
    Move(
        "complete_works",
        _("Hoàn thành hạ tầng dùng chung"),
        of("infra_construction"),
        "infra_completed",
        "developer",
        BUILDING_LAW,
        _("biên bản nghiệm thu, thông báo kết quả kiểm tra"),
        ("BC", "TB", "CV", "K"),
    ),
    Move(
        "build_next_stage",
        _("Xây dựng giai đoạn tiếp theo"),
        of("infra_completed"),
        "infra_project_approved",
        "developer",
        BUILDING_LAW,
        _("quyết định phê duyệt dự án giai đoạn tiếp theo"),
        ("QĐ",),
    ),
    Move(
        "end_project",
        _("Chấm dứt dự án hạ tầng"),
        of("infra_project_approved", "start_notified", "infra_construction", "infra_suspended"),
        "infra_project_ended",
        "committee",
        "Luật Đầu tư 143/2025/QH15",
        _("quyết định chấm dứt, thu hồi dự án"),
        ("QĐ",),
        decides=True,
        needs_note=True,
        way="annul",
    ),
)

OPERATION_STATES = by_code(
    State("awaiting_projects", _("Chưa có dự án thứ cấp")),
    State("operating", _("Đã hoạt động (đã có dự án thứ cấp)"), main="operating", operating="yes"),
    State("operation_suspended", _("Tạm dừng tiếp nhận, hoạt động"), main="suspended"),
    State("operation_ended", _("Đã chấm dứt hoạt động"), operating="no", final=True),
)
OPERATION_MOVES = by_code(
    Move(
        "start_operation",
        _("Dự án thứ cấp đầu tiên hoạt động"),
        of("awaiting_projects"),
        "operating",
        "lead",
        SECONDARY,
        _("hợp đồng thuê đất, GCNĐKĐT của dự án đầu tiên"),
        ("GCN", "QĐ", "BC", "K"),
        tests=("works.infra_complete", "works.wastewater"),
    ),
    Move(
        "suspend_operation",
        _("Tạm dừng tiếp nhận dự án"),
        of("operating"),
        "operation_suspended",
        "committee",
        WASTE_WATER,
        _("văn bản tạm dừng"),
        ("QĐ", "CV", "TB"),
        decides=True,
        needs_note=True,
        pauses="suspension",
        way="back",
    ),
    Move(
        "resume_operation",
        _("Hoạt động trở lại"),
        of("operation_suspended"),
        "operating",
        "committee",
        WASTE_WATER,
        _("văn bản cho hoạt động trở lại"),
        ("QĐ", "CV", "TB"),
        tests=("works.wastewater",),
        resumes="suspension",
        keeps=of("operating"),
    ),
    Move(
        "end_operation",
        _("Chấm dứt hoạt động"),
        of("operating", "operation_suspended"),
        "operation_ended",
        "committee",
        "Nghị định 35/2022/NĐ-CP; Nghị định 32/2024/NĐ-CP",
        _("quyết định chấm dứt, chuyển đổi"),
        ("QĐ",),
        decides=True,
        needs_note=True,
        way="annul",
    ),
)


BUILDING_SPANS = (Span("works.start_notice", _("Thông báo trước ngày khởi công"), of("start_notified")),)
BUILDING_PATH = ("infra_project_preparing", "infra_project_approved", "start_notified", "infra_construction")
BUILDING_PATH += ("infra_completed",)


def track(code, name, law, states, moves, start, path):
    return Table(code, code, name, law, ALL, states, moves, (), start, path)


def building(code, law, spans, valid_from, valid_to):
    name, start = _("Đầu tư, xây dựng hạ tầng kỹ thuật"), of("infra_project_preparing", "infra_project_approved")
    shape = (BUILDING_STATES, BUILDING_MOVES, spans, start, BUILDING_PATH)
    return Table(code, "construction", name, law, ALL, *shape, valid_from, valid_to)


TABLES = (
    track(
        "land",
        _("Giải phóng mặt bằng, giao và cho thuê đất"),
        LAND_LAW,
        LAND_STATES,
        LAND_MOVES,
        of("land_planned", "land_clearance"),
        ("land_planned", "land_clearance", "land_cleared", "land_allocated", "land_complete"),
    ),
    building("construction-earlier", OLDER_BUILDING_LAW, (), None, LAST_OF_OLD),
    building("construction-135-2025", BUILDING_LAW, BUILDING_SPANS, NEW_LAW, None),
    track(
        "operation",
        _("Hoạt động của khu, cụm"),
        SECONDARY,
        OPERATION_STATES,
        OPERATION_MOVES,
        of("awaiting_projects"),
        ("awaiting_projects", "operating"),
    ),
)
TRANSITIONS = (Transition("construction", ALL, NEW_LAW, of("start_notified"), frozenset(), BUILDING_LAW),)
