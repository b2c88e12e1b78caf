"""x"""

from fundingapp.domain.ledger import ParsedLedger, RawTable


def parse_lines(table: RawTable) -> ParsedLedger:
    raise AssertionError
