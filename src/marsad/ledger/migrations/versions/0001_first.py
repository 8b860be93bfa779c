"""The tables of the first version, which made them itself: nothing to do."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing."""
