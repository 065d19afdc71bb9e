"""The operator's command line: `flask --app wsgi …`."""

from flask import Flask

from app.commands.accounts import create_administrator, invite_clinician
from app.commands.assess import assess_answers
from app.commands.audit import audit_log
from app.commands.backup import backup
from app.commands.clinic import clinic_words
from app.commands.cohort import import_cohort
from app.commands.doctor import doctor
from app.commands.export import export_screenings
from app.commands.init import init
from app.commands.keys import keys
from app.commands.move import move_to
from app.commands.people import people
from app.commands.poster import waiting_room_poster
from app.commands.purge import purge_screenings
from app.commands.reassess import reassess_screenings
from app.commands.retention import clinic_settings, retention_limits
from app.commands.seed_demo import seed_demo


def add_commands(app: Flask) -> None:
    """Give the Flask command line our commands. None needs the app: each opens what it uses."""
    for command in (
        init,
        doctor,
        backup,
        move_to,
        keys,
        create_administrator,
        invite_clinician,
        people,
        assess_answers,
        reassess_screenings,
        export_screenings,
        import_cohort,
        audit_log,
        seed_demo,
        purge_screenings,
        retention_limits,
        clinic_settings,
        clinic_words,
        waiting_room_poster,
    ):
        app.cli.add_command(command)
