"""Layout files on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning
from fundingapp.workbooks.layout_files import read_layout_file, write_layout_file

LAYOUT = Layout("Ours – £", ("Datum", "Wert"), (Meaning.DATE, Meaning.AMOUNT))


def test_a_layout_is_written_and_read_back(tmp_path: Path) -> None:
    out = tmp_path / "ours.layout.json"
    write_layout_file(LAYOUT, out)
    assert read_layout_file(out) == LAYOUT
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_an_editor_that_puts_a_mark_at_the_beginning_does_no_harm(tmp_path: Path) -> None:
    out = tmp_path / "ours.layout.json"
    write_layout_file(LAYOUT, out)
    out.write_text(out.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read_layout_file(out) == LAYOUT


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(InputRefusedError) as refusal:
        read_layout_file(path)
    assert refusal.value.code == "not_a_layout"


def test_a_folder_that_is_not_there_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError):
        write_layout_file(LAYOUT, tmp_path / "nowhere" / "x.layout.json")
    assert list(tmp_path.iterdir()) == []
