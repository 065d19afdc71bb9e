"""A person may screen again under the same reference code: each time is a visit of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0008_let_codes_come_again"
down_revision: str | None = "0007_add_queue_columns"
branch_labels = None
depends_on = None


def _checks() -> tuple[sa.CheckConstraint, ...]:
    """SQLite rebuilds the table, and forgets what it is not told."""
    rules = {
        "outcome_known": "outcome IN ('emergency', 'positive', 'borderline', 'negative', 'cannot_tell')",
        "status_known": "status IN ('new', 'in_review', 'reviewed', 'needs_contact', 'closed')",
        "urgency_known": "urgency_rank BETWEEN 0 AND 3",
    }
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_screenings_{name}")) for name, rule in rules.items())


def upgrade() -> None:
    with op.batch_alter_table("screenings", table_args=_checks()) as batch:
        batch.add_column(sa.Column("visit", sa.SmallInteger(), nullable=False, server_default="1"))
        batch.drop_constraint("uq_screenings_reference_mac", type_="unique")
        batch.create_unique_constraint(op.f("uq_screenings_reference_mac_visit"), ["reference_mac", "visit"])
        batch.create_foreign_key(
            op.f("fk_screenings_assigned_to_id_clinicians"), "clinicians", ["assigned_to_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("screenings", table_args=_checks()) as batch:
        batch.drop_constraint("fk_screenings_assigned_to_id_clinicians", type_="foreignkey")
        batch.drop_constraint("uq_screenings_reference_mac_visit", type_="unique")
        batch.create_unique_constraint(op.f("uq_screenings_reference_mac"), ["reference_mac"])
        batch.drop_column("visit")
