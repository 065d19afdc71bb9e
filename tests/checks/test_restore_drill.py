"""A small drill on both engines, with submissions running; the large ones are a command."""

from pathlib import Path

import pytest

from tests.conftest import BOTH_ENGINES
from tests.support.databases import PostgresqlServer
from tests.support.restore_drill import ACKNOWLEDGED_FIRST, drill


@pytest.mark.slow
@pytest.mark.parametrize("engine", BOTH_ENGINES)
def test_what_was_acknowledged_before_the_backup_comes_back(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: PostgresqlServer | None = None
    if engine == "postgresql":
        server = request.getfixturevalue("postgresql")
    assert drill(tmp_path, 5, server) >= 5 + ACKNOWLEDGED_FIRST
