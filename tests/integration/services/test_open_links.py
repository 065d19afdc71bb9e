"""One-time links that were made and not used yet."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.services.accounts import LINK_LIFETIME, InvitationError, find_invitation, invite
from app.services.open_links import list_open_links, withdraw_link, withdraw_links
from app.services.people import find_password_link, make_password_link
from app.storage.audit import OPERATOR
from app.storage.models import AuditEvent
from app.storage.store import Store
from tests.support.accounts import CLINICIAN, add_person

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def subjects_of_changes(store: Store) -> list[object]:
    with store.database.reading() as session:
        query = select(AuditEvent.subject_id).where(AuditEvent.action == "account_changed")
        return list(session.scalars(query.order_by(AuditEvent.seq)))


def test_links_are_listed_until_they_are_over(store: Store) -> None:
    ada = add_person(store, CLINICIAN, "hash")
    invite(store, email="new@example.org", is_administrator=True, now=NOW)
    invite(store, email=None, is_administrator=False, now=NOW - timedelta(minutes=1))
    make_password_link(store, ada, OPERATOR, NOW - timedelta(minutes=2))
    found = list_open_links(store, NOW)
    assert [(each.email, each.account_id, each.is_administrator) for each in found] == [
        ("new@example.org", None, True),
        (None, None, False),
        (CLINICIAN.email, ada, False),
    ]
    assert found[0].expires_at == NOW + LINK_LIFETIME
    assert list_open_links(store, NOW + LINK_LIFETIME) == []


def test_a_withdrawn_link_works_no_more_and_is_noted_once(store: Store) -> None:
    token = invite(store, email=None, is_administrator=False, now=NOW)
    other = invite(store, email=None, is_administrator=False, now=NOW + timedelta(seconds=1))
    link_id = list_open_links(store, NOW)[1].id
    assert withdraw_link(store, link_id, OPERATOR, NOW)
    assert not withdraw_link(store, link_id, OPERATOR, NOW)
    assert not withdraw_link(store, uuid4(), OPERATOR, NOW)
    with pytest.raises(InvitationError):
        find_invitation(store, token, NOW)
    find_invitation(store, other, NOW)
    assert subjects_of_changes(store) == [None]


def test_all_links_are_withdrawn_together(store: Store) -> None:
    ada = add_person(store, CLINICIAN, "hash")
    invite(store, email=None, is_administrator=False, now=NOW + timedelta(seconds=1))
    token = make_password_link(store, ada, OPERATOR, NOW)
    assert withdraw_links(store, OPERATOR, NOW) == 2
    assert withdraw_links(store, OPERATOR, NOW) == 0
    with pytest.raises(InvitationError):
        find_password_link(store, token, NOW)
    assert subjects_of_changes(store) == [None, ada], "the person hears of their own link"
