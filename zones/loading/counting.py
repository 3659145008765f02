"""The account of a loading: what was read ends in exactly one outcome, and the sums show it. Pure."""

from collections import Counter
from dataclasses import dataclass, field

OUTCOMES = ("created", "unchanged", "updated", "kept", "not loadable")


@dataclass
class Line:
    """What became of the items of one kind in one file.

    unchanged: already in the register · updated: the file says something new · kept: people have corrected or removed
    it, and the file does not win against them · not loadable: `reasons` tells why."""

    file: str
    what: str
    read: int
    outcomes: Counter = field(default_factory=Counter)
    reasons: list = field(default_factory=list)

    def count(self, outcome):
        self.outcomes[outcome] += 1

    def refuse(self, item, reason):
        self.count("not loadable")
        self.reasons.append(f"{item}: {reason}")

    @property
    def adds_up(self):
        return self.read == sum(self.outcomes.values())


class Account(list):
    """All lines of one loading."""

    def line(self, file, what, read):
        self.append(Line(file, what, read))
        return self[-1]

    def total(self, outcome):
        return sum(line.outcomes[outcome] for line in self)
