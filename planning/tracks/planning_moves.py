"""The fifteen steps of a planning dossier as moves; `task` and `approved` are the states of the level concerned."""

from django.utils.translation import gettext_lazy as _

from planning.tracks.shapes import Move, of

LAW = "Luật Quy hoạch đô thị và nông thôn 47/2024/QH15"
DECREE = "Nghị định 178/2025/NĐ-CP"
CLUSTERS = "khoản 2 Điều 15 Nghị định 32/2024/NĐ-CP"
ANSWERED = of("plan_consulting", "agencies_answered", "community_answered")
SHARES = ("planning.green", "planning.road", "planning.infra")


def tasks(task):
    """Steps 2 to 5: the planning task is prepared, sent round, appraised and approved."""
    yield Move(
        "prepare_task",
        _("Lập hồ sơ nhiệm vụ"),
        of("assigned"),
        "task_prepared",
        "lead",
        f"Điều 4 {DECREE}",
        _("tờ trình, thuyết minh nhiệm vụ"),
        ("TTr", "BC", "K"),
    )
    yield Move(
        "consult_task",
        _("Gửi lấy ý kiến nhiệm vụ"),
        of("task_prepared"),
        "task_consulting",
        "lead",
        f"khoản 4 Điều 36 {LAW}",
        _("công văn lấy ý kiến"),
        ("CV",),
    )
    yield Move(
        "appraise_task",
        _("Trình thẩm định nhiệm vụ"),
        of("task_prepared", "task_consulting"),
        "task_appraising",
        "lead",
        LAW,
        _("tờ trình thẩm định"),
        ("TTr", "CV"),
    )
    yield Move(
        "return_task",
        _("Trả nhiệm vụ để hoàn thiện"),
        of("task_appraising"),
        "task_prepared",
        "planning",
        LAW,
        _("văn bản yêu cầu hoàn thiện"),
        ("CV", "TB", "BC"),
        needs_note=True,
        way="back",
    )
    yield Move(
        "approve_task",
        _("Phê duyệt nhiệm vụ"),
        of("task_appraising"),
        task,
        "committee",
        LAW,
        _("quyết định phê duyệt nhiệm vụ"),
        ("QĐ",),
        decides=True,
    )


def drafting(task, skip):
    """Steps 6 to 9: the plan is drawn, agencies and residents are asked, their comments answered. `skip`: its law."""
    if task:
        yield Move(
            "draft_plan",
            _("Lập đồ án theo nhiệm vụ"),
            of(task),
            "plan_preparing",
            "lead",
            f"Điều 4 {DECREE}",
            _("hợp đồng, kế hoạch lập đồ án"),
            ("KH", "CV", "QĐ", "K"),
        )
    yield Move(
        "draft_without_task",
        _("Lập đồ án, không lập nhiệm vụ"),
        of("assigned"),
        "plan_preparing",
        "lead",
        skip,
        _("văn bản giao lập quy hoạch"),
        ("QĐ", "CV", "KH"),
    )
    yield Move(
        "consult",
        _("Lấy ý kiến cơ quan và cộng đồng"),
        of("plan_preparing"),
        "plan_consulting",
        "lead",
        f"khoản 6, khoản 7 Điều 37 {LAW}",
        _("công văn lấy ý kiến, thông báo đến cộng đồng"),
        ("CV", "TB"),
    )
    answers = (
        ("agencies_answer", _("Đủ ý kiến các cơ quan"), "plan_consulting", "agencies_answered", 6),
        ("community_answers", _("Kết thúc lấy ý kiến cộng đồng"), "plan_consulting", "community_answered", 7),
    )
    for code, name, source, target, clause in answers:
        yield Move(
            code,
            name,
            of(source),
            target,
            "lead",
            f"khoản {clause} Điều 37 {LAW}",
            _("văn bản góp ý, biên bản tổng hợp"),
            ("CV", "BC", "K"),
            tests=("planning.community",) if target == "community_answered" else (),
        )
    yield Move(
        "digest",
        _("Tiếp thu, giải trình"),
        ANSWERED,
        "digested",
        "lead",
        f"Điều 37 {LAW}",
        _("bảng tiếp thu, giải trình"),
        ("BC", "K"),
        tests=("planning.community",),
    )


def adopting(approved):
    """Steps 10 to 14: council, agreement of the department, submission, approval, publication."""
    yield Move(
        "appraise",
        _("Trình Hội đồng thẩm định"),
        of("digested"),
        "appraising",
        "lead",
        f"khoản 4 Điều 40 {LAW}",
        _("tờ trình, hồ sơ đồ án"),
        ("TTr", "CV"),
        tests=SHARES,
    )
    yield Move(
        "return_plan",
        _("Yêu cầu hoàn thiện đồ án"),
        of("appraising"),
        "supplementing",
        "planning",
        LAW,
        _("văn bản yêu cầu hoàn thiện"),
        ("CV", "TB"),
        needs_note=True,
        pauses="supplement",
        way="back",
    )
    yield Move(
        "resubmit_plan",
        _("Nhận hồ sơ đã hoàn thiện"),
        of("supplementing"),
        "appraising",
        "planning",
        LAW,
        _("hồ sơ đã hoàn thiện"),
        ("TTr", "CV", "BC", "K"),
        resumes="supplement",
    )
    yield Move(
        "conclude",
        _("Kết luận thẩm định"),
        of("appraising"),
        "appraised",
        "planning",
        f"khoản 4 Điều 40 {LAW}",
        _("biên bản, thông báo kết luận của Hội đồng"),
        ("TB", "BC"),
    )
    yield Move(
        "redraw",
        _("Lập lại đồ án theo kết luận"),
        of("appraised", "submitted"),
        "plan_preparing",
        "committee",
        LAW,
        _("thông báo kết luận, văn bản trả hồ sơ"),
        ("TB", "CV"),
        needs_note=True,
        way="back",
    )
    yield Move(
        "agree",
        _("Sở thống nhất bằng văn bản"),
        of("appraised"),
        "agreed",
        "planning",
        f"khoản 4 Điều 41 {LAW}",
        _("văn bản thống nhất"),
        ("CV",),
    )
    yield Move(
        "submit",
        _("Trình phê duyệt"),
        of("appraised", "agreed"),
        "submitted",
        "lead",
        LAW,
        _("tờ trình, báo cáo thẩm định; nghị quyết HĐND khi cần"),
        ("TTr", "BC", "NQ"),
    )
    yield Move(
        "approve",
        _("Phê duyệt đồ án"),
        of("submitted", "agreed"),
        approved,
        "committee",
        LAW,
        _("quyết định phê duyệt"),
        ("QĐ",),
        decides=True,
        tests=SHARES,
    )
    yield Move(
        "publish",
        _("Công bố công khai"),
        of(approved),
        "published",
        "commune",
        LAW,
        _("thông báo, biên bản công bố"),
        ("TB", "BC", "K"),
    )


def later(approved):
    """Step 15: an approved plan changes by an adjusting decision only, as a whole or locally; or it is annulled."""
    in_force = of(approved, "published")
    yield Move(
        "adjust_overall",
        _("Điều chỉnh tổng thể"),
        in_force,
        "assigned",
        "committee",
        f"Điều 45 {LAW}",
        _("quyết định cho lập điều chỉnh tổng thể"),
        ("QĐ", "CV"),
        decides=True,
        needs_note=True,
        way="adjust",
    )
    yield Move(
        "adjust_locally",
        _("Điều chỉnh cục bộ"),
        in_force,
        "adjusting_local",
        "committee",
        f"Điều 45 {LAW}",
        _("văn bản cho điều chỉnh cục bộ"),
        ("QĐ", "CV"),
        needs_note=True,
        way="adjust",
    )
    yield Move(
        "appraise_adjustment",
        _("Trình thẩm định điều chỉnh cục bộ"),
        of("adjusting_local"),
        "adjustment_appraising",
        "lead",
        "Quyết định 18/2025/QĐ-TTg",
        _("tờ trình, hồ sơ điều chỉnh"),
        ("TTr", "CV"),
    )
    yield Move(
        "drop_adjustment",
        _("Thôi điều chỉnh, giữ đồ án đã duyệt"),
        of("adjusting_local", "adjustment_appraising"),
        approved,
        "committee",
        f"Điều 45 {LAW}",
        _("văn bản dừng điều chỉnh"),
        ("CV", "TB"),
        needs_note=True,
        way="back",
    )
    yield Move(
        "approve_adjustment",
        _("Phê duyệt điều chỉnh cục bộ"),
        of("adjustment_appraising"),
        approved,
        "committee",
        f"Điều 45 {LAW}",
        _("quyết định phê duyệt điều chỉnh"),
        ("QĐ",),
        decides=True,
        tests=SHARES,
        way="adjust",
    )
    yield Move(
        "annul_plan",
        _("Huỷ bỏ đồ án"),
        in_force,
        "plan_annulled",
        "committee",
        LAW,
        _("quyết định huỷ bỏ"),
        ("QĐ",),
        decides=True,
        needs_note=True,
        way="annul",
    )
