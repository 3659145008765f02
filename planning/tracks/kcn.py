"""Industrial parks and export-processing zones: the investment policy that establishes them, and what follows on it.

A park has no establishing decision of its own: it is established from the day of the policy approval, or of the
registration certificate where no policy approval is needed (Decree 35/2022 Art 6(6)). Land clearance is a track of its
own and need not wait for the policy ("clean land first"). Three authorities decide, each with clocks of its own."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from planning.tracks.kcn_policy import DECREE, FILED, REGISTRATION, UNDER_WAY, VARIANTS, moves_of, spans_of, states_of
from planning.tracks.shapes import ALL_ASPECTS, Move, Span, State, Table, Transition, by_code, of

PARKS = of("KCN", "KCX")
NEW_LAW = date(2026, 3, 1)
APPROVED = of("policy_approved", "irc_issued")

STATES = by_code(
    State("proposed", _("Đề xuất đưa vào danh mục"), main="proposed"),
    State("in_plan", _("Có trong Danh mục khu công nghiệp"), main="in_plan"),
    *(state for one in VARIANTS for state in states_of(one)),
    State(
        "policy_approved", _("Đã chấp thuận chủ trương (đã thành lập)"), main="investment_approved", established="yes"
    ),
    State("irc_filed", _("Đã nộp hồ sơ cấp GCNĐKĐT")),
    State("irc_issued", _("Đã cấp GCNĐKĐT"), main="investment_approved", established="yes", final=True),
    State("expanding", _("Đang làm thủ tục mở rộng")),
    State("adjusting", _("Đang đề nghị điều chỉnh, chuyển đổi")),
    State("area_adjusted", _("Đã điều chỉnh chủ trương, diện tích"), final=True),
    State("model_conversion", _("Đã chuyển đổi mô hình"), final=True),
    State("to_urban_service", _("Chuyển sang đô thị - dịch vụ"), main="converted", final=True),
    State("revoked", _("Đã thu hồi chủ trương, GCNĐKĐT"), main="annulled", established="no"),
    State("removed_from_plan", _("Đưa ra khỏi quy hoạch"), main="removed", final=True),
)
PATH = ("proposed", "in_plan", "committee_filed", "committee_consulting", "committee_appraising")
PATH += ("committee_submitted", "policy_approved", "irc_issued")


def planned():
    """Into the list of parks and out of it (Decree 35/2022 Art 4)."""
    plan = {"authority": "committee", "evidence": ("QĐ", "NQ"), "decides": True}
    yield Move(
        "include_in_plan",
        _("Đưa vào Danh mục khu công nghiệp"),
        of("proposed"),
        "in_plan",
        law=f"khoản 3 Điều 4 {DECREE}",
        product=_("quyết định phê duyệt hoặc điều chỉnh quy hoạch"),
        tests=("kcn.inner_city",),
        **plan,
    )
    yield Move(
        "remove_from_plan",
        _("Đưa ra khỏi quy hoạch"),
        of("in_plan", "revoked"),
        "removed_from_plan",
        law=f"Điều 4 {DECREE}",
        product=_("quyết định điều chỉnh quy hoạch"),
        needs_note=True,
        way="annul",
        **plan,
    )


def registered():
    """The registration certificate: after the policy approval, or on its own where none is needed."""
    certificate = {"authority": "board", "evidence": ("GCN",), "decides": True, "product": _("GCNĐKĐT")}
    yield Move(
        "file_irc",
        _("Nhận hồ sơ cấp GCNĐKĐT"),
        of("in_plan"),
        "irc_filed",
        "board",
        REGISTRATION,
        _("hồ sơ đề nghị cấp GCNĐKĐT"),
        ("CV", "TTr", "K"),
        tests=("kcn.in_plan", "kcn.inner_city"),
    )
    yield Move(
        "issue_irc",
        _("Cấp GCNĐKĐT theo chủ trương"),
        of("policy_approved", "area_adjusted", "model_conversion"),
        "irc_issued",
        law=REGISTRATION,
        keeps=ALL_ASPECTS,
        **certificate,
    )
    yield Move(
        "issue_irc_alone",
        _("Cấp GCNĐKĐT (không qua chủ trương)"),
        of("irc_filed"),
        "irc_issued",
        law=f"khoản 6 Điều 6 {DECREE}; {REGISTRATION}",
        tests=("kcn.in_plan", "kcn.phase"),
        **certificate,
    )


def later():
    """What may become of an approved park, and of a round that is stopped, dropped or taken back."""
    yield Move(
        "start_expansion",
        _("Đề nghị mở rộng khu"),
        APPROVED,
        "expanding",
        "board",
        f"khoản 4 Điều 6 {DECREE}",
        _("văn bản đề nghị mở rộng"),
        ("CV", "TTr"),
        tests=("kcn.province.occupancy",),
    )
    yield Move(
        "start_adjustment",
        _("Đề nghị điều chỉnh, chuyển đổi"),
        APPROVED | {"area_adjusted", "model_conversion"},
        "adjusting",
        "board",
        f"Điều 7, khoản 3 Điều 11 {DECREE}",
        _("văn bản đề nghị điều chỉnh"),
        ("CV", "TTr"),
        way="adjust",
    )
    yield Move(
        "adjustment_holds",
        _("Tiếp tục theo chủ trương đã điều chỉnh"),
        of("area_adjusted", "model_conversion"),
        "policy_approved",
        "board",
        DECREE,
        keeps=ALL_ASPECTS,
    )
    yield Move(
        "refuse",
        _("Từ chối, trả hồ sơ"),
        UNDER_WAY | {"irc_filed"},
        "in_plan",
        "board",
        REGISTRATION,
        _("văn bản từ chối, nêu lý do"),
        ("CV", "TB"),
        needs_note=True,
        way="back",
        keeps=ALL_ASPECTS,
    )
    yield Move(
        "drop_change",
        _("Thôi mở rộng, điều chỉnh; giữ chủ trương cũ"),
        UNDER_WAY | {"expanding", "adjusting"},
        "policy_approved",
        "board",
        REGISTRATION,
        _("văn bản dừng thủ tục"),
        ("CV", "TB", "QĐ"),
        needs_note=True,
        way="back",
        keeps=ALL_ASPECTS,
    )
    yield Move(
        "revoke",
        _("Thu hồi chủ trương, GCNĐKĐT"),
        APPROVED | {"area_adjusted", "model_conversion", "expanding", "adjusting"},
        "revoked",
        "committee",
        "Luật Đầu tư 143/2025/QH15",
        _("quyết định thu hồi, chấm dứt hiệu lực"),
        ("QĐ", "TB"),
        decides=True,
        needs_note=True,
        way="annul",
    )
    yield Move(
        "relist",
        _("Trở lại danh mục, chọn nhà đầu tư khác"),
        of("revoked"),
        "in_plan",
        "committee",
        f"Điều 4 {DECREE}",
        _("văn bản của UBND cấp tỉnh"),
        ("QĐ", "CV", "TB"),
    )


MOVES = by_code(*planned(), *(move for one in VARIANTS for move in moves_of(one)), *registered(), *later())
SPANS = (
    *(span for one in VARIANTS for span in spans_of(one)),
    Span("kcn.irc.after_policy", _("Cấp GCNĐKĐT sau chủ trương"), of("policy_approved")),
    Span("kcn.irc.alone", _("Cấp GCNĐKĐT"), of("irc_filed")),
)


def rules_of(code, law, spans, valid_from, valid_to):
    start = of("proposed", "in_plan")
    name = _("Chủ trương đầu tư, thành lập khu công nghiệp")
    return Table(code, "legal", name, law, PARKS, STATES, MOVES, spans, start, PATH, valid_from, valid_to)


TABLES = (
    rules_of("kcn-legal-35-2022", DECREE, (), None, date(2026, 2, 28)),
    rules_of("kcn-legal-96-2026", f"{DECREE}; {REGISTRATION}", SPANS, NEW_LAW, None),
)
TRANSITIONS = (Transition("legal", PARKS, NEW_LAW, FILED | {"irc_filed"}, frozenset(), REGISTRATION),)
