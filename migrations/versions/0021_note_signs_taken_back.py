"""When a patient said that the warning signs they sent were ticked by mistake."""

import sqlalchemy as sa
from alembic import op

revision = "0021_note_signs_taken_back"
down_revision: str | None = "0020_add_indexes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("screenings", sa.Column("signs_taken_back_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("screenings", "signs_taken_back_at")
