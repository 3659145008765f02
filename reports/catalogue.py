"""The reports that the portal can make: title, what they hold, what the reader chooses first, how they are built."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.progress_report import progress_report
from reports.sheet import Report


@dataclass(frozen=True)
class Listed:
    """A report of the catalogue; its page is the address `reports:<name>`."""

    title: Any
    about: Any
    needs: Any
    build: Callable[..., Report]


CATALOGUE = {
    "progress": Listed(
        title=_("Báo cáo tiến độ quy hoạch, phát triển khu, cụm công nghiệp"),
        about=_(
            "Từ quy hoạch đến lấp đầy, theo loại và tình trạng; mức độ đầy đủ, chênh lệch số liệu; danh sách đầy đủ."
        ),
        needs=_("một thành phố và ngày chốt số liệu"),
        build=progress_report,
    ),
}
