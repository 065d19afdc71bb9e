"""Sessions on the server, second factors, and what counts tries."""

import sqlalchemy as sa
from alembic import op

revision = "0014_create_clinic_sessions"
down_revision: str | None = "0013_create_audit_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _alter_clinicians()
    op.add_column(
        "set_up_links", sa.Column("purpose", sa.String(12), nullable=False, server_default="account")
    )
    op.add_column("set_up_links", sa.Column("clinician_id", sa.Uuid(), nullable=True))
    _create_clinic_sessions()
    _create_factors()
    op.create_table(
        "throttles",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("window_start", sa.DateTime(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window_start", name=op.f("pk_throttles")),
    )
    op.create_index(op.f("ix_throttles_expires_at"), "throttles", ["expires_at"])


def _alter_clinicians() -> None:
    with op.batch_alter_table("clinicians") as batch:
        batch.add_column(sa.Column("totp_seed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("totp_confirmed_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("totp_last_step", sa.BigInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("notices_seen", sa.BigInteger(), nullable=False, server_default="0"))
        batch.drop_constraint("uq_clinicians_session_key", type_="unique")
        batch.drop_column("session_key")


def _create_clinic_sessions() -> None:
    op.create_table(
        "clinic_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("factor_at", sa.DateTime(), nullable=True),
        sa.Column("challenge", sa.LargeBinary(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinicians.id"], name=op.f("fk_clinic_sessions_clinician_id_clinicians")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_clinic_sessions_token_digest")),
    )
    op.create_index(op.f("ix_clinic_sessions_clinician_id"), "clinic_sessions", ["clinician_id"])
    op.create_index(op.f("ix_clinic_sessions_last_seen_at"), "clinic_sessions", ["last_seen_at"])


def _create_factors() -> None:
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinicians.id"], name=op.f("fk_recovery_codes_clinician_id_clinicians")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_codes_digest")),
    )
    op.create_index(op.f("ix_recovery_codes_clinician_id"), "recovery_codes", ["clinician_id"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinician_id"], ["clinicians.id"], name=op.f("fk_passkeys_clinician_id_clinicians")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_clinician_id"), "passkeys", ["clinician_id"])


def downgrade() -> None:
    for table in ("throttles", "passkeys", "recovery_codes", "clinic_sessions"):
        op.drop_table(table)
    op.drop_column("set_up_links", "clinician_id")
    op.drop_column("set_up_links", "purpose")
    op.add_column("clinicians", sa.Column("session_key", sa.String(64), nullable=True))
    op.execute("UPDATE clinicians SET session_key = replace(CAST(id AS varchar(36)), '-', '')")
    with op.batch_alter_table("clinicians") as batch:
        batch.alter_column("session_key", nullable=False, existing_type=sa.String(64))
        batch.create_unique_constraint(op.f("uq_clinicians_session_key"), ["session_key"])
        for name in ("totp_seed", "totp_confirmed_at", "totp_last_step", "row_version", "notices_seen"):
            batch.drop_column(name)
