"""The diagnosis that a clinician confirmed, beside the review."""

import sqlalchemy as sa
from alembic import op

revision = "0011_add_review_diagnosis"
down_revision: str | None = "0010_create_saved_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("screening_reviews", sa.Column("diagnosis", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("screening_reviews", "diagnosis")
