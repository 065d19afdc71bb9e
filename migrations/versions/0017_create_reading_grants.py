"""Leave to read what stands under a reference code: for one browser, for a short time."""

import sqlalchemy as sa
from alembic import op

revision = "0017_create_reading_grants"
down_revision: str | None = "0016_create_clinic_settings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reading_grants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_grants")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_reading_grants_token_digest")),
    )
    op.create_index(op.f("ix_reading_grants_expires_at"), "reading_grants", ["expires_at"])


def downgrade() -> None:
    op.drop_table("reading_grants")
