"""What the queue filters by: who has it, whether anybody opened it, which policies lack no answer."""

import sqlalchemy as sa
from alembic import op

revision = "0007_add_queue_columns"
down_revision: str | None = "0006_create_reassessments"
branch_labels = None
depends_on = None

ORDER = ["urgency_rank", "received_at", "id"]
POLICY_ORDER = ["urgency_rank", "received_at", "screening_id"]
FACETS = ["status", "outcome", "language"]
UNLISTED = sa.text("listing IS NULL")
INDEXES = {
    "ix_screenings_assigned": ["assigned_to_id", "is_open", *ORDER],
    "ix_screenings_facets": [*FACETS, *ORDER],
    "ix_screenings_assigned_facets": ["assigned_to_id", *FACETS, *ORDER],
    "ix_screenings_unread": ["is_open", "is_unread"],
}
POLICY_INDEXES = {
    "ix_screening_policies_open": ["policy_id", "is_open", *POLICY_ORDER],
    "ix_screening_policies_facets": ["policy_id", *FACETS, *POLICY_ORDER],
    "ix_screening_policies_assigned": ["policy_id", "assigned_to_id", *FACETS, *POLICY_ORDER],
}


def upgrade() -> None:
    _add_columns()
    for name, columns in INDEXES.items():
        op.create_index(name, "screenings", columns)
    op.create_index(
        "ix_screenings_unlisted", "screenings", ["id"], sqlite_where=UNLISTED, postgresql_where=UNLISTED
    )
    _create_screening_policies()


def _add_columns() -> None:
    op.add_column(
        "screenings", sa.Column("is_unread", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("screenings", sa.Column("listing", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("screenings", recreate="never") as batch:
        batch.add_column(sa.Column("assigned_to_id", sa.Uuid(), nullable=True))
    # Reviewed before this version: somebody has opened it.
    op.execute("UPDATE screenings SET is_unread = (status = 'new')")


def _create_screening_policies() -> None:
    op.create_table(
        "screening_policies",
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.String(60), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("assigned_to_id", sa.Uuid(), nullable=True),
        sa.Column("urgency_rank", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screenings.id"], name=op.f("fk_screening_policies_screening_id_screenings")
        ),
        sa.PrimaryKeyConstraint("screening_id", "policy_id", name=op.f("pk_screening_policies")),
    )
    for name, columns in POLICY_INDEXES.items():
        op.create_index(name, "screening_policies", columns)


def downgrade() -> None:
    op.drop_table("screening_policies")
    for name in [*INDEXES, "ix_screenings_unlisted"]:
        op.drop_index(name, "screenings")
    for name in ("is_unread", "listing", "assigned_to_id"):
        op.drop_column("screenings", name)
