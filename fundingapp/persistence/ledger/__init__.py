"""Ledger lines, imports and charges in SQL: the part of the file that may hold a million rows."""

from __future__ import annotations

from fundingapp.persistence.ledger.imports import Imports
from fundingapp.persistence.ledger.lists import Lists
from fundingapp.persistence.ledger.ruled import Ruled


class SqlLedger(Imports, Lists, Ruled):
    """Satisfies :class:`~fundingapp.application.ports.LedgerStore`."""
