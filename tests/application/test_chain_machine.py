"""Random histories of three to six years: the chain holds, or breaks where an oracle says and by as many pence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings

from fundingapp.application.ports import OpenWork
from tests.fakes import FakeStore
from tests.machines_of_chains import chain_machine


@contextmanager
def new_fake_store() -> Iterator[OpenWork]:
    yield FakeStore().open_work


TestAnyYearsHangTogether = chain_machine(new_fake_store).TestCase
TestAnyYearsHangTogether.settings = settings(
    max_examples=min(12, settings().max_examples), stateful_step_count=25
)
# Every figure of a year is asked why at the end of each example.
TestAnyYearsHangTogether = pytest.mark.timeout(300)(TestAnyYearsHangTogether)
