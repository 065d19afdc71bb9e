"""Stored screenings."""

import sqlalchemy as sa
from alembic import op

revision = "0001_create_screenings"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screenings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference_mac", sa.LargeBinary(32), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("urgency_rank", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("questionnaire_version", sa.String(12), nullable=False),
        sa.Column("rules_version", sa.String(12), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("assessment", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('emergency', 'positive', 'borderline', 'negative', 'cannot_tell')",
            name=op.f("ck_screenings_outcome_known"),
        ),
        sa.CheckConstraint(
            "status IN ('new', 'in_review', 'reviewed', 'needs_contact', 'closed')",
            name=op.f("ck_screenings_status_known"),
        ),
        sa.CheckConstraint("urgency_rank BETWEEN 0 AND 3", name=op.f("ck_screenings_urgency_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
        sa.UniqueConstraint("reference_mac", name=op.f("uq_screenings_reference_mac")),
    )
    op.create_index(
        op.f("ix_screenings_is_open_urgency_rank_received_at_id"),
        "screenings",
        ["is_open", "urgency_rank", "received_at", "id"],
    )


def downgrade() -> None:
    op.drop_table("screenings")
