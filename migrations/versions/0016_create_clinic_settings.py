"""What an administrator sets, such as how long screenings are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0016_create_clinic_settings"
down_revision: str | None = "0015_add_patient_safeguards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clinic_settings",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.String(4000), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clinic_settings")),
    )


def downgrade() -> None:
    op.drop_table("clinic_settings")
