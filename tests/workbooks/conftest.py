"""Workbooks are read in this process here: what is tried is what is read, and a child each time would only be slow.

The child itself has its own tests (test_apart.py, test_fuzz.py), and every test outside this folder reads as the
program does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fundingapp.children.process import Progress
from fundingapp.domain.findings import Finding
from fundingapp.workbooks import ledger_reader, tables, template_filler
from fundingapp.workbooks.apart import CellReader
from fundingapp.workbooks.child import values_of_cells
from fundingapp.workbooks.sources import Kind
from fundingapp.workbooks.workbook import Grid, read_grids


def read_here(
    path: Path, name: str, kind: Kind, sheet: str | None, report: Progress
) -> tuple[list[Grid], list[Finding]]:
    return read_grids(path.read_bytes(), name, kind, sheet, report)


@contextmanager
def cells_read_here(_name: str, _size: int) -> Iterator[CellReader]:
    yield (
        lambda path, places: (
            lambda _report: {sheet: dict(found) for sheet, found in values_of_cells(path, places.items())}
        )
    )


@pytest.fixture(scope="module", autouse=True)
def workbooks_are_read_in_this_process() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (ledger_reader, tables):
            patch.setattr(module, "read_workbook", read_here)
        patch.setattr(template_filler, "cell_reader", cells_read_here)
        yield
