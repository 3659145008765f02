"""The round in which one of three authorities decides on the investment policy of a park (Decree 96/2026 Art 34-35)."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from planning.tracks.shapes import ALL_ASPECTS, COOPERATING, LEAD, OPINION, Move, Span, State, of

DECREE = "Nghị định 35/2022/NĐ-CP"
REGISTRATION = "Nghị định 96/2026/NĐ-CP"


@dataclass(frozen=True)
class Variant:
    """One of the authorities that decide on the policy; its states begin with `code`. `holder` and `with_`: who
    appraises for it. Without `submits` it appraises and decides in one period, as the boards do."""

    code: str
    name: Any
    law: str
    holder: str
    with_: str
    submits: bool = True

    def named(self, text):
        return format_lazy(text, authority=self.name)

    @property
    def inside(self):
        """The states in which the appraisal runs, all from the valid dossier on."""
        return of(f"{self.code}_filed", f"{self.code}_consulting", f"{self.code}_appraising")

    @property
    def last(self):
        return f"{self.code}_submitted" if self.submits else f"{self.code}_appraising"


VARIANTS = (
    Variant("prime", _("Thủ tướng Chính phủ"), f"Điều 34 {REGISTRATION}", COOPERATING, "ministry"),
    Variant("committee", _("Chủ tịch UBND cấp tỉnh"), f"khoản 7 Điều 35 {REGISTRATION}", LEAD, "lead"),
    Variant("board", _("Ban Quản lý khu"), f"khoản 10 Điều 35 {REGISTRATION}", LEAD, "lead", submits=False),
)
FILED = frozenset(f"{one.code}_filed" for one in VARIANTS)
UNDER_WAY = frozenset().union(
    *(one.inside | {f"{one.code}_supplement", f"{one.code}_suspended", one.last} for one in VARIANTS)
)


def states_of(one):
    """The states of one authority's round: filed, opinions, appraisal, supplement and, but for the board, submitted."""
    yield State(f"{one.code}_filed", one.named(_("Đã nhận hồ sơ chủ trương ({authority})")), one.holder, one.with_)
    yield State(f"{one.code}_consulting", one.named(_("Đang lấy ý kiến ({authority})")), OPINION, "department")
    yield State(f"{one.code}_appraising", one.named(_("Đang thẩm định ({authority})")), one.holder, one.with_)
    yield State(f"{one.code}_supplement", one.named(_("Chờ bổ sung hồ sơ ({authority})")), COOPERATING, "developer")
    yield State(f"{one.code}_suspended", one.named(_("Tạm dừng xử lý ({authority})")), one.holder, one.with_)
    if one.submits:
        yield State(f"{one.code}_submitted", one.named(_("Đã trình {authority}")), COOPERATING, one.code)


def moves_of(one):
    """The moves of one authority's round, from the valid dossier to the report."""
    letter = ("CV", "TB")
    filed, consulting, appraising, supplement = (
        f"{one.code}_{name}" for name in ("filed", "consulting", "appraising", "supplement")
    )
    keeper = "ministry" if one.code == "prime" else "board"
    yield Move(
        f"file_{one.code}",
        one.named(_("Nhận hồ sơ hợp lệ, trình {authority}")),
        of("in_plan", "expanding", "adjusting"),
        filed,
        keeper,
        one.law,
        _("văn bản đề nghị chấp thuận, điều chỉnh chủ trương đầu tư"),
        ("CV", "TTr", "K"),
        tests=("kcn.in_plan", "kcn.inner_city", "kcn.phase", "kcn.province.occupancy"),
    )
    yield Move(
        f"forward_{one.code}",
        _("Gửi hồ sơ lấy ý kiến"),
        of(filed),
        consulting,
        keeper,
        one.law,
        _("công văn lấy ý kiến"),
        ("CV",),
    )
    yield Move(
        f"opinions_{one.code}",
        _("Đã có ý kiến, lập báo cáo thẩm định"),
        of(consulting),
        appraising,
        keeper,
        one.law,
        _("các văn bản góp ý"),
        ("CV", "BC"),
    )
    yield Move(
        f"return_{one.code}",
        _("Yêu cầu bổ sung hồ sơ"),
        one.inside,
        supplement,
        keeper,
        one.law,
        _("văn bản yêu cầu bổ sung"),
        letter,
        needs_note=True,
        pauses="supplement",
        way="back",
    )
    yield Move(
        f"supplement_{one.code}",
        _("Nhận hồ sơ bổ sung"),
        of(supplement),
        appraising,
        keeper,
        one.law,
        _("hồ sơ bổ sung"),
        ("CV", "TTr", "K"),
        resumes="supplement",
    )
    yield Move(
        f"suspend_{one.code}",
        _("Tạm dừng xử lý hồ sơ"),
        one.inside,
        f"{one.code}_suspended",
        keeper,
        one.law,
        _("văn bản tạm dừng"),
        ("CV", "TB", "QĐ"),
        needs_note=True,
        pauses="suspension",
        way="back",
    )
    yield Move(
        f"resume_{one.code}",
        _("Tiếp tục xử lý hồ sơ"),
        of(f"{one.code}_suspended"),
        appraising,
        keeper,
        one.law,
        _("văn bản cho tiếp tục"),
        ("CV", "TB", "QĐ"),
        resumes="suspension",
    )
    if one.submits:
        yield Move(
            f"submit_{one.code}",
            one.named(_("Trình {authority}")),
            of(appraising),
            one.last,
            keeper,
            one.law,
            _("báo cáo thẩm định, tờ trình"),
            ("BC", "TTr"),
        )
    yield from decisions_of(one)


def decisions_of(one):
    """What the authority may decide: a new park, a larger one, another policy, another model, an urban-service area."""
    given = {"authority": one.code, "evidence": ("QĐ", "NQ", "CV"), "decides": True}
    yield Move(
        f"approve_{one.code}",
        one.named(_("{authority} chấp thuận chủ trương đầu tư")),
        of(one.last),
        "policy_approved",
        law=f"khoản 6 Điều 6 {DECREE}; {one.law}",
        product=_("quyết định chấp thuận chủ trương đầu tư"),
        tests=("kcn.in_plan", "kcn.inner_city", "kcn.phase", "kcn.province.occupancy"),
        **given,
    )
    for name, label, target, law, tests in (
        ("expand", _("{authority} chấp thuận mở rộng"), "policy_approved", "khoản 4 Điều 6", ("kcn.phase",)),
        ("adjust", _("{authority} điều chỉnh chủ trương, diện tích"), "area_adjusted", "Điều 7, khoản 3 Điều 11", ()),
        ("remodel", _("{authority} chấp thuận chuyển đổi mô hình"), "model_conversion", "Điều 38", ()),
        ("urbanise", _("{authority} chuyển sang đô thị - dịch vụ"), "to_urban_service", "", ("kcn.convert.years",)),
    ):
        yield Move(
            f"{name}_{one.code}",
            one.named(label),
            of(one.last),
            target,
            law=f"{law} {DECREE}".strip(),
            product=_("quyết định điều chỉnh chủ trương đầu tư"),
            tests=tests,
            way="adjust",
            keeps=frozenset() if target == "to_urban_service" else ALL_ASPECTS,
            **given,
        )


def spans_of(one):
    """The clocks of one authority. Forwarding and opinions run inside the appraisal: all count from the valid dossier,
    so they are never added up."""
    held, whole = of(f"{one.code}_supplement", f"{one.code}_suspended"), f"kcn.policy.{one.code}.appraise"
    yield Span(f"kcn.policy.{one.code}.forward", _("Gửi lấy ý kiến"), of(f"{one.code}_filed"), held=held, within=whole)
    yield Span(
        f"kcn.policy.{one.code}.opinion", _("Cơ quan trả lời"), of(f"{one.code}_consulting"), held=held, within=whole
    )
    yield Span(whole, one.named(_("Thẩm định ({authority})")), one.inside, held=held)
    if one.submits:
        yield Span(f"kcn.policy.{one.code}.decide", one.named(_("{authority} quyết định")), of(one.last))
