"""Today's rules beside the stored assessments."""

from contextlib import closing
from datetime import UTC, datetime

import click

from app.commands.failure import CommandError, installed_store
from app.commands.progress import progress
from app.services.reassessment import Tally, count_to_reassess, reassess
from app.storage.database import ConflictError


@click.command("reassess")
def reassess_screenings() -> None:
    """Assess stored answers with today's rules and policies, beside the stored assessment.

    Nothing that is stored is changed. It can be stopped and run again: what is done is kept.
    """
    tally = Tally()
    with installed_store() as (_, store), progress("Assessing again", count_to_reassess(store)) as advance:
        try:
            with closing(reassess(store, datetime.now(UTC))) as steps:
                for tally in steps:
                    advance(tally.seen)
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped after {tally.seen} screenings. What is done is kept; run the command again."
            ) from None
        except ConflictError:
            raise CommandError("This command runs twice. Wait for the other one to end.") from None
    click.echo(
        f"Looked at {tally.seen} screenings, assessed {tally.computed} anew; {tally.different} differ."
    )
    if tally.unreadable:
        raise CommandError(f"Screenings that cannot be read: {tally.unreadable}. They were left as they are.")
