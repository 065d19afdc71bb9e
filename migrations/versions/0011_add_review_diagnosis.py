"""The diagnosis that a clinician confirmed, beside the review; and the order of reviews as a number."""

import sqlalchemy as sa
from alembic import op

revision = "0011_add_review_diagnosis"
down_revision: str | None = "0010_create_saved_views"
branch_labels = None
depends_on = None

NUMBER_BY_TIME = """
UPDATE screening_reviews SET number = (
    SELECT count(*) FROM screening_reviews AS earlier
    WHERE earlier.screening_id = screening_reviews.screening_id
    AND (earlier.recorded_at < screening_reviews.recorded_at
         OR (earlier.recorded_at = screening_reviews.recorded_at AND earlier.id >= screening_reviews.id))
)
"""


def upgrade() -> None:
    op.add_column("screening_reviews", sa.Column("diagnosis", sa.LargeBinary(), nullable=True))
    op.add_column("screening_reviews", sa.Column("number", sa.Integer(), nullable=True))
    op.execute(NUMBER_BY_TIME)
    with op.batch_alter_table("screening_reviews") as batch:
        batch.alter_column("number", nullable=False, existing_type=sa.Integer())
        batch.create_unique_constraint(
            op.f("uq_screening_reviews_screening_id_number"), ["screening_id", "number"]
        )
        batch.drop_index("ix_screening_reviews_screening_id_recorded_at")


def downgrade() -> None:
    with op.batch_alter_table("screening_reviews") as batch:
        batch.create_index(
            op.f("ix_screening_reviews_screening_id_recorded_at"), ["screening_id", "recorded_at"]
        )
        batch.drop_constraint("uq_screening_reviews_screening_id_number", type_="unique")
        batch.drop_column("number")
        batch.drop_column("diagnosis")
