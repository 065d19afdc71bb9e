"""Who opened, assigned, printed or exported what."""

import sqlalchemy as sa
from alembic import op

revision = "0009_create_desk_events"
down_revision: str | None = "0008_let_codes_come_again"
branch_labels = None
depends_on = None

KINDS = "'opened', 'assigned', 'summary_made', 'evidence_made', 'fhir_made', 'fhir_taken_in', 'table_taken'"


def upgrade() -> None:
    op.create_table(
        "desk_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=True),
        sa.Column("clinician_id", sa.Uuid(), nullable=True),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_desk_events_kind_known")),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinicians.id"], name=op.f("fk_desk_events_clinician_id_clinicians")
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screenings.id"], name=op.f("fk_desk_events_screening_id_screenings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_events")),
    )
    op.create_index(
        op.f("ix_desk_events_screening_id_happened_at"), "desk_events", ["screening_id", "happened_at"]
    )


def downgrade() -> None:
    op.drop_table("desk_events")
