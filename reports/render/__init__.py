"""A built report in the formats that leave the house.

content = FORMATS["pdf"].render(report)
"""

from collections.abc import Callable
from dataclasses import dataclass

from reports.render import docx, pdf, xlsx
from reports.sheet import Report

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class Format:
    """How a report is written; the content type goes into the answer, the name of the format into the file name."""

    render: Callable[[Report], bytes]
    content_type: str


FORMATS = {
    "docx": Format(docx.render, f"{_OFFICE}.wordprocessingml.document"),
    "pdf": Format(pdf.render, "application/pdf"),
    "xlsx": Format(xlsx.render, f"{_OFFICE}.spreadsheetml.sheet"),
}
