"""The moves of an industrial cluster's legal track, the same under every set of rules; `law` names the articles."""

from django.utils.translation import gettext_lazy as _

from planning.tracks.shapes import ALL_ASPECTS, Move, of

CALL = of("call_requested", "call_open", "call_closed")
RUNGS = ("under_appraisal", "consulting", "members_named", "council_set", "criteria_issued", "scored")
APPRAISAL = frozenset(RUNGS)
FILED = APPRAISAL | {"appraisal_submitted", "suspended"}
DECIDABLE = APPRAISAL | {"appraisal_submitted"}
BEGUN = CALL | {"dossier_submitted", "expanding", "decision_adjusted"}


def rung(code):
    """The rungs of the appraisal below `code`; the highest is proved by its document, those below may be missing."""
    return frozenset(RUNGS[: RUNGS.index(code)])


def listing(law):
    """Into the list of the city's plan, out of it, and on to another use."""
    return (
        Move(
            "include_in_plan",
            _("Đưa vào danh mục quy hoạch"),
            of("proposed"),
            "in_plan",
            "committee",
            law["list"],
            product=_("quyết định phê duyệt hoặc điều chỉnh quy hoạch"),
            evidence=("QĐ", "NQ"),
            decides=True,
            tests=("ccn.size",),
        ),
        Move(
            "relist",
            _("Trở lại danh mục, gọi nhà đầu tư lại"),
            of("annulled"),
            "in_plan",
            "committee",
            law["adjust"],
            product=_("quyết định bãi bỏ hoặc văn bản của UBND cấp tỉnh"),
            evidence=("QĐ", "CV", "TB"),
            tests=("ccn.in_plan",),
        ),
        Move(
            "remove_from_plan",
            _("Đưa ra khỏi quy hoạch"),
            of("in_plan", "annulled", "operating_not_established"),
            "removed_from_plan",
            "committee",
            law["remove"],
            product=_("quyết định điều chỉnh quy hoạch, kèm phương án chuyển đổi khả thi"),
            evidence=("QĐ", "NQ"),
            decides=True,
            needs_note=True,
            way="annul",
        ),
        Move(
            "convert",
            _("Chuyển đổi chức năng"),
            of("removed_from_plan"),
            "converted",
            "committee",
            law["remove"],
            product=_("quyết định chuyển thành khu công nghiệp, điểm sản xuất hoặc chức năng khác"),
            evidence=("QĐ", "NQ"),
            decides=True,
            way="adjust",
        ),
    )


def calling(law):
    """From an investor's request to the commune's submission."""
    open_for_calls = of("in_plan", "expanding")
    return (
        Move(
            "request_call",
            _("Nhà đầu tư đề nghị làm chủ đầu tư"),
            open_for_calls,
            "call_requested",
            "commune",
            law["procedure"],
            product=_("văn bản đề nghị của nhà đầu tư (Mẫu 01 Thông tư 14/2024/TT-BCT)"),
            evidence=("CV", "TTr", "K"),
        ),
        Move(
            "announce_call",
            _("Thông báo tiếp nhận hồ sơ"),
            open_for_calls | {"call_requested"},
            "call_open",
            "commune",
            law["procedure"],
            product=_("thông báo của UBND cấp xã"),
            evidence=("TB",),
        ),
        Move(
            "close_call",
            _("Kết thúc tiếp nhận hồ sơ"),
            of("call_open"),
            "call_closed",
            "commune",
            law["procedure"],
            product=_("biên bản hoặc báo cáo kết quả tiếp nhận"),
            evidence=("BC", "TB", "K"),
        ),
        Move(
            "submit_dossier",
            _("Xã trình hồ sơ"),
            of("call_open", "call_closed"),
            "dossier_submitted",
            "commune",
            law["procedure"],
            product=_("tờ trình của UBND cấp xã kèm báo cáo đầu tư, bản đồ"),
            evidence=("TTr",),
        ),
        Move(
            "call_failed",
            _("Không có nhà đầu tư nộp hồ sơ"),
            CALL,
            "in_plan",
            "commune",
            law["procedure"],
            product=_("báo cáo hoặc thông báo của UBND cấp xã"),
            evidence=("BC", "TB", "CV"),
            needs_note=True,
            way="back",
            keeps=ALL_ASPECTS,
        ),
    )


def appraising(law):
    """The department's appraisal: consultation, council, scores; returned, suspended, or without a fit investor."""
    return (
        Move(
            "accept",
            _("Nhận đủ hồ sơ, thẩm định"),
            of("dossier_submitted"),
            "under_appraisal",
            "industry",
            law["procedure"],
            product=_("giấy tiếp nhận hồ sơ đầy đủ"),
            evidence=("K", "TB", "CV"),
            resumes="supplement",
        ),
        Move(
            "return_for_supplement",
            _("Trả hồ sơ để bổ sung"),
            APPRAISAL,
            "dossier_submitted",
            "industry",
            law["procedure"],
            product=_("văn bản yêu cầu bổ sung"),
            evidence=("CV", "TB"),
            needs_note=True,
            pauses="supplement",
            way="back",
        ),
        Move(
            "consult",
            _("Lấy ý kiến các cơ quan"),
            rung("consulting"),
            "consulting",
            "industry",
            law["procedure"],
            product=_("công văn xin ý kiến"),
            evidence=("CV",),
        ),
        Move(
            "ask_for_members",
            _("Đề nghị cử thành viên Hội đồng"),
            rung("members_named"),
            "members_named",
            "industry",
            law["procedure"],
            product=_("công văn đề nghị cử thành viên"),
            evidence=("CV",),
        ),
        Move(
            "set_council",
            _("Lập Hội đồng đánh giá, lựa chọn chủ đầu tư"),
            rung("council_set"),
            "council_set",
            "committee",
            law["procedure"],
            product=_("quyết định thành lập Hội đồng"),
            evidence=("QĐ",),
            decides=True,
        ),
        Move(
            "issue_criteria",
            _("Ban hành tiêu chí chấm điểm"),
            rung("criteria_issued"),
            "criteria_issued",
            "committee",
            law["procedure"],
            product=_("quyết định của Hội đồng về tiêu chí"),
            evidence=("QĐ",),
        ),
        Move(
            "score",
            _("Hội đồng chấm điểm"),
            rung("scored"),
            "scored",
            "committee",
            law["procedure"],
            product=_("biên bản chấm điểm (đạt từ 50/100 điểm)"),
            evidence=("K", "BC"),
        ),
        Move(
            "submit_appraisal",
            _("Trình UBND cấp tỉnh"),
            APPRAISAL,
            "appraisal_submitted",
            "industry",
            law["procedure"],
            product=_("báo cáo thẩm định, tờ trình"),
            evidence=("BC", "TTr"),
        ),
        Move(
            "return_to_department",
            _("UBND trả lại để thẩm định thêm"),
            of("appraisal_submitted"),
            "under_appraisal",
            "committee",
            law["procedure"],
            product=_("văn bản trả hồ sơ"),
            evidence=("CV", "TB"),
            needs_note=True,
            way="back",
        ),
        Move(
            "no_investor",
            _("Không chọn được chủ đầu tư"),
            DECIDABLE,
            "in_plan",
            "committee",
            law["procedure"],
            product=_("báo cáo kết quả hoặc văn bản giải tán Hội đồng"),
            evidence=("BC", "TB", "CV", "QĐ"),
            needs_note=True,
            way="back",
            keeps=ALL_ASPECTS,
        ),
        Move(
            "suspend",
            _("Tạm dừng thẩm định"),
            APPRAISAL,
            "suspended",
            "committee",
            law["procedure"],
            product=_("văn bản tạm dừng"),
            evidence=("CV", "TB", "QĐ"),
            needs_note=True,
            pauses="suspension",
            way="back",
        ),
        Move(
            "resume",
            _("Tiếp tục thẩm định"),
            of("suspended"),
            "under_appraisal",
            "committee",
            law["procedure"],
            product=_("văn bản cho tiếp tục"),
            evidence=("CV", "TB", "QĐ"),
            resumes="suspension",
        ),
    )


def deciding(law):
    """The decision of the provincial committee, and what later decisions make of it."""
    decision = _("quyết định thành lập, mở rộng cụm (Mẫu 02 Thông tư 14/2024/TT-BCT)")
    conditions = ("ccn.in_plan", "ccn.size", "ccn.establish.occupancy", "ccn.service.share", "ccn.type.share")
    standing = of("established", "decision_adjusted")
    by_committee = {"authority": "committee", "evidence": ("QĐ",), "decides": True}
    return (
        Move(
            "establish",
            _("Quyết định thành lập"),
            DECIDABLE,
            "established",
            law=law["conditions"],
            product=decision,
            tests=conditions,
            **by_committee,
        ),
        Move(
            "establish_existing",
            _("Quyết định thành lập cụm đang hoạt động"),
            DECIDABLE,
            "established",
            law=law["legacy"],
            product=decision,
            tests=("ccn.in_plan", "ccn.size", "ccn.regularise.deadline"),
            keeps=of("main", "operating"),
            **by_committee,
        ),
        Move(
            "regularise",
            _("Trình hợp thức cụm đang hoạt động"),
            of("operating_not_established"),
            "under_appraisal",
            "commune",
            law["legacy"],
            product=_("tờ trình và hồ sơ thành lập"),
            evidence=("TTr", "CV"),
            tests=("ccn.in_plan", "ccn.regularise.deadline"),
        ),
        Move(
            "start_expansion",
            _("Đề nghị mở rộng cụm"),
            of("established"),
            "expanding",
            "commune",
            law["conditions"],
            product=_("văn bản đề nghị mở rộng"),
            evidence=("CV", "TTr"),
            tests=("ccn.expand.occupancy", "ccn.size"),
        ),
        Move(
            "expand",
            _("Quyết định mở rộng"),
            DECIDABLE,
            "established",
            law=law["conditions"],
            product=decision,
            tests=("ccn.in_plan", "ccn.size", "ccn.expand.occupancy", "ccn.service.share", "ccn.type.share"),
            keeps=ALL_ASPECTS,
            **by_committee,
        ),
        Move(
            "drop_expansion",
            _("Thôi mở rộng, giữ quyết định cũ"),
            DECIDABLE | CALL | {"expanding", "dossier_submitted"},
            "established",
            "committee",
            law["procedure"],
            product=_("văn bản dừng thủ tục mở rộng"),
            evidence=("CV", "TB", "QĐ"),
            needs_note=True,
            way="back",
            keeps=ALL_ASPECTS,
        ),
        Move(
            "adjust_decision",
            _("Điều chỉnh quyết định thành lập"),
            of("established"),
            "decision_adjusted",
            law=law["adjust"],
            product=_("quyết định điều chỉnh"),
            tests=("ccn.size",),
            way="adjust",
            **by_committee,
        ),
        Move(
            "adjustment_holds",
            _("Quyết định điều chỉnh có hiệu lực"),
            of("decision_adjusted"),
            "established",
            "committee",
            law["adjust"],
            keeps=ALL_ASPECTS,
        ),
        Move(
            "annul",
            _("Bãi bỏ quyết định thành lập"),
            standing,
            "annulled",
            law=law["adjust"],
            product=_("quyết định bãi bỏ"),
            needs_note=True,
            way="annul",
            **by_committee,
        ),
    )
