"""Until when the code of a draft leads back to it, whatever the device does that holds it."""

import sqlalchemy as sa
from alembic import op

revision = "0022_keep_drafts_for_codes"
down_revision: str | None = "0021_note_signs_taken_back"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("screening_drafts", sa.Column("kept_until", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("screening_drafts", "kept_until")
