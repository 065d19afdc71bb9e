"""Parts of an assessment that many people share: each is made once, and written once as JSON.

Of 31 counts of days there are 31 criteria, whoever gave them. What makes a part is a function of the few
values that it looks at, with an `lru_cache` of a fixed size that tells 4 from 4.0. A part never changes.
"""

import json
from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, Final

# How many different parts of one kind are kept; a part that is written takes about two kilobytes.
KEPT: Final = 512
SPACED: Final = json.JSONEncoder()
COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Written(ABC):
    """A part with its plain values, and the text of these as `json.dumps` writes it."""

    @abstractmethod
    def to_mapping(self) -> dict[str, Any]:
        """The part as JSON values, with the names of the interface contract."""

    @cached_property
    def mapping(self) -> dict[str, Any]:
        """As `to_mapping`, one for all who share the part: to be looked at, never changed."""
        return self.to_mapping()

    @cached_property
    def spaced(self) -> str:
        """With a space after commas and colons, and in ASCII: as lines for people and programs."""
        return SPACED.encode(self.mapping)

    @cached_property
    def compact(self) -> str:
        """As short as it can be: as it is sealed."""
        return COMPACT.encode(self.mapping)
