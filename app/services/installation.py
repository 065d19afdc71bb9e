"""What an administrator may know of the installation. Nothing of a screening, and no secret."""

from dataclasses import dataclass

from app.domain.assessment import RULES_VERSION
from app.domain.comparison import current_edition
from app.questionnaire import QUESTIONNAIRE_VERSION
from app.storage.keyring import ACTIVE
from app.storage.schema import current_revision
from app.storage.store import Store


@dataclass(frozen=True)
class KeyState:
    """A master key without its secret."""

    id: str
    is_active: bool
    made: str


@dataclass(frozen=True)
class InstallationState:
    """Versions, the kind of database, the keys, and the policies in use."""

    questionnaire_version: str
    rules_version: str
    edition: str
    database: str
    revision: str
    policies: list[tuple[str, str]]
    policy_notices: list[str]
    keys: list[KeyState]


def installation_state(store: Store) -> InstallationState:
    """What is installed here."""
    loaded = store.policies
    return InstallationState(
        QUESTIONNAIRE_VERSION,
        RULES_VERSION,
        current_edition(loaded.policies),
        store.database.engine.dialect.name,
        current_revision(store.database) or "",
        [(each.id, each.version) for each in loaded.policies],
        [str(each) for each in loaded.notices],
        [KeyState(each.id, each.state == ACTIVE, each.made) for each in store.keyring.keys],
    )
