"""The addresses of cells, as the domain writes them."""

from __future__ import annotations

from fundingapp.domain.addresses import (
    ADDRESS,
    LAST_COLUMN,
    LAST_ROW,
    RANGE,
    address,
    column_letters,
    column_number,
    split_address,
)

__all__ = [
    "ADDRESS",
    "LAST_COLUMN",
    "LAST_ROW",
    "RANGE",
    "address",
    "column_letters",
    "column_number",
    "split_address",
]
