"""Who did what, in a chain: rows are added at its end, and nothing else is possible.

The guards stand in the database, so that they hold for whoever uses the product's own connection.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_create_audit_events"
down_revision: str | None = "0012_create_statistic_counts"
branch_labels = None
depends_on = None

SQLITE_GUARDS = (
    """CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END""",
    """CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
        BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above: the next number is the only one taken.
    """CREATE TRIGGER audit_events_next_only BEFORE INSERT ON audit_events
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_events)
        BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END""",
)
POSTGRESQL_GUARDS = (
    """CREATE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
        RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'integrity_constraint_violation';
        END $$""",
    """CREATE FUNCTION audit_events_next() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.seq IS DISTINCT FROM (SELECT coalesce(max(seq), 0) + 1 FROM audit_events) THEN
            RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW; END $$""",
    """CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events
        FOR EACH ROW EXECUTE FUNCTION audit_events_refuse()""",
    """CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
        FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse()""",
    """CREATE TRIGGER audit_events_next_only BEFORE INSERT ON audit_events
        FOR EACH ROW EXECUTE FUNCTION audit_events_next()""",
)


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(12), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("source_mac", sa.LargeBinary(16), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("previous_mac", sa.LargeBinary(32), nullable=False),
        sa.Column("mac", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
        sa.UniqueConstraint("previous_mac", name=op.f("uq_audit_events_previous_mac")),
    )
    op.create_index(op.f("ix_audit_events_subject_id_seq"), "audit_events", ["subject_id", "seq"])
    op.create_index(op.f("ix_audit_events_actor_id_seq"), "audit_events", ["actor_id", "seq"])
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for guard in POSTGRESQL_GUARDS if is_postgresql else SQLITE_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_events_refuse()")
        op.execute("DROP FUNCTION audit_events_next()")
