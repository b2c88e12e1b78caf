"""Any work in any order on the real databases: undo brings back what was, redo what came after (tests/machines.py)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from fundingapp.application.ports import OpenWork
from fundingapp.persistence.database import open_file, open_server
from tests.machines import desk_machine
from tests.persistence.support import noon

#: Fewer than in memory, where the same machine runs and finds the shortest example: here it is the databases that
#: are tried.
FEW = settings(
    max_examples=4,
    stateful_step_count=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_any_work_can_be_undone_and_redone_on_sqlite(empty_file: Path) -> None:
    @contextmanager
    def new_store() -> Iterator[OpenWork]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "test.funding"
            shutil.copyfile(empty_file, path)
            database = open_file(path, noon, "S. Officer")
            try:
                yield database.open_work
                # The machine's downloads are no files, so that their originals can't have been kept.
                assert all("is missing from" in problem for problem in database.problems())
            finally:
                database.close()

    run_state_machine_as_test(desk_machine(new_store), settings=FEW)


def test_any_work_can_be_undone_and_redone_on_postgresql(
    shared_server_database: tuple[str, Callable[[], None]], tmp_path: Path
) -> None:
    target, empty = shared_server_database

    @contextmanager
    def new_store() -> Iterator[OpenWork]:
        database = open_server(target, noon, "S. Officer", tmp_path)
        try:
            yield database.open_work
            assert all("is missing from" in problem for problem in database.problems())
        finally:
            database.close()
            empty()

    run_state_machine_as_test(desk_machine(new_store), settings=FEW)
