"""The stores on SQLite and PostgreSQL are held to the contracts that the one in memory keeps."""

from __future__ import annotations

import pytest

from fundingapp.application.ports import OpenWork
from fundingapp.persistence.database import Database
from tests.contracts import JournalContract, LedgerContract, RowsContract, SuggestionContract


@pytest.fixture
def open_work(database: Database) -> OpenWork:
    return database.open_work


class TestRowsInTheDatabase(RowsContract):
    pass


class TestJournalInTheDatabase(JournalContract):
    pass


class TestLedgerInTheDatabase(LedgerContract):
    pass


class TestSuggestionsInTheDatabase(SuggestionContract):
    pass
