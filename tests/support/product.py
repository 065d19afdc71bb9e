"""Making the product for a test, and looking into its tables."""

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import func, select

from app.application import create_app
from app.storage.base import Base
from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from config import Settings
from tests.support.accounts import clinic_app


class Product:
    """Makes the whole product; its templates are compiled once and not by every test."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._lent: Flask | None = None

    def make(self, settings: Settings, store: Store) -> Flask:
        """An app of its own, for a test that has special settings or breaks something."""
        app = create_app(settings, store)
        for each in (app, clinic_app(app)):
            each.jinja_env.bytecode_cache = FileSystemBytecodeCache(self._folder)
        return app

    def lend(self, settings: Settings, store: Store) -> Flask:
        """The app that the tests of a worker share, over the data of this test.

        The settings may differ from those of another test only in where the data is.
        """
        self._lent = self._lent or self.make(settings, store)
        for each in (self._lent, clinic_app(self._lent)):
            each.extensions[EXTENSION] = Installation(settings, store)
        return self._lent


def row_counts(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


NOTED: frozenset[str] = frozenset({"audit_events", "desk_events", "throttles"})


def rows_that_matter(store: Store) -> dict[str, int]:
    """How many rows each table has, but for what is noted and counted of any visit."""
    return {name: count for name, count in row_counts(store).items() if name not in NOTED}
