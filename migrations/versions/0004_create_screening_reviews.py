"""What clinicians record about a screening."""

import sqlalchemy as sa
from alembic import op

revision = "0004_create_screening_reviews"
down_revision: str | None = "0003_create_clinicians"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "status IN ('new', 'in_review', 'reviewed', 'needs_contact', 'closed')",
            name=op.f("ck_screening_reviews_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["clinician_id"],
            ["clinicians.id"],
            name=op.f("fk_screening_reviews_clinician_id_clinicians"),
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screenings.id"],
            name=op.f("fk_screening_reviews_screening_id_screenings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_reviews")),
    )
    op.create_index(
        op.f("ix_screening_reviews_screening_id_recorded_at"),
        "screening_reviews",
        ["screening_id", "recorded_at"],
    )


def downgrade() -> None:
    op.drop_table("screening_reviews")
