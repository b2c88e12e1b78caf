"""The second version of the funding file: layouts, wider rules, suggestions, adjustments, stored totals.

One function for each capability, in the order in which they are carried out.
"""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings a file of version 1 to version 2; nothing that it holds is lost."""
    _layouts()
    _rules()
    _suggestions()
    _adjustments()
    _totals()


def _layouts() -> None:
    """Layouts that a person confirmed, by the shape of their headings."""


def _rules() -> None:
    """Rules with conditions on any field."""


def _suggestions() -> None:
    """What is suggested for lines that no rule placed, and what was rejected."""


def _adjustments() -> None:
    """Adjustments with evidence, and locked periods."""


def _totals() -> None:
    """Sums of lines and charges, kept up to date with them."""
