"""What a test calls to save a review."""

from typing import Protocol
from uuid import UUID

from app.domain.codes import DiagnosisEntry
from app.storage.statuses import ScreeningStatus


class Save(Protocol):
    """Saves a review of the screening of the test; the id of the newest one after that.

    `entry` is the id that its page gave it, `seen` the newest review that the page has shown.
    """

    def __call__(
        self,
        author: UUID,
        note: str = ...,
        status: ScreeningStatus = ...,
        *,
        diagnosis: DiagnosisEntry | None = ...,
        seen: UUID | None = ...,
        entry: UUID | None = ...,
    ) -> UUID: ...
