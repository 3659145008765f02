"""The sentence of each kind of notice. `given` fills its names; a day stands in it as a day, whoever reads it."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # What somebody has just done.
    "task_given": _("%(agency)s giao việc mới; thời hạn: %(due)s."),
    "task_asked": _("%(agency)s yêu cầu giải trình, trả lời chậm nhất %(answer_by)s: %(text)s"),
    "task_explained": _("%(agency)s đã giải trình: %(text)s"),
    "task_claimed": _("%(agency)s báo cáo đã hoàn thành ngày %(on)s, chờ xác nhận."),
    "task_confirmed": _("Đã được xác nhận hoàn thành ngày %(on)s."),
    "task_returned": _("Chưa được xác nhận hoàn thành: %(text)s"),
    "task_extended": _("Đã gia hạn: hạn mới %(due)s, hạn cũ %(before)s."),
    "opinion_asked": _("%(agency)s lấy ý kiến; thời hạn trả lời: %(due)s."),
    "opinion_answered": _("%(agency)s đã trả lời ngày %(on)s."),
    "obstacle_given": _("Vướng mắc giao cơ quan tháo gỡ; dự kiến xong: %(due)s."),
    "obstacle_update_waiting": _("%(agency)s cập nhật ngày %(on)s, chờ duyệt."),
    "obstacle_update_decided": _("Cập nhật ngày %(on)s đã được xem xét: mở vướng mắc để xem kết quả duyệt."),
    # A task and its deadline.
    "task_due_soon": _("Còn %(days)s ngày làm việc đến hạn %(due)s."),
    "task_due_today": _("Hôm nay là ngày cuối của thời hạn (%(due)s)."),
    "task_overdue": _("Quá hạn %(days)s ngày (hạn %(due)s), chưa báo cáo hoàn thành."),
    "task_escalated": _("Cơ quan chủ trì đã được nhắc nhiều lần, vẫn quá hạn %(days)s ngày (hạn %(due)s)."),
    "task_untold": _("Quá hạn %(days)s ngày (hạn %(due)s); cơ quan chủ trì chưa có ai trên cổng để nhắc."),
    "task_claim_waits": _("Báo cáo hoàn thành ngày %(on)s đã chờ xác nhận %(days)s ngày làm việc."),
    "task_silent": _("Chưa có báo cáo mới từ ngày %(since)s."),
    "answer_due_soon": _("Còn %(days)s ngày làm việc đến hạn giải trình %(due)s."),
    "answer_due_today": _("Hôm nay là ngày cuối để giải trình (%(due)s)."),
    "answer_overdue": _("Quá hạn giải trình %(days)s ngày (hạn %(due)s)."),
    "answer_escalated": _("Cơ quan chủ trì đã được nhắc nhiều lần, vẫn chưa giải trình (hạn %(due)s)."),
    "answer_untold": _("Quá hạn giải trình %(days)s ngày (hạn %(due)s); cơ quan chủ trì chưa có ai trên cổng để nhắc."),
    # A duty that comes back.
    "period_due_soon": _("Còn %(days)s ngày làm việc đến hết kỳ (%(due)s), chưa có báo cáo của kỳ này."),
    "period_due_today": _("Hôm nay là ngày cuối của kỳ (%(due)s), chưa có báo cáo của kỳ này."),
    "period_overdue": _("Kỳ đã hết ngày %(due)s (%(days)s ngày trước), chưa có báo cáo."),
    "period_escalated": _("Cơ quan chủ trì đã được nhắc nhiều lần, vẫn chưa báo cáo kỳ đã hết ngày %(due)s."),
    "period_untold": _(
        "Kỳ đã hết ngày %(due)s (%(days)s ngày trước), chưa có báo cáo; cơ quan chủ trì chưa có ai trên cổng để nhắc."
    ),
    # An opinion that was asked for.
    "opinion_due_soon": _("Còn %(days)s ngày làm việc đến hạn trả lời ý kiến %(due)s."),
    "opinion_due_today": _("Hôm nay là ngày cuối để trả lời ý kiến (%(due)s)."),
    "opinion_overdue": _("Quá hạn trả lời ý kiến %(days)s ngày (hạn %(due)s)."),
    "opinion_silent": _("%(agency)s chưa trả lời, hạn %(due)s đã qua."),
    "opinion_deemed": _("%(agency)s không trả lời trong hạn %(due)s: coi như đồng ý theo quy định."),
    # An obstacle.
    "obstacle_due_soon": _("Còn %(days)s ngày làm việc đến ngày dự kiến tháo gỡ xong %(due)s."),
    "obstacle_due_today": _("Hôm nay là ngày dự kiến tháo gỡ xong (%(due)s)."),
    "obstacle_overdue": _("Đã qua ngày dự kiến tháo gỡ xong %(days)s ngày (%(due)s)."),
    "obstacle_stale": _("Không có cập nhật nào được duyệt từ ngày %(since)s."),
    "obstacle_update_waits": _("Cập nhật ngày %(on)s đã chờ duyệt %(days)s ngày làm việc."),
    # The clock of a dossier.
    "dossier_due_soon": _("Còn %(days)s ngày làm việc đến hạn của hồ sơ %(due)s."),
    "dossier_due_today": _("Hôm nay là ngày cuối của thời hạn hồ sơ (%(due)s)."),
    "dossier_overdue": _("Hồ sơ quá hạn %(days)s ngày (hạn %(due)s)."),
}
MARKS = {
    "overdue": "late",
    "escalated": "late",
    "untold": "late",
    "asked": "soon",
    "due_today": "soon",
    "due_soon": "soon",
    "waits": "soon",
    "silent": "soon",
    "stale": "soon",
    "": "in_plan",
}  # how a kind ends → the mark of the style sheet, the most pressing first


def mark_of(kind):
    return next(mark for ending, mark in MARKS.items() if kind.endswith(ending))
