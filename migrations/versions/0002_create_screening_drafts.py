"""Journeys that are not finished."""

import sqlalchemy as sa
from alembic import op

revision = "0002_create_screening_drafts"
down_revision: str | None = "0001_create_screenings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screenings.id"],
            name=op.f("fk_screening_drafts_screening_id_screenings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_drafts")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_screening_drafts_token_digest")),
    )
    op.create_index(op.f("ix_screening_drafts_expires_at"), "screening_drafts", ["expires_at"])


def downgrade() -> None:
    op.drop_table("screening_drafts")
