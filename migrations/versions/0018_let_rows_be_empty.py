"""A screening that was removed stays as an empty row: no status, no outcome and no urgency are left."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018_let_rows_be_empty"
down_revision: str | None = "0017_create_reading_grants"
branch_labels = None
depends_on = None

EMPTIED: dict[str, sa.types.TypeEngine[Any]] = {
    "status": sa.String(20),
    "is_open": sa.Boolean(),
    "outcome": sa.String(20),
    "urgency_rank": sa.SmallInteger(),
}


def upgrade() -> None:
    with op.batch_alter_table("screenings") as batch:
        for name, kind in EMPTIED.items():
            batch.alter_column(name, nullable=True, existing_type=kind)


def downgrade() -> None:
    # The version before this one cannot show an empty row, and nothing is lost with it.
    op.execute("DELETE FROM screenings WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("screenings") as batch:
        for name, kind in EMPTIED.items():
            batch.alter_column(name, nullable=False, existing_type=kind)
