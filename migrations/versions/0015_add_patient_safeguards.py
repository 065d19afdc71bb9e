"""Deletion that leaves an empty row, consent, doubt about floods, and drafts that a code finds."""

import sqlalchemy as sa
from alembic import op

revision = "0015_add_patient_safeguards"
down_revision: str | None = "0014_create_clinic_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("screenings", sa.Column("reference_key_id", sa.String(8), nullable=True))
    op.add_column("screenings", sa.Column("consent_version", sa.String(12), nullable=True))
    op.add_column("screenings", sa.Column("consented_at", sa.DateTime(), nullable=True))
    op.add_column("screenings", sa.Column("removed_at", sa.DateTime(), nullable=True))
    op.add_column("screenings", sa.Column("removed_by", sa.String(12), nullable=True))
    op.add_column(
        "screenings", sa.Column("is_unverified", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(op.f("ix_screenings_status_received_at"), "screenings", ["status", "received_at"])
    op.add_column("screening_drafts", sa.Column("reference_mac", sa.LargeBinary(32), nullable=True))
    op.add_column("screening_drafts", sa.Column("seen_at", sa.DateTime(), nullable=True))
    op.add_column("screening_drafts", sa.Column("submitted_at", sa.DateTime(), nullable=True))
    op.add_column(
        "screening_drafts", sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(op.f("ix_screening_drafts_reference_mac"), "screening_drafts", ["reference_mac"])


def downgrade() -> None:
    op.drop_index("ix_screening_drafts_reference_mac", "screening_drafts")
    for name in ("is_shared", "submitted_at", "seen_at", "reference_mac"):
        op.drop_column("screening_drafts", name)
    op.drop_index("ix_screenings_status_received_at", "screenings")
    for name in (
        "is_unverified",
        "removed_by",
        "removed_at",
        "consented_at",
        "consent_version",
        "reference_key_id",
    ):
        op.drop_column("screenings", name)
