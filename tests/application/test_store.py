"""The store in memory behaves as every store must; the application's tests rest on it."""

from __future__ import annotations

import pytest

from fundingapp.application.ports import OpenWork
from tests.contracts import JournalContract, LedgerContract, RowsContract, SuggestionContract
from tests.fakes import FakeStore


@pytest.fixture
def open_work() -> OpenWork:
    return FakeStore().open_work


class TestRowsInMemory(RowsContract):
    pass


class TestJournalInMemory(JournalContract):
    pass


class TestLedgerInMemory(LedgerContract):
    pass


class TestSuggestionsInMemory(SuggestionContract):
    pass
