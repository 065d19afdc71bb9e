"""Assessments by later rules, beside the one a screening was stored with, and which rules that were."""

import sqlalchemy as sa
from alembic import op

revision = "0006_create_reassessments"
down_revision: str | None = "0005_create_screening_measures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("screenings", sa.Column("edition", sa.String(40), nullable=True))
    op.create_table(
        "screening_reassessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("edition", sa.String(40), nullable=False),
        sa.Column("assessment", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["screening_id"],
            ["screenings.id"],
            name=op.f("fk_screening_reassessments_screening_id_screenings"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_reassessments")),
        sa.UniqueConstraint(
            "screening_id", "edition", name=op.f("uq_screening_reassessments_screening_id_edition")
        ),
    )


def downgrade() -> None:
    op.drop_table("screening_reassessments")
    with op.batch_alter_table("screenings") as batch:
        batch.drop_column("edition")
