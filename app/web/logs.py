"""The log of the server: one line of JSON an event, with the request's id and nothing that a person typed.

Addresses are told as the name of their page: what stands in an address may lead to a record.
"""

import logging
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Final

import structlog
from flask import Flask, Response, g, request

_ROOT: Final = Path(__file__).resolve().parents[2]
_SHARED: Final[tuple[Any, ...]] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
NOT_A_PAGE: Final = frozenset({"static", "healthz", "readyz", "metrics"})  # asked for by programs

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
log: Final[structlog.stdlib.BoundLogger] = structlog.stdlib.get_logger("screening")


def write_logs() -> None:
    """Write every event of this process to standard error, those of libraries too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("screening").setLevel(logging.INFO)


def places_of(problem: BaseException) -> list[str]:
    """Where a failure happened, from the outside in: file, line and function, never a value."""
    return [
        f"{_short(each.filename)}:{each.lineno} {each.name}"
        for each in traceback.extract_tb(problem.__traceback__)
    ]


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name


def add_request_log(app: Flask, surface: str) -> None:
    """Tell of each request what page was asked for, how it ended, and how long it took."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        if request.endpoint not in NOT_A_PAGE:
            took = time.perf_counter() - g.get("began", time.perf_counter())
            log.info(
                "request",
                app=surface,
                page=request.endpoint,
                method=request.method,
                status=response.status_code,
                milliseconds=round(1000 * took, 1),
                request_id=g.get("request_id", ""),
            )
        return response
