"""High-tech parks: scheme, opinions of ministries, assessment, decision of the provincial committee."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from planning.tracks.shapes import ALL_ASPECTS, COOPERATING, OPINION, Move, Span, State, Table, Transition, by_code, of

KIND = of("KCNC")
DECREE = "Nghị định 260/2026/NĐ-CP"
EARLIER = "Quy định về khu công nghệ cao trước 01/7/2026"
NEW_LAW = date(2026, 7, 1)
UNDER_WAY = of("scheme_filed", "consulting", "assessed")
BEGINNINGS = of("proposed", "in_plan", "expanding", "adjusting")

STATES = by_code(
    State("proposed", _("Đề xuất"), main="proposed"),
    State("in_plan", _("Có trong quy hoạch"), main="in_plan"),
    State("scheme_filed", _("Đã lập đề án")),
    State("consulting", _("Lấy ý kiến các bộ"), OPINION, "ministry"),
    State("assessed", _("Đã đánh giá, trình UBND cấp tỉnh"), COOPERATING, "committee"),
    State("supplement", _("Chờ bổ sung đề án"), COOPERATING, "board"),
    State("established", _("Đã thành lập"), main="established", established="yes", final=True),
    State("expanding", _("Đang làm thủ tục mở rộng")),
    State("adjusting", _("Đang làm thủ tục điều chỉnh")),
    State("decision_adjusted", _("Đã điều chỉnh quyết định"), final=True),
    State("annulled", _("Đã bãi bỏ quyết định"), main="annulled", established="no"),
    State("removed_from_plan", _("Đưa ra khỏi quy hoạch"), main="removed", final=True),
)
PATH = ("proposed", "in_plan", "scheme_filed", "consulting", "assessed", "established")
FOUNDING = ("kcnc.service.share", "kcnc.occupancy")
DECIDED = {"authority": "committee", "evidence": ("QĐ",), "decides": True}


def moves(law):
    """`law`: the article on the procedure, and that on kinds of change."""
    procedure, change = law
    yield Move(
        "include_in_plan",
        _("Đưa vào quy hoạch"),
        of("proposed"),
        "in_plan",
        "committee",
        procedure,
        _("quyết định phê duyệt hoặc điều chỉnh quy hoạch"),
        ("QĐ", "NQ"),
        decides=True,
    )
    yield Move(
        "file_scheme",
        _("Lập đề án"),
        BEGINNINGS,
        "scheme_filed",
        "board",
        procedure,
        _("đề án thành lập, mở rộng, điều chỉnh"),
        ("TTr", "BC", "K"),
    )
    yield Move(
        "consult", _("Lấy ý kiến các bộ"), of("scheme_filed"), "consulting", "board", procedure, _("công văn"), ("CV",)
    )
    yield Move(
        "assess",
        _("Đánh giá, trình UBND cấp tỉnh"),
        of("consulting"),
        "assessed",
        "board",
        procedure,
        _("báo cáo đánh giá, tờ trình"),
        ("BC", "TTr"),
        tests=FOUNDING,
    )
    yield Move(
        "return_for_supplement",
        _("Yêu cầu bổ sung đề án"),
        UNDER_WAY,
        "supplement",
        "committee",
        procedure,
        _("văn bản yêu cầu bổ sung"),
        ("CV", "TB"),
        needs_note=True,
        pauses="supplement",
        way="back",
    )
    yield Move(
        "refile",
        _("Nhận đề án đã bổ sung"),
        of("supplement"),
        "consulting",
        "board",
        procedure,
        _("đề án đã bổ sung"),
        ("TTr", "BC", "K"),
        resumes="supplement",
    )
    yield Move(
        "establish",
        _("Quyết định thành lập"),
        of("assessed"),
        "established",
        law=procedure,
        product=_("quyết định thành lập"),
        tests=FOUNDING,
        **DECIDED,
    )
    yield from changes(procedure, change)


def changes(procedure, change):
    """Expansion (10 % or 50 ha and more), adjustment (less), annulment."""
    yield Move(
        "start_expansion",
        _("Đề nghị mở rộng"),
        of("established", "decision_adjusted"),
        "expanding",
        "board",
        change,
        _("văn bản đề nghị mở rộng"),
        ("CV", "TTr"),
        tests=("kcnc.occupancy",),
    )
    yield Move(
        "expand",
        _("Quyết định mở rộng"),
        of("assessed"),
        "established",
        law=procedure,
        product=_("quyết định mở rộng"),
        tests=FOUNDING,
        keeps=ALL_ASPECTS,
        **DECIDED,
    )
    yield Move(
        "start_adjustment",
        _("Đề nghị điều chỉnh"),
        of("established", "decision_adjusted"),
        "adjusting",
        "board",
        change,
        _("văn bản đề nghị điều chỉnh"),
        ("CV", "TTr"),
        way="adjust",
    )
    yield Move(
        "adjust",
        _("Quyết định điều chỉnh, đổi tên"),
        of("established", "adjusting", "assessed"),
        "decision_adjusted",
        law=change,
        product=_("quyết định điều chỉnh"),
        way="adjust",
        keeps=ALL_ASPECTS,
        **DECIDED,
    )
    yield Move(
        "drop",
        _("Thôi mở rộng, điều chỉnh; giữ quyết định cũ"),
        UNDER_WAY | {"expanding", "adjusting"},
        "established",
        "committee",
        procedure,
        _("văn bản dừng thủ tục"),
        ("CV", "TB"),
        needs_note=True,
        way="back",
        keeps=ALL_ASPECTS,
    )
    yield Move(
        "refuse",
        _("Không chấp thuận đề án"),
        UNDER_WAY,
        "in_plan",
        "committee",
        procedure,
        _("văn bản nêu lý do"),
        ("CV", "TB"),
        needs_note=True,
        way="back",
        keeps=ALL_ASPECTS,
    )
    yield Move(
        "annul",
        _("Bãi bỏ quyết định"),
        of("established", "decision_adjusted"),
        "annulled",
        law=procedure,
        product=_("quyết định bãi bỏ"),
        needs_note=True,
        way="annul",
        **DECIDED,
    )
    yield Move(
        "relist",
        _("Trở lại quy hoạch"),
        of("annulled"),
        "in_plan",
        "committee",
        procedure,
        _("văn bản của UBND cấp tỉnh"),
        ("QĐ", "CV", "TB"),
    )
    yield Move(
        "remove_from_plan",
        _("Đưa ra khỏi quy hoạch"),
        of("in_plan", "annulled"),
        "removed_from_plan",
        "committee",
        procedure,
        _("quyết định điều chỉnh quy hoạch"),
        ("QĐ", "NQ"),
        decides=True,
        needs_note=True,
        way="annul",
    )


SPANS = (Span("kcnc.opinion", _("Các bộ trả lời ý kiến"), of("consulting"), held=of("supplement")),)


def rules_of(code, law, articles, spans, valid_from, valid_to):
    start, name = of("proposed", "in_plan"), _("Thành lập, mở rộng khu công nghệ cao")
    given = (STATES, by_code(*moves(articles)), spans, start, PATH, valid_from, valid_to)
    return Table(code, "legal", name, law, KIND, *given)


TABLES = (
    rules_of("kcnc-legal-earlier", EARLIER, (EARLIER, EARLIER), (), None, date(2026, 6, 30)),
    rules_of("kcnc-legal-260-2026", DECREE, (f"Điều 20 {DECREE}", f"Điều 3, 19, 20 {DECREE}"), SPANS, NEW_LAW, None),
)
TRANSITIONS = (Transition("legal", KIND, NEW_LAW, of("scheme_filed", "expanding", "adjusting"), frozenset(), DECREE),)
