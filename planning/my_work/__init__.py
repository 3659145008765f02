"""What waits for a person and their agency today: what, which zone, by when, who asked, and the next thing to do."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from planning.models import Holiday
from planning.my_work import dossiers, obstacles, opinions, tasks
from planning.reminders import TASK_STALE_RULE

ORDER = ("asked", "late", "soon", "claims", "updates", "obstacles", "answer", "settle", "dossiers")
ORDER += ("silent", "open", "helping")


@dataclass(frozen=True)
class Group:
    """`empty`: what it means that there is nothing in it. `more`: how many tasks are not among its lines."""

    id: str
    title: Any
    duties: list
    empty: Any
    more: int = 0

    @property
    def count(self):
        return len(self.duties) + self.more


@dataclass(frozen=True)
class Work:
    """The groups of the page, most pressing first, those with nothing in them apart; the agency's tasks by officer.
    `person`: whose alone it shows (a planning.my_work.tasks.Share), None: everybody's of the agency. `silence`: what
    the page calls a task that is silent."""

    groups: list
    nothing: list
    shares: list
    person: Any
    silence: str


def work(user, today, person=""):
    """The work of `user`; `person`: the key of a share, to see only theirs. As many statements for any number
    of lines."""
    calendar, days = Holiday.objects.calendar(), tasks.silent_after(today)
    found = tasks.open_tasks(user, today, days)
    shares = tasks.shares(found, user, today)
    chosen = next((share for share in shares if share.key == person), None)
    if chosen:
        found = [task for task in found if task.officer == chosen.person and tasks.mine(task, user)]
    kept = tasks.grouped(found, user, today, calendar)
    groups = [*of_tasks(kept), silent_ones(kept, days)]
    groups += [] if chosen else of_others(user, today, calendar)
    groups.sort(key=lambda group: ORDER.index(group.id))
    some, nothing = ([one for one in groups if bool(one.duties) is kind] for kind in (True, False))
    return Work(some, nothing, shares, chosen, silence(days))


def of_tasks(kept):
    titles = {
        "asked": (_("Phải giải trình"), _("Không có yêu cầu giải trình nào chờ trả lời.")),
        "late": (_("Quá hạn"), _("Không có nhiệm vụ nào quá hạn.")),
        "soon": (_("Đến hạn trong 14 ngày"), _("Không có nhiệm vụ nào đến hạn trong 14 ngày.")),
        "claims": (_("Chờ tôi xác nhận"), _("Không có báo cáo hoàn thành nào chờ xác nhận.")),
        "open": (_("Đang làm"), _("Không còn nhiệm vụ nào khác đang làm.")),
        "helping": (_("Phối hợp"), _("Không phối hợp nhiệm vụ nào đang làm.")),
    }
    return [group_of(kept, name, *words) for name, words in titles.items()]


def group_of(kept, name, title, empty):
    lines, more = kept[name]
    return Group(name, title, lines, empty, more)


def silent_ones(kept, days):
    empty = _("Nhiệm vụ nào cũng có báo cáo trong %(n)s ngày qua.") % {"n": days}
    if days is None:
        empty = _("Chưa có quy tắc về im lặng (%(code)s) nên không nhiệm vụ nào bị coi là im lặng.")
        empty %= {"code": TASK_STALE_RULE}
    return group_of(kept, "silent", silence(days), empty)


def silence(days):
    return _("Im lặng") if days is None else _("Im lặng quá %(n)s ngày") % {"n": days}


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
