"""A person may screen again under the same reference code: each time is a visit of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0008_let_codes_come_again"
down_revision: str | None = "0007_add_queue_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("screenings") as batch:
        batch.add_column(sa.Column("visit", sa.SmallInteger(), nullable=False, server_default="1"))
        batch.drop_constraint("uq_screenings_reference_mac", type_="unique")
        batch.create_unique_constraint(op.f("uq_screenings_reference_mac_visit"), ["reference_mac", "visit"])
        batch.create_foreign_key(
            op.f("fk_screenings_assigned_to_id_clinicians"), "clinicians", ["assigned_to_id"], ["id"]
        )


def downgrade() -> None:
    again = op.get_bind().scalar(sa.text("SELECT count(*) FROM screenings WHERE visit > 1"))
    if again:
        raise RuntimeError(
            f"{again} screenings stand under a code that was used before. The version before this one cannot "
            "hold them: go back to a backup instead."
        )
    with op.batch_alter_table("screenings") as batch:
        batch.drop_constraint("fk_screenings_assigned_to_id_clinicians", type_="foreignkey")
        batch.drop_constraint("uq_screenings_reference_mac_visit", type_="unique")
        batch.create_unique_constraint(op.f("uq_screenings_reference_mac"), ["reference_mac"])
        batch.drop_column("visit")
