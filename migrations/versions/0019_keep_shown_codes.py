"""What recovery codes are derived from has a place of its own, which no passkey's challenge takes."""

import sqlalchemy as sa
from alembic import op

revision = "0019_keep_shown_codes"
down_revision: str | None = "0018_let_rows_be_empty"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clinic_sessions", sa.Column("codes_seed", sa.LargeBinary(36), nullable=True))


def downgrade() -> None:
    op.drop_column("clinic_sessions", "codes_seed")
