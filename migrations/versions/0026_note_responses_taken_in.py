"""Which FHIR response a screening was taken in from, so that none is taken in twice."""

import sqlalchemy as sa
from alembic import op

revision = "0026_note_responses_taken_in"
down_revision: str | None = "0025_create_cohort_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "responses_taken_in",
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("response_mac", sa.LargeBinary(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screenings.id"],
            name=op.f("fk_responses_taken_in_screening_id_screenings"),
        ),
        sa.PrimaryKeyConstraint("screening_id", name=op.f("pk_responses_taken_in")),
        sa.UniqueConstraint("response_mac", name=op.f("uq_responses_taken_in_response_mac")),
    )


def downgrade() -> None:
    op.drop_table("responses_taken_in")
