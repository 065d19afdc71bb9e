"""The logo of the clinic."""

import sqlalchemy as sa
from alembic import op

revision = "0024_create_clinic_pictures"
down_revision: str | None = "0023_create_patient_diaries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinic_pictures",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clinic_pictures")),
    )


def downgrade() -> None:
    op.drop_table("clinic_pictures")
