"""What a request needs of the installation it runs in."""

from datetime import UTC, datetime
from typing import Final

from flask import current_app

from app.services.clinic_words import words_at_start
from app.storage.store import Store
from config import Settings

EXTENSION: Final = "screening"


class Installation:
    """The settings and the store, kept on the Flask app; and the words of the clinic as read last."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.last_words = words_at_start(store, settings)


def installation() -> Installation:
    """The installation of the app that is serving now."""
    found: Installation = current_app.extensions[EXTENSION]
    return found


def store() -> Store:
    return installation().store


def settings() -> Settings:
    return installation().settings


def now() -> datetime:
    """This moment, by the server's clock, in UTC."""
    return datetime.now(UTC)
