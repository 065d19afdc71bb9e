"""One's own account on PostgreSQL: a passkey is made, used and removed."""

import pytest

from tests.journeys.test_own_account import named, page, test_a_passkey_is_made_used_and_removed

pytestmark = [pytest.mark.browser, pytest.mark.postgresql]
__all__ = ["named", "page", "test_a_passkey_is_made_used_and_removed"]
