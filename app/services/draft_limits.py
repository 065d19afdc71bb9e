"""How long a journey stays open on a device, by the server's clock. Why: docs/adr/0022."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.storage.drafts import Draft


@dataclass(frozen=True)
class Limits:
    """So long without use, and so long altogether."""

    unused: timedelta
    altogether: timedelta


UNFINISHED: Final = Limits(timedelta(days=7), timedelta(days=30))
UNTOUCHED: Final = Limits(timedelta(hours=6), timedelta(days=30))  # nothing to lose, and no room to fill
HANDED_IN: Final = Limits(timedelta(minutes=30), timedelta(hours=4))
UNFINISHED_SHARED: Final = Limits(timedelta(minutes=3), timedelta(hours=4))
HANDED_IN_SHARED: Final = Limits(timedelta(minutes=3), timedelta(minutes=15))
_NOTED_EVERY: Final = timedelta(minutes=1)


def limits_for(*, is_shared: bool, is_submitted: bool, is_untouched: bool = False) -> Limits:
    if is_shared:
        return HANDED_IN_SHARED if is_submitted else UNFINISHED_SHARED
    if is_submitted:
        return HANDED_IN
    return UNTOUCHED if is_untouched else UNFINISHED


def end_of_draft(draft: Draft, now: datetime) -> datetime:
    """When a draft that is used now comes to its end."""
    limits = limits_for(
        is_shared=draft.is_shared, is_submitted=draft.is_submitted, is_untouched=not draft.answers
    )
    if draft.is_shared and draft.kept_until and not draft.is_submitted:
        return now + limits.unused  # the device lets go of it; its own time is `kept_until`
    began_at = draft.submitted_at or draft.started_at
    return min(now + limits.unused, began_at + limits.altogether)


def is_worth_noting(draft: Draft, now: datetime) -> bool:
    """Whether a use has to be written down: always where minutes count, else once a minute."""
    return draft.is_shared or draft.seen_at is None or now - draft.seen_at >= _NOTED_EVERY
