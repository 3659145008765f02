"""All tracks of a zone side by side, and of its phases: where each dossier stands, and where there is none yet."""

from dataclasses import dataclass

from planning import clock, marks, tracks
from planning.models import Dossier, Holiday
from planning.reckoning import Office, Reckoning
from zones.models import Phase
from zones.models.fact import spelled


@dataclass(frozen=True)
class Lane:
    """One track of a zone or of one phase; `dossier` is None where none is open to the reader."""

    track: str
    name: str
    dossier: Dossier | None
    due: marks.Mark | None = None
    stops: tuple = ()

    @property
    def since(self):
        """The day on which the dossier entered its state, as exactly as it is known."""
        return spelled(self.dossier.state_since, self.dossier.state_precision) if self.dossier.state_since else ""


def read_lanes(zone, user, today):
    """[(phase or None, the lanes with a dossier, those without)]: every track of the zone's kind, in order."""
    office = Office(today)
    dossiers = list(Dossier.objects.visible_to(user).filter(zone=zone).reckonable(user).order_by("ended", "code"))
    phases = [None, *Phase.objects.visible_to(user).filter(zone=zone).order_by("number")]
    found = []
    for phase in phases:
        lanes = [lane for track in tracks.tracks_of(zone.kind) for lane in lanes_of(track, phase, dossiers, office)]
        found.append((phase, [one for one in lanes if one.dossier], [one for one in lanes if not one.dossier]))
    return found


def lanes_of(track, phase, dossiers, office):
    """The dossiers of one track, or one lane without a dossier."""
    name, pk = str(tracks.TRACKS[track]), phase and phase.pk
    found = [dossier for dossier in dossiers if dossier.track == track and dossier.phase_id == pk]
    if not found:
        return [Lane(track, name, None)]
    reckonings = [Reckoning(dossier, office) for dossier in found]
    return [Lane(track, name, one.dossier, marks.due_mark(one), tuple(marks.stops(one))) for one in reckonings]


def brief_lanes(zone, user, today):
    """The open tracks of a zone for its own page, from what the dossiers store: two statements."""
    dossiers = Dossier.objects.visible_to(user).filter(zone=zone).select_related("zone", "phase", "lead_agency")
    dossiers = sorted(dossiers, key=lambda one: (list(tracks.TRACKS).index(one.track), one.phase_id or 0, one.code))
    calendar = Holiday.objects.calendar() if dossiers else None
    return [Lane(one.track, one.get_track_display(), one, stored_mark(one, today, calendar)) for one in dossiers]


def stored_mark(dossier, today, calendar):
    """The due day that the dossier stores, as a mark of today."""
    if dossier.ended or dossier.due_on is None:
        return None
    return marks.left_mark(clock.lateness(dossier.due_on, today, calendar))
