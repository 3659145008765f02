"""What a test of the law found, in words and figures that a page can show."""

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from accounts.templatetags.portal import number, percent

PASSED, FAILED, LEGACY, UNKNOWN = "passed", "failed", "legacy", "unknown"
SIGNS = {"≥": lambda value, limit: value >= limit, ">": lambda value, limit: value > limit}
SIGNS |= {"≤": lambda value, limit: value <= limit}


@dataclass(frozen=True)
class Finding:
    """What one test found. `outcome`: passed, failed, legacy or unknown; `why` says it in a sentence."""

    code: str
    label: str
    outcome: str
    found: str
    wanted: str
    article: str
    why: str

    def as_json(self):
        return asdict(self)


@dataclass(frozen=True)
class Criterion:
    """What the law tests, by its code, with the words under which it is shown."""

    code: str
    label: object

    def found(self, outcome, found="", wanted="", article="", why=""):
        return Finding(self.code, str(self.label), outcome, found, wanted, article, str(why))

    def unknown(self, wanted, article, why):
        return self.found(UNKNOWN, "", wanted, article, why)

    def compare(self, value, sign, rule, extra=""):
        """`value`, in the rule's unit, against the threshold; unknown when there is no value."""
        wanted = f"{sign} {written(rule.value, rule.unit)}"
        if value is None:
            return self.unknown(wanted, rule.article, extra or _("Sổ chưa có số liệu để so."))
        outcome = PASSED if SIGNS[sign](value, rule.value) else FAILED
        found = written(value, rule.unit)
        why = _("%(found)s, quy định %(wanted)s.") % {"found": found, "wanted": wanted}
        return self.found(outcome, found, wanted, rule.article, f"{why} {extra}".strip())


def written(value, unit):
    """A figure with its unit as pages show it: 31,2 % or 74,5 ha."""
    if unit == "%":
        return percent(value)
    return f"{number(value)} {_('năm') if unit == 'y' else unit}"
