"""Whatever is handed in: one sentence that says what, where and what to do, and the funding file stays as it was.

The numbers are those of the catalogue of faults (F, X and H).
"""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import pytest

from fundingapp.persistence.upgrading import SCHEMA_VERSION
from tests.console.terminal import Ran, ask, run, state_of

At = Callable[[str], Path]

HEADINGS = "Trans No,Trans Date,Period,Cost Centre,Account,Supplier,Description,Net Amount"


def write_csv(path: Path, *rows: str, headings: str = HEADINGS) -> Path:
    path.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
    return path


def row(number: int, amount: str = "10.00", day: str = "04/05/2018", period: str = "2") -> str:
    return f"9000{number},{day},{period},CS4402,40110,ACME LTD,Leaflets {number},{amount}"


def write_workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Ledger")
        for at, cells in enumerate(rows):
            sheet.write_row(at, 0, cells)
    return path


def page_named_xls(folder: Path) -> Path:
    path = folder / "ledger.xls"
    path.write_text("<html><body><table><tr><td>Trans No</td></tr></table></body></html>", encoding="utf-8")
    return path


def protected(folder: Path) -> Path:
    """What Excel saves with a password: an OLE container with the workbook encrypted inside."""
    path = folder / "ledger.xlsx"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\x00\x03\x00\xfe\xff\x09\x00"
    entries = b"".join(
        name.encode("utf-16-le").ljust(128, b"\0")
        for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage")
    )
    path.write_bytes(header.ljust(512, b"\0") + entries.ljust(1024, b"\0") + os.urandom(4096))
    return path


def truncated(folder: Path) -> Path:
    path = write_workbook(
        folder / "ledger.xlsx", [HEADINGS.split(","), *(row(n).split(",") for n in range(200))]
    )
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    return path


def damaged_inside(folder: Path) -> Path:
    """A whole zip whose sheet is cut off in the middle."""
    source = write_workbook(folder / "whole.xlsx", [HEADINGS.split(","), row(1).split(",")])
    path = folder / "ledger.xlsx"
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(path, "w") as cut:
        for name in package.namelist():
            data = package.read(name)
            cut.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    source.unlink()
    return path


def no_amount_column(folder: Path) -> Path:
    headings = HEADINGS.removesuffix(",Net Amount")
    return write_csv(folder / "ledger.csv", row(1).removesuffix(",10.00"), headings=headings)


def empty_sheet(folder: Path) -> Path:
    return write_workbook(folder / "ledger.xlsx", [])


def headings_only(folder: Path) -> Path:
    return write_workbook(folder / "ledger.xlsx", [HEADINGS.split(",")])


def empty_file(folder: Path) -> Path:
    path = folder / "ledger.csv"
    path.write_bytes(b"")
    return path


def picture(folder: Path) -> Path:
    path = folder / "ledger.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    return path


def word_document(folder: Path) -> Path:
    path = folder / "ledger.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<document/>")
    return path


def web_page(folder: Path) -> Path:
    path = folder / "ledger.csv"
    path.write_text("<!DOCTYPE html><html><body><p>Please log in</p></body></html>", encoding="utf-8")
    return path


def cut_off_csv(folder: Path) -> Path:
    return write_csv(
        folder / "ledger.csv", row(1), '90002,04/05/2018,2,CS4402,40110,"ACME LTD,Leaflets,10.00'
    )


def missing(folder: Path) -> Path:
    return folder / "ledger.xlsx"


def a_folder(folder: Path) -> Path:
    path = folder / "ledger.xlsx"
    path.mkdir()
    return path


BAD: dict[str, tuple[Callable[[Path], Path], tuple[str, ...]]] = {
    "X07 page named .xls": (page_named_xls, ("ledger.xls", "web page", "save a copy as .xlsx")),
    "X06 password": (protected, ("ledger.xlsx", "password", "save a copy")),
    "X05 truncated zip": (truncated, ("ledger.xlsx", "damaged", "Make the download again")),
    "X05 damaged part": (damaged_inside, ("ledger.xlsx", "sheet1.xml", "Make the download again")),
    "X28 no amount column": (
        no_amount_column,
        ("ledger.csv", "no column of amounts", "“Trans No”", "Choose"),
    ),
    "empty sheet": (empty_sheet, ("ledger.xlsx", "empty", "Make the download again")),
    "headings only": (headings_only, ("ledger.xlsx", "“Ledger”", "no rows", "Make the download again")),
    "F03 zero bytes": (empty_file, ("ledger.csv", "empty", "Make the download again")),
    "a picture": (picture, ("ledger.csv", "Choose an Excel workbook")),
    "a letter": (word_document, ("ledger.xlsx", "not a workbook", "Choose an Excel workbook")),
    "X38 web page": (web_page, ("ledger.csv",)),
    "X38 cut off": (cut_off_csv, ("ledger.csv", "line 3")),
    "missing": (missing, ("ledger.xlsx", "not there", "Check the name")),
    "folder": (a_folder, ("ledger.xlsx", "folder", "Choose the file in it")),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("json", [(), ("--json",)], ids=["for people", "json"])
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    case: str, json: tuple[str, ...], at: At, tmp_path: Path
) -> None:
    file = at("P10")
    make, said = BAD[case]
    folder = tmp_path / "given"
    folder.mkdir()
    ledger = make(folder)
    before, given = state_of(file.parent), state_of(folder)
    refusal = run("import", file, ledger, *json).refusal
    for words in said:
        assert words in refusal
    assert state_of(file.parent) == before
    assert state_of(folder) == given
    assert run("read", ledger, *json).refusal == refusal


@pytest.mark.parametrize("command", ["plan", "rules"])
@pytest.mark.parametrize(
    "case", [case for case in BAD if case not in {"X28 no amount column", "headings only"}]
)
def test_a_small_table_that_cannot_be_read_is_refused_alike(
    case: str, command: str, at: At, tmp_path: Path
) -> None:
    file = at("P10")
    folder = tmp_path / "given"
    folder.mkdir()
    table = BAD[case][0](folder)
    before = state_of(file.parent)
    grant = ("--fund", "Other", "--year", "2018/19", "--commissioner", "PCC") if command == "plan" else ()
    refusal = run(command, file, table, *grant, "--json").refusal
    assert table.name in refusal
    assert state_of(file.parent) == before


def test_a_workbook_that_excel_protected(real_fixtures: Path, at: At) -> None:
    file = at("P10")
    before = state_of(file.parent)
    refusal = run("import", file, real_fixtures / "pass_protected.xlsx").refusal
    assert "pass_protected.xlsx is protected by a password" in refusal
    assert "remove the password, save a copy" in refusal
    assert state_of(file.parent) == before


def test_x07_text_named_like_a_workbook_is_read_with_a_note(tmp_path: Path) -> None:
    ran = run("read", write_csv(tmp_path / "ledger.xls", row(1), row(2)), "--json")
    assert "is named like a workbook but holds plain text" in ran.data["findings"][0]["text"]
    assert "2 lines kept" in run("read", tmp_path / "ledger.xls").out


@pytest.mark.parametrize("lock", ["~$ledger.xlsx", ".~lock.ledger.xlsx#"])
def test_x36_a_workbook_that_is_open_elsewhere_is_read_with_a_warning(tmp_path: Path, lock: str) -> None:
    ledger = write_workbook(tmp_path / "ledger.xlsx", [HEADINGS.split(","), [*row(1).split(",")[:-1], 10]])
    (tmp_path / lock).write_bytes(b"")
    first = run("read", ledger, "--json").data["findings"][0]
    assert first["severity"] == "warning"
    assert "changes that are not saved there are not in this import" in first["text"]


# Rows that can't be read

UNREADABLE = {
    "amount": (row(2, amount="12.3.4"), "Row 3, column “Net Amount”: “12.3.4” is not an amount."),
    "date": (row(2, day="31/02/2019"), "Row 3, column “Trans Date”: “31/02/2019”"),
    "period": (row(2, period="14"), "Row 3, column “Period”: “14” cannot be used"),
    "third decimal": (row(2, amount="12.345"), "Row 3, column “Net Amount”: “12.345” is not an amount"),
    "no amount": (row(2, amount=""), "Row 3, column “Net Amount”: there is no amount."),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_row_that_cannot_be_read_refuses_the_download(case: str, at: At, tmp_path: Path) -> None:
    file = at("planned")
    bad, said = UNREADABLE[case]
    ledger = write_csv(tmp_path / "ledger.csv", row(1), bad, row(3), row(4))
    before = state_of(file.parent)
    refusal = run("import", file, ledger).refusal
    assert refusal.startswith(said)
    assert "The other 3 rows of “ledger.csv” are fine." in refusal
    assert refusal.endswith(
        "add --skip-unreadable to import it without what can't be read; nothing was imported."
    )
    assert run("import", file, ledger, "--json").refusal == refusal
    assert state_of(file.parent) == before


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_row_that_cannot_be_read_is_left_out_when_that_is_asked_for(
    case: str, at: At, tmp_path: Path
) -> None:
    file = at("planned")
    bad, said = UNREADABLE[case]
    ledger = write_csv(tmp_path / "ledger.csv", row(1), bad, row(3), "Total,,,,,,,42.30")
    ran = run("import", file, ledger, "--skip-unreadable", "--json")
    assert ran.status == 1
    assert (ran.data["records"], ran.data["new"], ran.data["total_pence"]) == (2, 2, 2000)
    held, total = ran.data["skipped"]
    assert held["row"] == 3
    assert held["reason"].startswith(f"held back: {said}")
    assert total == {"row": 5, "reason": "total row"}
    errors = [finding for finding in ran.data["findings"] if finding["severity"] == "error"]
    assert [(error["row"], error["column"]) for error in errors] == [
        (3, said.split("“")[1].split("”")[0]),
        (5, "Net Amount"),
    ]
    assert errors[0]["text"].startswith(said)
    assert "£42.30" in errors[1]["text"]
    assert "a difference of £22.30. 1 row is held back." in errors[1]["text"]
    assert run("verify", file, "--json").data == {"ok": True, "problems": [], "findings": []}


def test_reading_tells_of_the_same_rows_and_refuses_nothing(tmp_path: Path) -> None:
    ledger = write_csv(tmp_path / "ledger.csv", row(1), UNREADABLE["amount"][0], row(3))
    ran = run("read", ledger, "--json")
    assert ran.status == 1
    assert ran.data["records"] == 2
    assert [skipped["row"] for skipped in ran.data["skipped"]] == [3]


def test_of_several_rows_the_first_is_told_and_the_others_are_counted(at: At, tmp_path: Path) -> None:
    cells = [row(1), UNREADABLE["amount"][0], UNREADABLE["date"][0], row(3), UNREADABLE["period"][0]]
    ledger = write_workbook(tmp_path / "ledger.xlsx", [line.split(",") for line in (HEADINGS, *cells)])
    refusal = run("import", at("planned"), ledger).refusal
    assert refusal.startswith(
        "Row 3, column “Net Amount”: “12.3.4” is not an amount. 2 more rows can't be read either"
    )
    assert "the other 2 rows of “ledger.xlsx”, sheet “Ledger”, are fine." in refusal


def test_every_row_is_accounted_for(at: At, tmp_path: Path) -> None:
    rows = [
        row(1),
        "",
        UNREADABLE["amount"][0],
        UNREADABLE["date"][0],
        row(5),
        "Total,,,,,,,20.00",
        ",,,,,,,",
    ]
    ledger = write_csv(tmp_path / "ledger.csv", *rows)
    ran = run("import", at("planned"), ledger, "--skip-unreadable")
    assert ran.status == 1
    assert "2 lines kept" in ran.out
    read = int(ran.out.split(" rows read")[0].rsplit(maxsplit=1)[-1])
    skipped = int(ran.out.split(" rows skipped")[0].rsplit(maxsplit=1)[-1])
    assert read == 2 + skipped
    data = run("read", ledger, "--json").data
    assert len(data["skipped"]) == skipped
    assert all(entry["reason"] for entry in data["skipped"])


def test_a_download_of_which_no_row_can_be_read_says_so(at: At, tmp_path: Path) -> None:
    file = at("planned")
    ledger = write_csv(tmp_path / "ledger.csv", row(1, amount="12.3.4"), row(2, amount="n/k"))
    before = state_of(file.parent)
    for more in ((), ("--skip-unreadable",)):
        refusal = run("import", file, ledger, *more).refusal
        assert (
            "“ledger.csv” has no ledger line: 2 rows read, all skipped. Row 2, column “Net Amount”" in refusal
        )
    assert state_of(file.parent) == before


# Files that are held, protected or have no room


def hold(monkeypatch: pytest.MonkeyPatch, held: Path) -> None:
    """Another program holds the file: opening it is refused, as Windows does."""
    real: Any = Path.open

    def opened(path: Path, *more: Any, **named: Any) -> Any:
        if path == held:
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(path))
        return real(path, *more, **named)

    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened(path, "rb").read())


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("import", "GL_extract_P12.xlsx"),
        ("read", "GL_extract_P12.xlsx"),
        ("plan", "funding_2018_19.csv"),
        ("rules", "coding_rules.csv"),
    ],
)
def test_a_file_that_another_program_holds(
    command: str, name: str, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = at("P10")
    before = state_of(file.parent)
    grant = ("--fund", "Other", "--year", "2018/19", "--commissioner", "PCC") if command == "plan" else ()
    words = [file.parent / name] if command == "read" else [file, file.parent / name]
    with monkeypatch.context() as patched:
        hold(patched, file.parent / name)
        refusal = run(command, *words, *grant, "--json").refusal
    assert name in refusal
    assert "another program" in refusal
    assert "Close it" in refusal
    assert state_of(file.parent) == before


def test_a_return_that_is_open_in_another_program_stays(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    file = at("P10")
    out = file.parent / "return.xlsx"
    out.write_bytes(b"the return of last week")
    before = state_of(file.parent)

    def held(path: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", held)
        refusal = ask("return", file, "--out", out).refusal
    assert "“return.xlsx” cannot be written" in refusal
    assert "Close the workbook if it is open in Excel" in refusal
    assert state_of(file.parent) == before


def test_a_funding_file_that_is_being_written_by_another_program(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from fundingapp.persistence import engines

    monkeypatch.setitem(engines.PRAGMAS, "busy_timeout", 50)
    file = at("P10")
    before = state_of(file.parent)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        refusal = run("match", file).refusal
    finally:
        other.close()
    assert "charnwood.funding” is being written by another program" in refusal
    assert state_of(file.parent) == before


# A disk without room, simulated; a real one is in test_processes.py


@pytest.fixture
def no_room_in_the_file(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """SQLite may not make the file larger than it is, and answers as on a full disk."""
    import sqlite3

    from fundingapp.persistence import engines

    def limit(file: Path) -> None:
        connection = sqlite3.connect(file)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.close()
        monkeypatch.setitem(engines.PRAGMAS, "max_page_count", pages)

    return limit


def test_a_disk_that_is_full_at_the_commit(at: At, no_room_in_the_file: Callable[[Path], None]) -> None:
    file = at("planned")
    before = state_of(file.parent)
    no_room_in_the_file(file)
    refusal = run("import", file, file.parent / "GL_extract_P10.xlsx").refusal
    assert "There is no room left to save" in refusal
    assert "charnwood.funding" in refusal
    assert "MB free" in refusal
    after = state_of(file.parent)
    assert {name: after.get(name) for name in before} == before


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT], ids=["H01 full", "H03 quota"])
def test_a_disk_that_is_full_where_the_original_is_kept(
    code: int, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = at("P10")
    before = state_of(file.parent)

    def full(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        refusal = run("import", file, file.parent / "GL_extract_P12.xlsx").refusal
    assert "no room" in refusal
    assert "charnwood.funding-files" in refusal
    assert state_of(file.parent) == before


def test_a_temp_folder_that_is_full(at: At, monkeypatch: pytest.MonkeyPatch, no_leftovers: Path) -> None:
    file = at("P10")
    before = state_of(file.parent)
    real: Any = os.fdopen

    class Full:
        def __init__(self, handle: int) -> None:
            self.file = real(handle, "wb")

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

        def write(self, piece: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(
            os, "fdopen", lambda handle, mode, **_: Full(handle) if mode == "wb" else real(handle, mode)
        )
        refusal = run("import", file, file.parent / "GL_extract_P12.xlsx").refusal
    assert "no room" in refusal
    assert str(no_leftovers) in refusal
    assert state_of(file.parent) == before


def test_a_temp_folder_that_is_not_there(at: At, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import tempfile

    file = at("P10")
    before = state_of(file.parent)
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
        refusal = run("import", file, file.parent / "GL_extract_P12.xlsx").refusal
    assert "gone" in refusal
    assert state_of(file.parent) == before


def test_a_return_on_a_full_disk_leaves_no_part_of_it(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    file = at("P10")
    before = state_of(file.parent)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        refusal = ask("return", file, "--out", file.parent / "return.xlsx").refusal
    assert "There is no room for “return.xlsx”" in refusal
    assert "needed" in refusal
    assert state_of(file.parent) == before


# Funding files that are none


def not_ours(path: Path) -> None:
    path.write_text("Dear Sir or Madam, please find", encoding="utf-8")


def other_database(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE pets (name)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.commit()
    connection.close()


def cut_short(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


COMMANDS: dict[str, Callable[[Path], Ran]] = {
    "match": lambda file: run("match", file),
    "spend": lambda file: ask("spend", file),
    "reconcile": lambda file: ask("reconcile", file),
    "why": lambda file: run("why", file, "ledger/2018/19/total"),
    "return": lambda file: ask("return", file, "--out", file.parent / "return.xlsx"),
    "import": lambda file: run("import", file, file.parent / "GL_extract_P12.xlsx"),
    "rules": lambda file: run("rules", file, file.parent / "coding_rules.csv"),
    "verify": lambda file: run("verify", file),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (not_ours, ("is not a funding file", "Dear Sir", "not touched")),
        (other_database, ("is not a funding file", "SQLite", "not touched")),
        (lambda path: path.write_bytes(b""), ("is empty", "backup")),
        (lambda path: path.unlink(), ("is not there", "Check the name")),
    ],
    ids=["F01 a letter", "F01 another database", "F03 empty", "missing"],
)
def test_what_is_no_funding_file_is_refused_by_every_command(
    command: str, spoil: Callable[[Path], None], said: tuple[str, ...], at: At
) -> None:
    file = at("P10")
    if spoil is other_database:
        file.unlink()
    spoil(file)
    before = state_of(file.parent)
    refusal = COMMANDS[command](file).refusal
    for words in said:
        assert words in refusal
    assert state_of(file.parent) == before


@pytest.mark.parametrize("command", ["match", "import", "rules", "return"])
def test_a_file_of_a_newer_program_is_only_read(command: str, at: At) -> None:
    file = at("P10")
    newer(file)
    before = state_of(file.parent)
    refusal = COMMANDS[command](file).refusal
    assert "file version 99" in refusal
    assert f"this program knows {SCHEMA_VERSION}" in refusal
    assert state_of(file.parent) == before
    assert COMMANDS["spend"](file).status == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_was_cut_short(command: str, at: At) -> None:
    file = at("P12")
    cut_short(file)
    before = state_of(file.parent)
    ran = COMMANDS[command](file)
    if (
        ran.status != 1
    ):  # verify lists what is wrong, and a question may be answered by the half that is there
        assert "damaged" in ran.refusal
    assert state_of(file.parent) == before
