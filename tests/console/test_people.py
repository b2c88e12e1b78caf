"""What a person reads: nothing cut off in a pipe or on a terminal of 80 or 140 columns, amounts under each other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.console.conftest import Line
from tests.console.terminal import FUND, YEAR, run

GRANT = ("--fund", FUND, "--year", YEAR)
AMOUNT = re.compile(r"−?\d{1,3}(?:,\d{3})*\.\d\d")

#: What each command must show a person, whole, whatever the width.
SHOWN = {
    "spend": (
        ("spend", *GRANT),
        (
            "LF-12",
            "5,000.00",
            "581.93",
            "3,265.39",
            "551.66",
            "1,656.90",
            "6,055.88",
            "−1,055.88",
            "over award",
        )
        + ("75,484.00", "67,668.14", "7,815.86", "−£56,625.00", "£309,264.17", "£1,166.61", "Loughborough"),
    ),
    "reconcile": (
        ("reconcile", *GRANT),
        ("R10", "differs", "321,473.92", "320,307.31", "1,166.61", "R31", "5 lines wait for a project."),
    ),
    "why lines": (
        ("why", "LF-09/2018/19/spend"),
        ("£2,498.48", "3 ledger lines", "551285/0020", "16/04/2018", "VIKING CCTV LTD", "1,954.98")
        + ("GL_extract_P12.xlsx", "row 24", "“CS4411”"),
    ),
    "why terms": (("why", "Locality Fund/2018/19/spend"), ("£67,668.14", "LF-18/2018/19/spend", "7,425.20")),
}


def words_of(file: Path, case: str) -> list[str]:
    (command, *more), _ = SHOWN[case]
    return [command, str(file), *more]


def on_terminal(columns: int, words: list[str]) -> str:
    """What a terminal of so many columns is sent, without its colours."""
    pty = pytest.importorskip("pty", reason="terminals of this kind are not to be had here")
    import fcntl
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    process = subprocess.Popen(
        [sys.executable, "-m", "fundingapp", *words],
        stdout=theirs,
        stderr=theirs,
        stdin=theirs,
        env=environment | {"TERM": "xterm", "PYTHONUTF8": "1"},
    )
    os.close(theirs)
    sent = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux's way of saying that the other end has been closed
            break
        if not piece:
            break
        sent += piece
    os.close(ours)
    assert process.wait() in {0, 1}
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", sent.decode("utf-8").replace("\r", ""))


@pytest.mark.parametrize("case", SHOWN)
@pytest.mark.parametrize("columns", ["80", "140", None])
def test_nothing_is_cut_off_in_a_pipe(
    case: str, columns: str | None, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    ran = run(*words_of(line.stations["P12"] / "charnwood.funding", case))
    for shown in SHOWN[case][1]:
        assert shown in ran.out
    assert "…" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 140
    assert ran.err == ""


@pytest.mark.parametrize("case", SHOWN)
@pytest.mark.parametrize("columns", [80, 140])
def test_nothing_is_cut_off_on_a_terminal(case: str, columns: int, line: Line) -> None:
    shown_there = on_terminal(columns, words_of(line.stations["P12"] / "charnwood.funding", case))
    for shown in SHOWN[case][1]:
        assert shown in shown_there
    assert "…" not in shown_there
    table = [row for row in shown_there.splitlines() if "  " in row or "───" in row]
    assert max(map(len, table)) <= columns


def test_amounts_stand_under_each_other(line: Line) -> None:
    """A column of amounts ends at the same place in every row: the points are under each other."""
    out = run(*words_of(line.stations["P12"] / "charnwood.funding", "spend")).out
    rows = [row for row in out.splitlines() if re.match(r"LF-\d\d ", row) or "  Total  " in row]
    ends = {tuple(found.end() for found in AMOUNT.finditer(row)) for row in rows}
    assert len(rows) == 18
    assert len(ends) == 1
    assert len(ends.pop()) == 7


def test_a_table_wider_than_its_place_keeps_its_figures() -> None:
    from fundingapp.console.output import Output, table

    out = Output(as_json=False)
    amounts = tuple(f"{number},999,999,999,999.99" for number in range(1, 10))
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        out.result({}, [table("", tuple("ABCDEFGHI"), [amounts], range(9))])
    assert all(amount in printed.getvalue() for amount in amounts)


def test_square_brackets_in_a_name_are_no_markup() -> None:
    import contextlib
    import io

    from fundingapp.console.output import Output, table

    out = Output(as_json=False)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        out.result({}, ["[bold]A[/bold]", table("", ("Supplier",), [("ACME [red] [/x] LTD",)])])
    assert "[bold]A[/bold]" in printed.getvalue()
    assert "ACME [red] [/x] LTD" in printed.getvalue()


def test_the_steps_speak_plain_english(line: Line, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    file = folder / "charnwood.funding"
    made = run("sample", folder)
    assert made.out == f"The sample is in {file}, with its input files beside it.\n"
    plan = run("plan", file, folder / "funding_2018_19.csv", *GRANT, "--commissioner", "PCC")
    assert plan.out == (
        "Locality Fund 2018/19: £75,500.00 available = £75,484.00 awarded to 17 projects + £16.00 contingency.\n"
    )
    assert plan.err.startswith("note: ")
    read = run("read", folder / "GL_extract_P10_drcr.csv")
    assert "GL_extract_P10_drcr.csv: headings in row 1, Windows-1252." in read.out
    imported = run("import", file, folder / "GL_extract_P10.xlsx")
    assert imported.out.splitlines()[:3] == [
        "GL_extract_P10.xlsx, sheet “Transactions”: headings in row 4.",
        "487 rows read = 483 lines kept + 4 rows skipped; total £261,459.66. The file states £261,459.66.",
        "Dated 03/04/2018 to 31/01/2019.",
    ]
    assert imported.out.endswith("Import 1: 483 new, 0 unchanged.\n")
    assert run("rules", file, folder / "coding_rules.csv").out == "28 rules added.\n"
    matched = run("match", file)
    assert matched.out.startswith(
        "347 lines charged to projects, 3 taken as income, 129 excluded; 4 wait for a project"
    )
    changed = run("import", file, folder / "GL_extract_P12.xlsx")
    assert "Reworded: 550306/0479." in changed.out
    assert "Changed in amount: 551711/0449." in changed.out
    assert "Vanished: 551886/0250, 550105/0328." in changed.out
    assert run("verify", file).out == "charnwood.funding is sound.\n"
    written = run("return", file, *GRANT, "--out", folder / "return.xlsx")
    assert written.out.splitlines()[0].endswith(f"version 1: {folder / 'return.xlsx'}")
    assert "cells written and read back equal." in written.out
    assert "To settle: R10 Ledger = charged + income + excluded" in written.out
