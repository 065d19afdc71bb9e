"""What a server or the command line loads: `wsgi:app`, `wsgi:patient_app`, `wsgi:clinic_app`.

Each is made when it is first asked for, so that one can be served without the others, and the command
line works before there is an installation.
"""

import os
import sys
from functools import lru_cache

import click
from flask import Flask

from app.domain.policy_files import PolicyFileError
from app.storage.keyring import KeyringError
from app.web.logs import write_logs
from config import SettingsError

_COMMANDS_ABOUT_THE_APP = frozenset({"run", "shell", "routes"})


def _is_operator_command() -> bool:
    from_command_line = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
    return from_command_line and _COMMANDS_ABOUT_THE_APP.isdisjoint(sys.argv)


def _commands_alone() -> Flask:
    """Our commands, and nothing to serve: none of them needs the app."""
    from flask_babel import Babel

    from app.commands import add_commands  # a server has no use for them

    app = Flask("screening.commands")
    Babel(app)
    add_commands(app)
    return app


def _served(name: str) -> Flask:
    from app import application

    make = {
        "app": application.create_app,
        "patient_app": application.create_patient_app,
        "clinic_app": application.create_clinic_app,
    }
    try:
        settings, store = application.open_installation()
        made = make[name](settings, store)
    except (SettingsError, KeyringError, PolicyFileError) as problem:
        sys.exit(f"The screening cannot start. {problem}")
    write_logs()
    for notice in store.policies.notices:
        click.echo(notice, err=True)
    return made


@lru_cache
def _make(name: str) -> Flask:
    return _commands_alone() if _is_operator_command() else _served(name)


def __getattr__(name: str) -> Flask:
    if name not in ("app", "patient_app", "clinic_app"):
        raise AttributeError(name)
    try:
        return _make(name)
    except AttributeError as problem:  # else it would pass for a name that this module lacks
        raise RuntimeError("The app cannot be made") from problem
