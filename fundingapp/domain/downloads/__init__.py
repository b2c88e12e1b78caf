"""From the raw cells of a ledger download to ledger lines, with every row accounted for (R9).

A row is a line, or it is skipped with a reason in plain English; ``rows_read`` is always the sum of the two.
A cell that cannot be read holds its row back and becomes an ERROR finding: nothing is guessed or rounded.
"""

from fundingapp.domain.downloads.together import joined, parse_each, parse_lines, parse_tables
from fundingapp.domain.findings import LISTED, LISTED_ERRORS

__all__ = ["LISTED", "LISTED_ERRORS", "joined", "parse_each", "parse_lines", "parse_tables"]
