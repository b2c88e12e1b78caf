"""A desk on a store in memory, with its parts at hand."""

from __future__ import annotations

import pytest

from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from tests.fakes import FakeStore, make_tools


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def tools(store: FakeStore) -> Tools:
    return make_tools(store.open_work)


@pytest.fixture
def desk(tools: Tools) -> Desk:
    return Desk(tools)
