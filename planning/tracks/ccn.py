"""Industrial clusters: from the proposal to the establishing decision, and what becomes of that decision.

Three sets of rules share their moves; they differ in law, clocks and thresholds. Under Decrees 68/2017 and 66/2020 the
moves are known to us, the clocks are not."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from planning.tracks.ccn_moves import APPRAISAL, BEGUN, FILED, RUNGS, appraising, calling, deciding, listing
from planning.tracks.shapes import COOPERATING, OPINION, Span, State, Table, Transition, by_code, of

CCN = of("CCN")

STATES = by_code(
    State("proposed", _("Đề xuất đưa vào phương án"), main="proposed"),
    State("in_plan", _("Có trong danh mục quy hoạch"), main="in_plan"),
    State("call_requested", _("Nhà đầu tư có văn bản đề nghị"), COOPERATING, "commune"),
    State("call_open", _("Đã thông báo tiếp nhận hồ sơ"), COOPERATING, "commune"),
    State("call_closed", _("Hết hạn tiếp nhận, xã lập hồ sơ"), COOPERATING, "commune"),
    State("dossier_submitted", _("Xã đã trình hồ sơ")),
    State("under_appraisal", _("Đang thẩm định")),
    State("consulting", _("Lấy ý kiến các cơ quan"), OPINION, "department"),
    State("members_named", _("Đề nghị cử thành viên Hội đồng")),
    State("council_set", _("Đã lập Hội đồng")),
    State("criteria_issued", _("Đã ban hành tiêu chí chấm điểm")),
    State("scored", _("Đã chấm điểm")),
    State("appraisal_submitted", _("Đã trình UBND cấp tỉnh quyết định"), COOPERATING, "committee"),
    State("established", _("Đã thành lập"), main="established", established="yes", final=True),
    State("expanding", _("Đang làm thủ tục mở rộng")),
    State("decision_adjusted", _("Đã điều chỉnh quyết định thành lập"), final=True),
    State("annulled", _("Đã bãi bỏ quyết định thành lập"), main="annulled", established="no"),
    State("removed_from_plan", _("Đưa ra khỏi quy hoạch"), main="removed", final=True),
    State("converted", _("Đã chuyển đổi chức năng"), main="converted", final=True),
    State(
        "operating_not_established",
        _("Hoạt động nhưng chưa thành lập"),
        main="operating",
        established="no",
        operating="yes",
    ),
    State("suspended", _("Tạm dừng thẩm định")),
)
PATH = (
    "proposed",
    "in_plan",
    "call_requested",
    "call_open",
    "call_closed",
    "dossier_submitted",
    *RUNGS,
    "appraisal_submitted",
    "established",
)


SPANS = (
    Span("ccn.call.announce", _("Xã thông báo tiếp nhận"), of("call_requested")),
    Span("ccn.call.receive", _("Tiếp nhận hồ sơ của nhà đầu tư"), of("call_open")),
    Span("ccn.commune.submit", _("Xã trình hồ sơ"), of("call_closed")),
    Span("ccn.appraisal", _("Thẩm định"), APPRAISAL, held=of("dossier_submitted", "suspended")),
    Span("ccn.opinion", _("Cơ quan trả lời ý kiến"), of("consulting"), within="ccn.appraisal"),
    Span("ccn.decision", _("UBND cấp tỉnh quyết định"), of("appraisal_submitted")),
)


def articles(decree, **found):
    """The articles that the moves name; where one was not read, the decree alone."""
    return {key: found.get(key, decree) for key in ("list", "remove", "conditions", "procedure", "adjust", "legacy")}


def rules_of(code, law, valid_from, valid_to, laws, spans):
    moves = by_code(*listing(laws), *calling(laws), *appraising(laws), *deciding(laws))
    start = of("proposed", "in_plan", "operating_not_established")
    name = _("Thành lập, mở rộng cụm công nghiệp")
    return Table(code, "legal", name, law, CCN, STATES, moves, spans, start, PATH, valid_from, valid_to)


OLDER = "Nghị định 68/2017/NĐ-CP, 66/2020/NĐ-CP"
OLD = "Nghị định 32/2024/NĐ-CP"
NEW = "Nghị định 32/2024/NĐ-CP, sửa đổi bởi 303/2026/NĐ-CP"


def by_article(decree):
    return articles(
        decree,
        list=f"Điều 5 khoản 3 {decree}",
        remove=f"Điều 6 khoản 1 điểm c {decree}",
        conditions=f"Điều 8 {decree}",
        procedure=f"Điều 10 {decree}",
        adjust=f"Điều 12 khoản 2 {decree}",
        legacy=f"Điều 35 khoản 4 {decree}",
    )


TABLES = (
    rules_of("ccn-legal-68-2017", OLDER, None, date(2024, 4, 30), articles(OLDER), ()),
    rules_of("ccn-legal-32-2024", OLD, date(2024, 5, 1), date(2026, 9, 14), by_article(OLD), SPANS),
    rules_of("ccn-legal-303-2026", NEW, date(2026, 9, 15), None, by_article(NEW), SPANS),
)
TRANSITIONS = (
    Transition("legal", CCN, date(2024, 5, 1), BEGUN, FILED, "khoản 2 Điều 35 Nghị định 32/2024/NĐ-CP"),
    Transition(
        "legal",
        CCN,
        date(2026, 9, 15),
        BEGUN,
        FILED,
        "khoản 2 Điều 35 Nghị định 32/2024/NĐ-CP, sửa đổi bởi khoản 18 Điều 1 Nghị định 303/2026/NĐ-CP",
    ),
)
