"""What the product cannot be faster than: a bare page, and a bare page that stores one row for good.

They are served by the same server, through the same door, as the product (serving.py). `bare` is the page
without that door, as the server itself calls a WSGI application.
"""

import os
import sqlite3
import threading
from typing import Any, Final

from flask import Flask, request

PRAGMAS: Final = ("journal_mode=TRUNCATE", "synchronous=EXTRA", "busy_timeout=5000", "secure_delete=ON")
_PAGE: Final = "<!doctype html><title>Hello</title><p>Hello"

bare = Flask("bench.limits")
_local = threading.local()


def _connection() -> sqlite3.Connection:
    """One for each thread, kept open."""
    if not hasattr(_local, "connection"):
        connection = sqlite3.connect(os.environ["LIMITS_DATABASE"], isolation_level=None)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()
        _local.connection = connection
    found: sqlite3.Connection = _local.connection
    return found


@bare.get("/healthz")
@bare.get("/hello")
def hello() -> str:
    return _PAGE


@bare.post("/insert")
def insert() -> str:
    """One durable row, with the settings that the product uses."""
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO rows (content) VALUES (?)", (request.form["content"],))
    connection.execute("COMMIT")
    return _PAGE


def make_table(file: str) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, content TEXT)")
    connection.close()


def __getattr__(name: str) -> Any:
    """`door`: made when it is asked for, because it loads the product's own door."""
    if name != "door":
        raise AttributeError(name)
    from serving import WholeRequests

    return WholeRequests(bare)
