"""Views of the queue that a clinician keeps by name."""

import sqlalchemy as sa
from alembic import op

revision = "0010_create_saved_views"
down_revision: str | None = "0009_create_desk_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("filters", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinicians.id"], name=op.f("fk_saved_views_clinician_id_clinicians")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("clinician_id", "name", name=op.f("uq_saved_views_clinician_id_name")),
    )


def downgrade() -> None:
    op.drop_table("saved_views")
