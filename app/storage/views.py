"""Views of the queue that clinicians keep by name."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
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


def find_filters(session: Session, clinician_id: UUID, name: str) -> str | None:
    """The filters that a clinician keeps under a name, or None when the name is free."""
    return session.scalar(select(SavedView.filters).where(*_named(clinician_id, name)))


def count_views(session: Session, clinician_id: UUID) -> int:
    query = select(func.count()).select_from(SavedView).where(SavedView.clinician_id == clinician_id)
    return session.scalar(query) or 0


def add_view(session: Session, clinician_id: UUID, name: str, filters: str) -> None:
    session.add(SavedView(id=uuid4(), clinician_id=clinician_id, name=name, filters=filters))


def replace_view(session: Session, clinician_id: UUID, name: str, filters: str) -> None:
    session.execute(update(SavedView).where(*_named(clinician_id, name)).values(filters=filters))


def _named(clinician_id: UUID, name: str) -> tuple[ColumnElement[bool], ...]:
    return SavedView.clinician_id == clinician_id, SavedView.name == name


def delete_view(session: Session, clinician_id: UUID, view_id: UUID) -> None:
    """Forget a view of this clinician, if there is one with this id."""
    session.execute(delete(SavedView).where(SavedView.clinician_id == clinician_id, SavedView.id == view_id))
