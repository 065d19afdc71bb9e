"""Diaries: the days that a person with a reference code noted, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0023_create_patient_diaries"
down_revision: str | None = "0022_keep_drafts_for_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "patient_diaries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference_mac", sa.LargeBinary(32), nullable=False),
        sa.Column("reference_key_id", sa.String(8), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("kept_until", sa.DateTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_diaries")),
        sa.UniqueConstraint("reference_mac", name=op.f("uq_patient_diaries_reference_mac")),
    )
    op.create_index(op.f("ix_patient_diaries_kept_until"), "patient_diaries", ["kept_until"])


def downgrade() -> None:
    op.drop_table("patient_diaries")
