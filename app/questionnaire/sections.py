"""Optional sections, offered after the core answers: each says how long it takes and why it helps."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class About:
    """What a section is called, how long it takes, and why it helps."""

    title: Any
    time: Any
    why: Any


class Section(Enum):
    """The optional sections, in the order in which they are offered."""

    HEADACHES = About(
        _l("About your headaches"),
        _l("2 minutes"),
        _l("Helps your clinician to tell migraine from other headaches."),
    )
    MEDICINES = About(
        _l("The medicines you take when it hurts"),
        _l("2 minutes"),
        _l("Taking them on many days can bring on more headaches."),
    )
    BOTULINUM = About(
        _l("If botulinum toxin were considered"),
        _l("1 minute"),
        _l("What your clinician needs to know first."),
    )
    COST = About(
        _l("What it costs you"),
        _l("half a minute"),
        _l("Shows what headache takes from your days."),
    )
