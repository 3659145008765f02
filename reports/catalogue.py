"""The reports that the portal can make: title, what they hold, what the reader chooses first, how they are built."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.opinions_document import opinions_report
from reports.progress_report import progress_report
from reports.sheet import Report


@dataclass(frozen=True)
class Listed:
    """A report of the catalogue; `page`: the name of the address from which it is read or taken."""

    title: Any
    about: Any
    needs: Any
    page: str
    build: Callable[..., Report]


CATALOGUE = {
    "progress": Listed(
        title=_("Báo cáo tiến độ quy hoạch, phát triển khu, cụm công nghiệp"),
        about=_(
            "Từ quy hoạch đến lấp đầy, theo loại và tình trạng; mức độ đầy đủ, chênh lệch số liệu; danh sách đầy đủ."
        ),
        needs=_("một thành phố và ngày chốt số liệu"),
        page="reports:progress",
        build=progress_report,
    ),
    "opinions": Listed(
        title=_("Bảng tổng hợp, tiếp thu, giải trình ý kiến"),
        about=_("Ai được hỏi, ai trả lời, ai im lặng; từng điểm góp ý, tiếp thu hay không, vì sao, sửa ở đâu."),
        needs=_("một đợt lấy ý kiến, rồi tải ở trang của đợt đó"),
        page="planning:consultations",
        build=opinions_report,
    ),
}
