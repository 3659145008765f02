"""What waits for a person and their agency today: what, which zone, by when, who asked, and the next thing to do."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from planning.models import Holiday
from planning.my_work import dossiers, obstacles, opinions, tasks

ORDER = ("asked", "late", "soon", "claims", "updates", "obstacles", "answer", "settle", "dossiers")
ORDER += ("silent", "open", "helping")


@dataclass(frozen=True)
class Group:
    """`empty`: what it means that there is nothing in it."""

    id: str
    title: Any
    duties: list
    empty: Any


@dataclass(frozen=True)
class Work:
    """The groups of the page, most pressing first, those with nothing in them apart; the agency's tasks by officer.
    `person`: whose alone it shows (a planning.my_work.tasks.Share), None: everybody's of the agency."""

    groups: list
    nothing: list
    shares: list
    person: Any


def work(user, today, person=""):
    """The work of `user`; `person`: the key of a share, to see only theirs. As many
    statements for any number of lines."""
    calendar, found = Holiday.objects.calendar(), tasks.open_tasks(user, today)
    shares = tasks.shares(found, user, today)
    chosen = next((share for share in shares if share.key == person), None)
    if chosen:
        found = [task for task in found if task.officer == chosen.person and tasks.mine(task, user)]
    kept = tasks.grouped(found, user, today, calendar)
    groups = of_tasks(kept) if chosen else [*of_tasks(kept), *of_others(user, today, calendar)]
    groups.sort(key=lambda group: ORDER.index(group.id))
    return Work([one for one in groups if one.duties], [one for one in groups if not one.duties], shares, chosen)


def of_tasks(kept):
    return [
        Group("asked", _("Phải giải trình"), kept["asked"], _("Không có yêu cầu giải trình nào chờ trả lời.")),
        Group("late", _("Quá hạn"), kept["late"], _("Không có nhiệm vụ nào quá hạn.")),
        Group("soon", _("Đến hạn trong 14 ngày"), kept["soon"], _("Không có nhiệm vụ nào đến hạn trong 14 ngày.")),
        Group("claims", _("Chờ tôi xác nhận"), kept["claims"], _("Không có báo cáo hoàn thành nào chờ xác nhận.")),
        Group("silent", _("Im lặng quá 30 ngày"), kept["silent"], _("Nhiệm vụ nào cũng có báo cáo trong 30 ngày qua.")),
        Group("open", _("Đang làm"), kept["open"], _("Không còn nhiệm vụ nào khác đang làm.")),
        Group("helping", _("Phối hợp"), kept["helping"], _("Không phối hợp nhiệm vụ nào đang làm.")),
    ]


def of_others(user, today, calendar):
    return [
        Group("updates", _("Cập nhật vướng mắc chờ duyệt"), obstacles.undecided(user),
              _("Không có cập nhật vướng mắc nào chờ tôi duyệt.")),
        Group("obstacles", _("Vướng mắc tôi phải gỡ"), obstacles.to_remove(user, today, calendar),
              _("Không có vướng mắc nào phải tháo gỡ.")),
        Group("answer", _("Ý kiến phải trả lời"), opinions.to_answer(user, calendar),
              _("Không còn ý kiến nào phải trả lời.")),
        Group("settle", _("Ý kiến chờ xử lý"), opinions.to_settle(user),
              _("Không có ý kiến nào chờ tách hoặc xử lý.")),
        Group("dossiers", _("Hồ sơ trễ hoặc đến hạn trong 14 ngày"), dossiers.pressing(user, today, calendar),
              _("Không có hồ sơ nào của cơ quan trễ hoặc sắp đến hạn.")),
    ]  # fmt: skip
