"""What has to be shown of every command: a refusal leaves no trace, and undo and redo are exact."""

from __future__ import annotations

from typing import Any

import pytest

from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.domain.errors import ExpectedError
from tests.fakes import FakeStore
from tests.machines import assert_same, figures_of, journal_length


def refusal_of(desk: Desk, store: FakeStore, command: Command[Any]) -> ExpectedError:
    """What *command* is refused with; it must leave neither figures, audit trail nor undo behind."""
    figures, length, name = figures_of(store.open_work), journal_length(store.open_work), desk.undo_name
    with pytest.raises(ExpectedError) as refusal:
        desk.do(command)
    assert_same(figures_of(store.open_work), figures)
    assert journal_length(store.open_work) == length
    assert desk.undo_name == name
    assert refusal.value.advice or refusal.value.code == "not_found"
    return refusal.value


def assert_taken_back_and_done_again(desk: Desk, store: FakeStore, command: Command[Any]) -> None:
    start = figures_of(store.open_work)
    desk.do(command)
    end = figures_of(store.open_work)
    desk.undo()
    assert_same(figures_of(store.open_work), start)
    desk.redo()
    assert_same(figures_of(store.open_work), end)
