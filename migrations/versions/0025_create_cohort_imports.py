"""How far the import of each file has come."""

import sqlalchemy as sa
from alembic import op

revision = "0025_create_cohort_imports"
down_revision: str | None = "0024_create_clinic_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohort_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_mac", sa.LargeBinary(32), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_stored", sa.Integer(), nullable=False),
        sa.Column("rows_wrong", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_imports")),
        sa.UniqueConstraint("file_mac", name=op.f("uq_cohort_imports_file_mac")),
    )


def downgrade() -> None:
    op.drop_table("cohort_imports")
