"""What a clinic says of itself: name, contact, country, logo, and an introduction in each language.

What was never set on the page or by command is what the environment says.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.domain.codes import LANGUAGES
from app.storage.audit import Action, Actor, AuditEntry, add_audit_entry
from app.storage.database import StorageUnavailableError
from app.storage.schema import is_up_to_date
from app.storage.settings import (
    Setting,
    find_picture,
    hold_settings,
    keep_picture,
    keep_setting,
    read_settings,
    remove_picture,
)
from app.storage.store import Store
from config import Settings, countries

NAME: Final = "clinic_name"
CONTACT: Final = "clinic_contact"
COUNTRY: Final = "clinic_country"
LOGO: Final = "clinic_logo"
INTRODUCTIONS: Final = {code: f"introduction_{code}" for code in LANGUAGES}
TEXTS: Final = (NAME, CONTACT, COUNTRY, *INTRODUCTIONS.values())
_JOINERS: Final = "\u200c\u200d"  # Persian, Indian scripts and emoji are spelled with them
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True)
class _Room:
    """How long a text may be, and what is said when it is longer."""

    characters: int
    lines: int
    too_long: Any


_NAME_ROOM: Final = _Room(80, 1, _l("Shorten the name: at most 80 characters, on one line"))
_CONTACT_ROOM: Final = _Room(300, 5, _l("Shorten the contact: at most 300 characters, on at most 5 lines"))
_INTRODUCTION_ROOM: Final = _Room(
    600, 8, _l("Shorten the introduction: at most 600 characters, on at most 8 lines")
)
_ROOMS: Final = {
    NAME: _NAME_ROOM,
    CONTACT: _CONTACT_ROOM,
    **dict.fromkeys(INTRODUCTIONS.values(), _INTRODUCTION_ROOM),
}
_CANNOT_BE_SEEN: Final = _l(
    "This text holds a sign that cannot be seen. Type the text here instead of pasting it"
)
_NO_COUNTRY: Final = _l("Choose a country by its two letters, such as GB or US")


@dataclass(frozen=True)
class ClinicWords:
    """The words of the clinic, plain text. `country` chooses the emergency numbers; empty is unknown.

    `logo` is the digest of the picture, empty where there is none.
    """

    name: str = ""
    contact: str = ""
    country: str = ""
    introductions: Mapping[str, str] = field(default_factory=dict)
    logo: str = ""

    def texts(self) -> dict[str, str]:
        """Every text under the name it is set by."""
        own = {name: self.introductions.get(code, "") for code, name in INTRODUCTIONS.items()}
        return {NAME: self.name, CONTACT: self.contact, COUNTRY: self.country, **own}

    @property
    def mark(self) -> str:
        """Another one after any change: who has seen it has seen these words and this logo."""
        return hashlib.sha256(json.dumps([*self.texts().values(), self.logo]).encode()).hexdigest()


class WordsError(ValueError):
    """A text cannot be taken: which, and a sentence that says what to do."""

    def __init__(self, name: str, sentence: Any) -> None:
        super().__init__(name)
        self.name = name
        self.sentence = sentence


class WordsChangedError(Exception):
    """Somebody else set words since the ones that were seen. Nothing was set."""


def words_from(texts: Mapping[str, str], logo: str = "") -> ClinicWords:
    """The words by the names they are set by."""
    own = {code: texts[name] for code, name in INTRODUCTIONS.items() if texts.get(name)}
    return ClinicWords(texts.get(NAME, ""), texts.get(CONTACT, ""), texts.get(COUNTRY, ""), own, logo)


def _words_of(kept: Mapping[str, Setting], settings: Settings) -> ClinicWords:
    usual = {NAME: settings.clinic_name, COUNTRY: settings.country}
    texts = {name: kept[name].value if name in kept else usual.get(name, "") for name in TEXTS}
    return words_from(texts, kept[LOGO].value if LOGO in kept else "")


def read_words(store: Store, settings: Settings) -> ClinicWords:
    """The words of the clinic now."""
    with store.database.reading() as session:
        return _words_of(read_settings(session), settings)


def words_at_start(store: Store, settings: Settings) -> ClinicWords:
    """As `read_words`. Where the database does not answer no country is known: its numbers may be wrong."""
    try:
        if is_up_to_date(store.database):
            return read_words(store, settings)
    except StorageUnavailableError:
        pass
    return ClinicWords(settings.clinic_name)


def read_logo(store: Store, digest: str) -> bytes | None:
    """The picture with this digest, if it is the logo now."""
    with store.database.reading() as session:
        return find_picture(session, LOGO, digest)


def tidied(text: str) -> str:
    """A text as it is kept: no empty space at its ends, one kind of end of line."""
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def problem_of(name: str, text: str) -> Any:
    """What has to be mended in a tidied text, as a sentence; empty where nothing has."""
    if name == COUNTRY:
        return "" if text in ("", *countries()) else _NO_COUNTRY
    room = _ROOMS[name]
    if len(text) > room.characters or text.count("\n") >= room.lines:
        return room.too_long
    return _CANNOT_BE_SEEN if any(map(_is_unseen, text)) else ""


def _is_unseen(character: str) -> bool:
    return character not in f"\n{_JOINERS}" and unicodedata.category(character) in _UNSEEN


def set_words(
    store: Store,
    settings: Settings,
    texts: Mapping[str, str],
    logo: bytes | None,
    actor: Actor,
    now: datetime,
    seen: str | None = None,
) -> list[str]:
    """Set these texts, and the logo unless it is None (empty: none from now on); the names that changed.

    The picture is one that `clean_png` has let through. `seen` is the mark of the words that whoever sets
    them has seen; None sets them whatever there was.

    Raises:
        WordsError: a text cannot be taken. Then nothing is set.
        WordsChangedError: the words are not those that were seen, and these differ. Nothing is set either.
    """
    for name, text in texts.items():
        if problem := problem_of(name, text):
            raise WordsError(name, problem)
    wanted = dict(texts)
    if logo is not None:
        wanted[LOGO] = hashlib.sha256(logo).hexdigest() if logo else ""
    with store.database.writing() as session:
        hold_settings(session)
        before = _words_of(read_settings(session), settings)
        known = {**before.texts(), LOGO: before.logo}
        changed = [name for name, value in wanted.items() if value != known[name]]
        if changed and seen is not None and seen != before.mark:
            raise WordsChangedError
        for name in changed:
            keep_setting(session, name, wanted[name], now)
            _note(session, store, name, known[name], wanted[name], actor, now)
        if LOGO in changed:
            _keep_logo(session, wanted[LOGO], logo or b"")
    return changed


def _note(session: Session, store: Store, name: str, old: str, new: str, actor: Actor, now: datetime) -> None:
    """What was changed; the country also from and to, for it decides whom patients are told to call."""
    detail: dict[str, Any] = {"name": name}
    if name == COUNTRY:
        detail |= {"from": old, "to": new}
    add_audit_entry(session, store.keyring, AuditEntry(Action.SETTING_CHANGED, actor, now, detail=detail))


def _keep_logo(session: Session, digest: str, content: bytes) -> None:
    if digest:
        keep_picture(session, LOGO, digest, content)
    else:
        remove_picture(session, LOGO)
