"""What is installed here, and the keys: to be read. What changes them is a command."""

from datetime import UTC, datetime

from flask import render_template

from app.clinic.blueprint import clinic
from app.services.installation import installation_state
from app.web.clinic_words import country
from app.web.context import now, settings, store


def _age_in_days(made: str) -> int | None:
    """How old a key is; None where the file does not say when it was made."""
    try:
        return (now() - datetime.fromisoformat(made).astimezone(UTC)).days
    except ValueError:
        return None


@clinic.get("/admin/installation")
def installation() -> str:
    """Versions, database, policies and keys."""
    state = installation_state(store())
    ages = {key.id: _age_in_days(key.made) for key in state.keys}
    return render_template(
        "clinic/admin/installation.html",
        state=state,
        ages=ages,
        settings=settings(),
        country=country(),
        now=now(),
    )
