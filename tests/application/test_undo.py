"""Undo takes back anything, redo does it again, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings

from fundingapp.application.ports import OpenWork
from tests.fakes import FakeStore
from tests.machines import desk_machine
from tests.machines_of_years import year_machine


@contextmanager
def new_fake_store() -> Iterator[OpenWork]:
    yield FakeStore().open_work


TestAnyWorkIsTakenBackAndDoneAgain = desk_machine(new_fake_store).TestCase
TestAnyWorkIsTakenBackAndDoneAgain.settings = settings(
    max_examples=min(25, settings().max_examples), stateful_step_count=25
)

TestAnyYearIsTakenBackAndDoneAgain = year_machine(new_fake_store).TestCase
TestAnyYearIsTakenBackAndDoneAgain.settings = settings(
    max_examples=min(15, settings().max_examples), stateful_step_count=25
)
# Every figure of every identity is asked why at the end of each example.
TestAnyYearIsTakenBackAndDoneAgain = pytest.mark.timeout(600)(TestAnyYearIsTakenBackAndDoneAgain)
