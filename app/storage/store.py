"""The database, the keys that open it, and the policies in use: what a use case needs to do its work."""

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from app.domain.policy_files import LoadedPolicies, load_policies, shipped_policies
from app.storage.anchors import AnchorFile
from app.storage.database import Database
from app.storage.encryption import CodeMacs, FieldCipher, code_macs
from app.storage.keyring import Keyring, load_keyring
from app.storage.schema import newest_revision


@dataclass(frozen=True)
class Store:
    """What an installation keeps and works by.

    `policies` are those shipped, unless it has its own. By `zone` its weeks begin and its days end. Without
    `anchors` the end of the audit log is kept nowhere else.
    """

    database: Database
    keyring: Keyring
    cipher: FieldCipher
    policies: LoadedPolicies = field(default_factory=lambda: LoadedPolicies(shipped_policies()))
    zone: tzinfo = UTC
    anchors: AnchorFile | None = None

    def macs_of(self, reference_code: str) -> CodeMacs:
        """What may stand in the database for a reference code."""
        return code_macs(self.keyring, reference_code)

    def mac_of(self, reference_code: str) -> bytes:
        """What a reference code is written as now."""
        return self.macs_of(reference_code).macs[-1]


def open_store(
    database_url: str,
    keyring_path: Path,
    policies_folder: Path,
    timezone: str = "UTC",
    anchor_file: Path | None = None,
) -> Store:
    """The store of an installation; `timezone` is the name of a zone that exists.

    Nothing is asked of the database yet.

    Raises:
        KeyringError: the keyring is missing, readable by others, or damaged.
        PolicyFileError: a policy file of the clinic is not right.
    """
    keyring = load_keyring(keyring_path)
    policies = load_policies(policies_folder)
    anchors = None if anchor_file is None else AnchorFile(anchor_file)
    database = Database(database_url, None if anchors is None else anchors.keep_up, newest_revision())
    return Store(database, keyring, FieldCipher(keyring), policies, ZoneInfo(timezone), anchors)
