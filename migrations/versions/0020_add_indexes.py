"""Indexes for removing a screening's drafts, for demonstrations, and for the filters of the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0020_add_indexes"
down_revision: str | None = "0019_keep_shown_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_screening_drafts_screening_id"), "screening_drafts", ["screening_id"])
    op.create_index(
        "ix_screenings_demonstrations",
        "screenings",
        ["removed_at"],
        sqlite_where=sa.text("is_demonstration = 1"),
        postgresql_where=sa.text("is_demonstration"),
    )
    op.create_index(op.f("ix_audit_events_action_seq"), "audit_events", ["action", "seq"])
    op.create_index(op.f("ix_audit_events_actor_kind_seq"), "audit_events", ["actor_kind", "seq"])


def downgrade() -> None:
    op.drop_index("ix_audit_events_actor_kind_seq", "audit_events")
    op.drop_index("ix_audit_events_action_seq", "audit_events")
    op.drop_index("ix_screenings_demonstrations", "screenings")
    op.drop_index("ix_screening_drafts_screening_id", "screening_drafts")
