"""Each fault of the catalogue has a test that bears its number; a fault without one fails here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

#: Files, imports, ledgers, papers, privacy, shares and money, as the catalogue of faults numbers them.
CATALOGUE = {
    "F01": "open a file that is not ours (wrong application_id)",
    "F02": "file made by a newer version (user_version higher)",
    "F03": "zero-byte file",
    "F04": "file cut short",
    "F05": "single bit flipped",
    "F06": "file deleted while open",
    "F07": "file replaced while open (sync tool, restore by hand)",
    "F08": "file moved without its journal",
    "F09": "read-only file or folder",
    "F10": "path over 260 characters, trailing dot, reserved name",
    "F11": "same file opened by two names (mapped letter and UNC)",
    "F12": "file in OneDrive/Dropbox/Google Drive folder",
    "F13": "export target open in Excel",
    "F14": "leftover temp files",
    "F15": "clock wrong or moved back",
    "F16": "backup damaged or unreadable",
    "F17": "restore over newer data",
    "X01": "zip bomb in strings, cells, media",
    "X02": "more parts than 5,000",
    "X03": "DTD, entities, external references",
    "X04": "two parts with one name; ../ names",
    "X05": "damaged zip, CRC, XML, encoding",
    "X06": "password-protected",
    "X07": ".xls named .xlsx, HTML or CSV named .xls",
    "X08": ".xlsb, .ods, Strict Open XML, .xlsm",
    "X09": "two cells at opposite corners",
    "X10": "cell beyond Excel's grid; row 2³²",
    "X11": "size note too small, too big, nonsense",
    "X12": "rows out of order, repeated cell",
    "X13": "#REF!, #N/A, #DIV/0! ...",
    "X14": "#SPILL!, #CALC!, any unknown error",
    "X15": "formula without stored result",
    "X16": "formula with external link or DDE",
    "X17": "number stored as text",
    "X18": "NaN, 1E400, 17+ digits",
    "X19": "true/false where an amount belongs",
    "X20": "1904 workbook",
    "X21": "serial 60, negative, 0, over 2958465",
    "X22": "text dates 03/04/2025, 4/13/25, 31/04/2025",
    "X23": "date-time at 23:59:59.99999",
    "X24": "merged cells in the data area",
    "X25": "hidden sheet, very hidden sheet",
    "X26": "hidden or filtered rows and columns",
    "X27": "subtotal / grand-total rows, repeated headings",
    "X28": "heading missing, doubled, renamed, moved",
    "X29": "extra columns, blank rows, trailing notes",
    "X30": "cell text over 32,767 or control/RTL characters",
    "X31": "text starting = + - @",
    "X32": "1,048,576 rows honest",
    "X33": "same file imported twice; overlapping extract",
    "X34": "amended re-extract (one amount changed)",
    "X35": "reader crashes or hangs",
    "X36": "workbook still open in Excel (~$ file present)",
    "X37": "rich text, phonetic, _x000D_",
    "X38": "CSV: unclosed quote, ragged rows, NUL, cut off, web page",
    "X39": "CSV: UTF-16, cp1252, BOM, semicolons",
    "X40": "import stopped half way (cancel, crash)",
    "L01": "ledger total differs from control total by 1p",
    "L02": "posting into a locked period",
    "L03": "changing an approved entry",
    "L04": "one invoice split over two grants above 100 %",
    "L05": "spend outside the grant period",
    "L06": "reversal without its original; reversed twice",
    "L07": "project closed or merged with open spend",
    "L08": "supplier renamed, council code reused next year",
    "L09": "financial-year rollover with accruals",
    "L10": "virement beyond budget line",
    "L11": "match proposed for two different ledger lines",
    "L12": "un-matching after the return was submitted",
    "L13": "commissioner rejects a line",
    "L14": "balance assertion at quarter end later fails",
    "A01": "hostile names (../, CON, RTL mark, 300 characters, :)",
    "A02": ".exe, .js, .lnk, macro file, double extension",
    "A03": "extension and content differ",
    "A04": "2 GB file; 0-byte file",
    "A05": "source vanishes while copying",
    "A06": "stored file altered or missing",
    "A07": "same file on 40 claims",
    "A08": "photo with GPS, document with author",
    "A09": "opened evidence edited in Word",
    "A10": "attachment erased under retention",
    "C07": "same attachment added by two people",
    "R01": "names in a return meant to be anonymous",
    "R03": "small numbers (1-4) identifying a person",
    "R04": "erase a person",
    "R05": "audit trail holding the erased name",
    "R06": "retention date passed",
    "R09": "personal data in file names, logs, error reports",
    "N01": "live file on SMB, UNC or mapped letter",
    "N02": "second user opens the same file",
    "N03": "share disappears during work",
    "N04": "publish finds a newer generation",
    "N05": "lock file left by a crash",
    "N06": "lock file deleted by someone",
    "N07": "locks silently not working",
    "N08": "share restored from last night's backup",
    "N09": "publish cut half way",
    "N10": "no right to create files in the folder",
    "K01": "killed at any moment",
    "K02": "killed during export, backup, migration, attachment",
    "K03": "power cut (simulated)",
    "K04": "unhandled exception",
    "K05": "Qt crash in a dialogue",
    "K06": "log-off or Windows update restart",
    "K07": "memory runs out",
    "K08": "crash loop at start",
    "H01": "full during commit",
    "H02": "full during backup/export",
    "H03": "quota exceeded (network home)",
    "H04": "write error on one operation (n-th)",
    "H05": "slow disk (10 s sync)",
    "H06": "removable drive pulled",
    "H07": "antivirus holds the file (sharing violation)",
    "G01": "migration fails half way",
    "G02": "killed at each statement",
    "G03": "no room for the backup",
    "G04": "child rows deleted by table rebuild",
    "G05": "downgrade",
    "G06": "data breaking the new rule (old bad rows)",
    "G07": "PostgreSQL: two clients migrate at once",
    "G08": "PostgreSQL: old client against new schema",
    "G09": "migration on the share copy",
    "M01": "float anywhere in storage or sum",
    "M02": "amount with 3 decimals",
    "M03": "conversion from Excel's binary number",
    "M04": "apportionment",
    "M05": "percentage split 33.33 × 3",
    "M06": "VAT inclusive/exclusive mix",
    "M07": "half-penny rounding",
    "M08": "totals beyond 64 bits, negative zero, −0.00",
    "M09": "NaN, infinity from database or file",
    "M10": "other currency sign",
    "M11": "total computed two ways (SQL and Python)",
    "M12": "sort/format by local settings (1.234,56)",
}

#: What can't be shown before something is there that it is about.
WAITS: dict[str, str] = {}

#: What a later issue adds to a fault that is shown here as far as the program goes today.
ADDED_LATER = {
    "L03": "issue 5: who approved an entry; now what stands in locked periods",
    "L14": "issue 5: balance assertions of their own; now the return that was sent",
}


def named_tests(folder: Path) -> dict[str, list[str]]:
    """For each number of the catalogue the tests below *folder* that begin with it and assert something."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            number = node.name.split("_")[1].upper()
            if number in CATALOGUE and _asserts(node):
                found.setdefault(number, []).append(f"{path.relative_to(folder).as_posix()}::{node.name}")
    return found


def _asserts(test: ast.FunctionDef) -> bool:
    """Whether *test* asserts, or expects a refusal, itself or in a helper that it hands its case to."""
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Attribute) and node.attr in {"raises", "brought", "refused"})
        for node in ast.walk(test)
    )


def test_the_catalogue_is_whole() -> None:
    counts = {section: sum(number[0] == section for number in CATALOGUE) for section in "FXLACRNKHGM"}
    assert counts == {
        "F": 17,
        "X": 40,
        "L": 14,
        "A": 10,
        "C": 1,
        "R": 6,
        "N": 10,
        "K": 8,
        "H": 7,
        "G": 9,
        "M": 12,
    }


@pytest.mark.parametrize("number", CATALOGUE)
def test_each_fault_has_a_test_of_its_own(number: str) -> None:
    here = named_tests(TESTS / "bad_inputs").get(number, [])
    if number in WAITS:
        assert here == [], f"{number} is shown now: take it out of the list of what waits"
    else:
        assert here, f"{number} ({CATALOGUE[number]}) has no test here"


def test_a_fault_that_waits_names_its_issue_and_is_none_of_reading_importing_or_money() -> None:
    for number, why in (WAITS | ADDED_LATER).items():
        assert why.startswith("issue 5: ")
        assert number[0] in "FLK"
    assert not WAITS.keys() & ADDED_LATER.keys()


def test_a_test_that_asserts_nothing_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(
        "def test_x01_nothing():\n    pass\n\ndef test_x02_something():\n    assert 1 + 1 == 2\n",
        encoding="utf-8",
    )
    assert named_tests(tmp_path) == {"X02": ["test_some.py::test_x02_something"]}
