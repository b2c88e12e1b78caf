"""x"""
from fundingapp.domain.ledger import RawTable, ParsedLedger
def parse_lines(table: RawTable) -> ParsedLedger:
    raise AssertionError
