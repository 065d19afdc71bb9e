"""Counts for statistics, by week; they outlive the screenings they count."""

import sqlalchemy as sa
from alembic import op

revision = "0012_create_statistic_counts"
down_revision: str | None = "0011_add_review_diagnosis"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statistic_counts",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(30), nullable=False),
        sa.Column("bucket", sa.String(60), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "week", "measure", "bucket", "is_demonstration", name=op.f("pk_statistic_counts")
        ),
    )


def downgrade() -> None:
    op.drop_table("statistic_counts")
