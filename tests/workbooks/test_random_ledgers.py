"""Ledgers written in random styles are read back to the same lines, or refused, or asked about."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.ports import PrivateCopy
from fundingapp.application.progress import Progress
from fundingapp.application.queries.downloads import Download, ReadDownload, read_download
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning, RawTable
from fundingapp.workbooks.ledger_reader import read_ledger
from tests.workbooks.random_ledgers import Written, written

#: Each batch is this many ledgers; more were tried by hand.
BATCH = 100
BATCHES = range(8)


class Quiet(Progress):
    def report(self, done: int, total: int, label: str) -> None:
        """Nobody is watching."""


class Files:
    """The file itself as its private copy: it lies in a folder of the test."""

    def take_copy(self, path: Path) -> PrivateCopy:
        return PrivateCopy(path, path.name, "0" * 64, path.stat().st_size)

    def keep(self, *copies: PrivateCopy) -> None:
        raise AssertionError("reading keeps nothing")

    def discard(self, copy: PrivateCopy) -> None:
        """The test throws its folder away."""


class Reader:
    def ledger(
        self,
        path: Path,
        name: str,
        sheet: str | None,
        progress: Progress,
        layouts: tuple[Layout, ...] = (),
        encoding: str = "",
    ) -> list[RawTable]:
        return read_ledger(path, sheet, progress.report, name, layouts, encoding)

    def open_elsewhere(self, path: Path) -> Finding | None:
        return None


def read(path: Path, **asked: Any) -> Download:
    return read_download(ReadDownload(path, **asked), Files(), Reader(), Quiet())  # type: ignore[arg-type]


def verdict(made: Written) -> str:
    """What became of a ledger: same, asked, held back or refused; or how it was read wrongly."""
    try:
        download = read(made.path)
    except ExpectedError:
        return "refused"
    parsed = download.parsed
    assert parsed.rows_read == len(parsed.lines) + len(parsed.skipped)
    is_dated = any(meaning is Meaning.DATE for _, meaning in download.columns)
    wanted = Counter((line.day if is_dated else None, line.pence) for line in made.lines)
    found = Counter((line.posted_on if is_dated else None, line.amount.pence) for line in parsed.lines)
    if wanted == found:
        return "same"
    if download.open_questions:
        return "asked"
    if parsed.held_back:
        return "held back"
    return f"read wrongly: {found - wanted} instead of {wanted - found} in {made.path.name}, written as {made.style}"


@pytest.mark.parametrize("batch", BATCHES)
def test_never_wrong_in_silence(batch: int, tmp_path: Path) -> None:
    verdicts: Counter[str] = Counter()
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        made = written(seed, tmp_path)
        verdicts[verdict(made)] += 1
        made.path.unlink()
    wrong = [text for text in verdicts if text.startswith("read wrongly")]
    assert not wrong
    assert verdicts["same"] >= 0.9 * BATCH  # a reader that refuses everything is never wrong either


def test_the_writer_writes_what_a_reader_can_get_wrong(tmp_path: Path) -> None:
    """The verdict sees a wrong reading: one pound changed behind its back is no longer the same."""
    made = written(1, tmp_path)
    assert verdict(made) == "same"
    made.lines[0].pence += 100
    assert verdict(made).startswith("read wrongly")
