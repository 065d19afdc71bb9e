"""What every connection to PostgreSQL has in common, also those of migrations and of roles."""

from typing import Any, Final

# What one session prepared, the next does not know.
SHARED_SAFELY: Final[dict[str, Any]] = {"prepare_threshold": None}
