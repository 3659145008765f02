"""One line of “my work”, whatever it is about."""

import datetime
from dataclasses import dataclass
from typing import Any

NEAR = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Duty:
    """One line. `zones`: [(name, address)]; `told`: when something was last said of it; `action`: the words of the next
    thing to do, done at `act`."""

    what: str
    address: str
    zones: list
    due: str
    mark: Any
    asked: str
    lead: str
    told: str
    action: str
    act: str
