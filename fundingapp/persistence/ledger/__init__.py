"""Ledger lines, imports and charges in SQL: the part of the file that may hold a million rows."""

from __future__ import annotations

from fundingapp.persistence.ledger.imports import Imports
from fundingapp.persistence.ledger.lists import Lists


class SqlLedger(Imports, Lists):
    """Satisfies :class:`~fundingapp.application.ports.LedgerStore`."""
