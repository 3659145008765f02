"""What each kind of row in steps.csv is: step_kinds.csv, and step_readings.csv for single rows that differ."""

from dataclasses import dataclass

from planning import tracks
from zones.loading.reading import Row, read
from zones.models.zone import ZoneKind

KINDS = "step kinds what track state name_vi why"
READINGS = "zone_code step on what track state name_vi why"
# An observed state; an event that changes none; an expected date; a row about the plan of a city.
STEP, EVENT, MILESTONE, PLAN = WHAT = ("step", "event", "milestone", "plan")


@dataclass(frozen=True)
class Kind:
    """What is made of a row: on which track, which state; its `name` for people, and `why` where that was decided."""

    row: Row
    what: str
    track: str
    state: str
    name: str
    why: str

    def check(self, zone, day):
        """The zone's table of moves on `day` must know the track and the state."""
        table = tracks.table(self.track, zone.kind, day)
        if table is None:
            raise self.row.bad("track", f"{zone.kind} has no track «{self.track}» ({zone.code}).")
        if self.state and self.state not in table.states:
            raise self.row.bad("state", f"«{self.state}» is no state of {table.code} ({zone.code}).")


class Kinds:
    def __init__(self, folder):
        self.kinds = {}
        for row in read(folder, "step_kinds.csv", KINDS):
            self.kinds.setdefault((row["step"], None), kind_of(row))
            for zone_kind in row.parts("kinds") or ZoneKind.values:
                if (row["step"], zone_kind) in self.kinds:
                    raise row.bad("kinds", f"«{row['step']}» of {zone_kind} stands twice.")
                self.kinds[row["step"], zone_kind] = kind_of(row)
        self.unused = {key_of(row): row for row in read(folder, "step_readings.csv", READINGS)}
        self.readings = {key: kind_of(row) for key, row in self.unused.items()}

    def of(self, row, zone_kind):
        """The kind of a row of steps.csv about a zone of `zone_kind`, or about none that is in the register."""
        self.unused.pop(key_of(row), None)
        found = self.readings.get(key_of(row)) or self.kinds.get((row["step"], zone_kind))
        if found is None:
            raise row.bad("step", f"«{row['step']}» of {zone_kind or 'a city'} is not in step_kinds.csv.")
        return found

    def check_all_used(self):
        for row in self.unused.values():
            raise row.bad("step", f"steps.csv has no {row['step']} of {row['zone_code']} on «{row['on']}».")


def key_of(row):
    return row["zone_code"], row["step"], row["on"]


def kind_of(row):
    what = row.one_of("what", WHAT)
    if what == PLAN:
        return Kind(row, what, "", "", row["name_vi"], row["why"])
    if what == STEP:
        row.required("state")
    elif what == EVENT and row["state"]:
        raise row.bad("state", "must be empty: an event changes no state.")
    given = row.one_of("track", tuple(tracks.TRACKS)), row["state"], row.required("name_vi"), row["why"]
    return Kind(row, what, *given)
