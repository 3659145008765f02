"""The law's tests of a move, computed from the register: passed, failed, with a legacy reason, or unknown."""

from planning.conditions import clusters, parks, plans, works
from planning.conditions.case import Case
from planning.conditions.finding import FAILED, LEGACY, PASSED, UNKNOWN, Finding

CONDITIONS = {**clusters.CONDITIONS, **parks.CONDITIONS, **plans.CONDITIONS, **works.CONDITIONS}


def check(dossier, codes, book, rule_day, day):
    """The findings of the tests `codes` for `dossier`: facts as of `day`, thresholds of `book` as of `rule_day`.

    A test whose rule was not in force on `rule_day`, or that does not concern the dossier's zone, says nothing. What
    the register does not know is "unknown", never "failed"."""
    if not dossier.zone_id:
        return []
    case = Case(dossier, book, rule_day, day)
    return [finding for code in codes if (finding := CONDITIONS[code](case))]


__all__ = ["CONDITIONS", "FAILED", "LEGACY", "PASSED", "UNKNOWN", "Finding", "check"]
