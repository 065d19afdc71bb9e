"""The audit log as a whole: whether its chain is unbroken, and anchors for its end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from app.storage import audit_reading
from app.storage.anchors import Anchor
from app.storage.audit import BEGINNING, ChainEnd, chain_end
from app.storage.audit_reading import Fault
from app.storage.database import StorageUnavailableError
from app.storage.schema import is_up_to_date
from app.storage.store import Store

_BATCH: Final = 500


class BrokenChainError(Exception):
    """The chain is not as it was written. `seq` is the first entry that shows it.

    `anchored_at` is when the anchor was made that tells of it; None where the chain itself does.
    """

    def __init__(self, seq: int, fault: Fault, anchored_at: datetime | None = None) -> None:
        super().__init__(f"entry {seq}: {fault.value}")
        self.seq = seq
        self.fault = fault
        self.anchored_at = anchored_at


class NoAnchorError(Exception):
    """There is nothing to anchor yet, or no file to write it to."""


def count_entries(store: Store) -> int:
    """How many entries there are, if none is missing."""
    with store.database.reading() as session:
        return audit_reading.last_number(session)


def verify_chain(store: Store, anchors: Iterable[Anchor] = ()) -> Iterator[int]:
    """Go through the chain from its beginning; yields how many entries hold so far, at last all of them.

    Others can write meanwhile. `anchors` were read before.

    Raises:
        BrokenChainError: an entry is missing, changed, or not the one that was anchored.
    """
    by_number: dict[int, list[Anchor]] = defaultdict(list)
    for anchor in anchors:
        by_number[anchor.end.seq].append(anchor)
    end, is_first = ChainEnd(0, BEGINNING), True
    while True:
        with store.database.reading() as session:
            rows = audit_reading.read_chain(session, None if is_first else end.seq, _BATCH)
        for row in rows:
            _check(audit_reading.fault_of(store.keyring, row, end), row["seq"], end)
            end = ChainEnd(row["seq"], row["mac"])
            _compare(end, by_number)
        is_first = False
        yield end.seq
        if len(rows) < _BATCH:
            break
    _look_beyond(end, by_number)


def _check(fault: Fault | None, seq: int, before: ChainEnd) -> None:
    if fault is not None:
        raise BrokenChainError(before.seq + 1 if fault is Fault.MISSING else seq, fault)


def _compare(end: ChainEnd, anchors: Mapping[int, list[Anchor]]) -> None:
    for anchor in anchors.get(end.seq, ()):
        if anchor.end.mac != end.mac:
            raise BrokenChainError(end.seq, Fault.NOT_AS_ANCHORED, anchor.made_at)


def _look_beyond(end: ChainEnd, anchors: Mapping[int, list[Anchor]]) -> None:
    """An anchor beyond the last entry tells of entries that are gone."""
    beyond = [seq for seq in anchors if seq > end.seq]
    if beyond:
        raise BrokenChainError(end.seq + 1, Fault.MISSING, anchors[min(beyond)][0].made_at)


def add_anchor(store: Store) -> Anchor:
    """Keep the end of the chain outside the database, from where it cannot be taken back unseen.

    Raises:
        NoAnchorError: there is no entry yet, or no file.
        OSError: the file cannot be written.
    """
    with store.database.reading() as session:
        end = chain_end(session)
    if end is None or store.anchors is None:
        raise NoAnchorError
    return store.anchors.add(end)


def add_anchor_at_start(store: Store) -> None:
    """As `add_anchor`, where it can be done: what has to run runs without it, too."""
    try:
        if store.anchors is not None and is_up_to_date(store.database):
            add_anchor(store)
    except (NoAnchorError, OSError, StorageUnavailableError):
        return
