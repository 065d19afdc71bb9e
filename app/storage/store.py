"""The database together with the keys that open it: what a use case needs to do its work."""

from dataclasses import dataclass
from pathlib import Path

from app.storage.database import Database
from app.storage.encryption import FieldCipher, reference_mac
from app.storage.keyring import Keyring, load_keyring


@dataclass(frozen=True)
class Store:
    database: Database
    keyring: Keyring
    cipher: FieldCipher

    def mac_of(self, reference_code: str) -> bytes:
        """What stands in the database for a reference code."""
        return reference_mac(self.keyring, reference_code)


def open_store(database_url: str, keyring_path: Path) -> Store:
    """The store of an installation. Nothing is asked of the database yet.

    Raises:
        KeyringError: the keyring is missing, readable by others, or damaged.
    """
    keyring = load_keyring(keyring_path)
    return Store(Database(database_url), keyring, FieldCipher(keyring))
