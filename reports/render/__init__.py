"""A built report in the formats that leave the house.

content = FORMATS["pdf"].render(report)

What writes a format is loaded when the first report asks for it: most workers never write one.
"""

from dataclasses import dataclass
from importlib import import_module

from reports.sheet import Report

_OFFICE = "application/vnd.openxmlformats-officedocument"


class TooLong(ValueError):
    """A text that a cell of a spreadsheet cannot hold whole; it is refused, not cut."""


@dataclass(frozen=True)
class Format:
    """How a report is written; the content type goes into the answer, the name of the format into the file name."""

    name: str
    content_type: str

    def render(self, report: Report) -> bytes:
        """The report as a file, written by the module of that name here."""
        return import_module(f"{__name__}.{self.name}").render(report)


FORMATS = {
    "docx": Format("docx", f"{_OFFICE}.wordprocessingml.document"),
    "pdf": Format("pdf", "application/pdf"),
    "xlsx": Format("xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
}
