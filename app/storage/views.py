"""Views of the queue that clinicians keep by name."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.storage.models import SavedView

LONGEST_NAME: Final = 60
MOST_VIEWS: Final = 20


@dataclass(frozen=True)
class NamedView:
    """A view of one clinician. `filters` is the query of its address."""

    id: UUID
    name: str
    filters: str


def list_views(session: Session, clinician_id: UUID) -> list[NamedView]:
    """The views of a clinician by name."""
    query = select(SavedView).where(SavedView.clinician_id == clinician_id).order_by(SavedView.name)
    return [NamedView(row.id, row.name, row.filters) for row in session.scalars(query)]


def save_view(session: Session, clinician_id: UUID, name: str, filters: str) -> bool:
    """Keep a view; one of the same name is replaced. False when there is no room for another."""
    mine = SavedView.clinician_id == clinician_id
    row = session.scalar(select(SavedView).where(mine, SavedView.name == name))
    if row is not None:
        row.filters = filters
        return True
    if (session.scalar(select(func.count()).select_from(SavedView).where(mine)) or 0) >= MOST_VIEWS:
        return False
    session.add(SavedView(id=uuid4(), clinician_id=clinician_id, name=name, filters=filters))
    return True


def delete_view(session: Session, clinician_id: UUID, view_id: UUID) -> None:
    """Forget a view of this clinician, if there is one with this id."""
    session.execute(delete(SavedView).where(SavedView.clinician_id == clinician_id, SavedView.id == view_id))
