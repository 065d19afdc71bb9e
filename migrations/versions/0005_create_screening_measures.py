"""What clinicians measure beside a screening: scores, and the days before and under a treatment."""

import sqlalchemy as sa
from alembic import op

revision = "0005_create_screening_measures"
down_revision: str | None = "0004_create_screening_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_measures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinician_id"],
            ["clinicians.id"],
            name=op.f("fk_screening_measures_clinician_id_clinicians"),
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screenings.id"],
            name=op.f("fk_screening_measures_screening_id_screenings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_measures")),
    )
    op.create_index(
        op.f("ix_screening_measures_screening_id_recorded_at"),
        "screening_measures",
        ["screening_id", "recorded_at"],
    )


def downgrade() -> None:
    op.drop_table("screening_measures")
