"""Counts for the operator: how many and how fast, never who or what. ADR 0031.

Pages are counted under their names in the program. Addresses, codes and visitors are in no label.
"""

import hmac
import os
import time
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, current_app, g, request

from app.web.logs import NOT_A_PAGE
from config import MetricsSettings, SettingsError

_EXTENSION: Final = "screening.counts"
_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_TOO_MANY_TRIES: Final = 429


class Event(Enum):
    """What is counted besides requests: its name in the text, and what it means."""

    SCREENING_STORED = (
        "screening_stored",
        "Screenings stored by patients, and taken in at the desk; not those of import-cohort",
    )
    EMERGENCY_TOLD = ("screening_emergency_told", "Times that somebody was told what to do in an emergency")
    THROTTLED = ("screening_throttled", "Requests that came too often and were asked to wait")
    STORAGE_ERROR = ("screening_storage_error", "Requests for which the database did not answer")


class Counts:
    """The counts of this process. The processes of a server share a folder; each has files of its own."""

    def __init__(self, folder: Path) -> None:
        _make(folder)
        os.environ[_FOLDER] = str(folder)
        from prometheus_client import Counter, Histogram  # it asks for the folder when it is first imported

        self._folder = str(folder)
        about = ("app", "page", "status")
        self.requests = Counter("screening_requests", "Requests answered", about, registry=None)
        self.seconds = Histogram(
            "screening_request_seconds", "Time to answer", ("app",), buckets=_SECONDS, registry=None
        )
        self.events = {event: Counter(*event.value, registry=None) for event in Event}

    def text(self) -> bytes:
        """What all processes have counted, in the text format of Prometheus."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry, self._folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        raise SettingsError(f"METRICS_DIR cannot be used: {problem.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError("METRICS_DIR cannot be written to.")


@lru_cache
def _counts_in(folder: Path) -> Counts:
    """One for both apps of a process: they write into the same files."""
    return Counts(folder)


def count(event: Event) -> None:
    """Count an event of the app that is serving now; nothing where metrics are off."""
    counts: Counts | None = current_app.extensions[_EXTENSION]
    if counts is not None:
        counts.events[event].inc()


def _may_read(token: str) -> bool:
    given = request.authorization
    sent = (given.token or "") if given is not None and given.type == "bearer" else ""
    return hmac.compare_digest(sent.encode(), token.encode())


def add_metrics(app: Flask, surface: str, settings: MetricsSettings | None) -> None:
    """`/metrics`: for who has the token. To everybody else, and where it is off, there is no such page."""
    counts = None if settings is None else _counts_in(settings.folder)
    app.extensions[_EXTENSION] = counts

    @app.get("/metrics")
    def metrics() -> Response:
        if settings is None or counts is None or not _may_read(settings.token):
            abort(404)
        return Response(counts.text(), content_type=_TEXT)

    if counts is not None:
        _count_requests(app, surface, counts)


def _count_requests(app: Flask, surface: str, counts: Counts) -> None:
    @app.after_request
    def add_one(response: Response) -> Response:
        if request.endpoint in NOT_A_PAGE:
            return response
        status = f"{response.status_code // 100}xx"
        counts.requests.labels(surface, request.endpoint or "none", status).inc()
        took = time.perf_counter() - g.get("began", time.perf_counter())
        counts.seconds.labels(surface).observe(took)
        if response.status_code == _TOO_MANY_TRIES:
            counts.events[Event.THROTTLED].inc()
        return response
