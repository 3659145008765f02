"""The text of a notice becomes proposed tasks, each with its sentence marked; a person corrects and accepts."""

from .proposing import propose
from .shapes import (
    Agency,
    Deadline,
    Head,
    Named,
    Passage,
    Periodic,
    Precision,
    Proposal,
    Proposed,
    Quoted,
    Relative,
    Zone,
)

__all__ = [
    "Agency",
    "Deadline",
    "Head",
    "Named",
    "Passage",
    "Periodic",
    "Precision",
    "Proposal",
    "Proposed",
    "Quoted",
    "Relative",
    "Zone",
    "propose",
]
