"""Spreadsheet rows become records and facts: previewed row by row, then all of them at once, or none."""

from zones.importing.blank import template
from zones.importing.preview import Change, Outcome, Preview, Refusal, Skipped
from zones.importing.targets import TARGETS, Target
from zones.importing.undoing import added, undo
from zones.importing.verbs import AlreadyApplied, Busy, ImportChanged, apply, choose_sheet, outcomes, upload

__all__ = [
    "TARGETS",
    "AlreadyApplied",
    "Busy",
    "Change",
    "ImportChanged",
    "Outcome",
    "Preview",
    "Refusal",
    "Skipped",
    "Target",
    "added",
    "apply",
    "choose_sheet",
    "outcomes",
    "template",
    "undo",
    "upload",
]
