"""Progress of long work: a bar on a terminal, silence elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Says how far the work has come."""

    def __call__(self, completed: int, total: int | None = None) -> None: ...


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Advance]:
    """A bar on standard error while the work goes on; nothing when standard error is no terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)

        def advance(completed: int, total: int | None = None) -> None:
            bar.update(task, completed=completed, total=total)

        yield advance
