"""A workbook read in slices gives what calamine gives of the whole, cell by cell."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from fundingapp.domain.errors import InputRefusedError
from fundingapp.domain.findings import Finding
from fundingapp.workbooks import checks, reading, streaming
from fundingapp.workbooks.sources import Kind
from fundingapp.workbooks.workbook import Grid, read_grids
from tests.workbooks.packages import ledger_rows, packed, parts_of, row_xml, sheet_xml, workbook

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "workbooks"


def read(raw: bytes) -> tuple[list[Grid], list[Finding]]:
    return read_grids(raw, "ledger.xlsx", Kind.XLSX, None, lambda _done, _total, _label: None)


def without_end(grid: Grid) -> list[tuple[Any, ...]]:
    """The rows without the empty cells at their ends, which a slice need not have."""
    rows = []
    for row in grid.rows:
        cells = list(row.cells)
        while cells and cells[-1] is None:
            cells.pop()
        rows.append((row.row, *cells))
    while rows and len(rows[-1]) == 1:
        rows.pop()
    return rows


@pytest.fixture
def in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every workbook is large, slices are of a few rows and blocks of few texts."""
    monkeypatch.setattr(checks, "MOST_LAID_OUT", 0)
    monkeypatch.setattr(reading, "STEP", 7)
    monkeypatch.setattr(streaming, "_BLOCK", 5)
    monkeypatch.setattr(streaming, "_MOST_BLOCKS", 2)


def both(raw: bytes, request: pytest.FixtureRequest) -> tuple[list[Grid], list[Grid]]:
    whole, findings = read(raw)
    request.getfixturevalue("in_slices")
    sliced, same = read(raw)
    assert same == findings
    return whole, sliced


def assert_alike(whole: list[Grid], sliced: list[Grid]) -> None:
    assert [grid.sheet for grid in whole] == [grid.sheet for grid in sliced]
    for one, other in zip(whole, sliced, strict=True):
        assert without_end(one) == without_end(other)
        assert (one.errors, list(one.merged), one.findings) == (
            other.errors,
            list(other.merged),
            other.findings,
        )


def random_workbook(seed: int) -> bytes:
    """Texts that repeat and do not, dates of every sort, numbers, blanks, links, formulas and merged cells."""
    chance = random.Random(seed)
    raw = BytesIO()
    book = xlsxwriter.Workbook(
        raw, {"in_memory": True, "default_date_format": "dd/mm/yyyy", "date_1904": seed % 2}
    )
    formats = [
        book.add_format({"num_format": how})
        for how in (
            "dd/mm/yyyy",
            "hh:mm",
            "[h]:mm:ss",
            "dd/mm/yyyy hh:mm:ss",
            '0.00"d"',
            "#,##0.00;[Red]-#,##0.00",
        )
    ]
    bold, plain = book.add_format({"bold": True}), book.add_format({"italic": True})
    for name in ("One & more", "Two"):
        sheet = book.add_worksheet(name)
        row = chance.randrange(4)
        for _ in range(40):
            row += chance.choice((1, 1, 1, 2, 30))
            for column in range(chance.randrange(3), 8):
                kind = chance.randrange(10)
                if kind < 3:
                    words = ("Ltd", " spaced ", "new\nline", '£5 <&> "q"', "_x0041_", "", "\u2028é😀")
                    sheet.write_string(row, column, f"{chance.choice(words)}{chance.choice(('', row))}")
                elif kind < 5:
                    sheet.write_number(
                        row, column, chance.choice((1, -2.5, 0.1 + 0.2, 1e300, 4999.999999999999))
                    )
                elif kind < 7:
                    number = chance.choice((0, 0.25, 1, 59, 60, 61, 43193.9999884, 43210.5, 2958465, -1))
                    sheet.write_number(row, column, number, chance.choice(formats))
                elif kind == 7:
                    sheet.write_formula(row, column, "=1+1", None, chance.choice((2, "text", "", "#REF!")))
                elif kind == 8:
                    sheet.write_boolean(row, column, chance.random() < 0.5)
                else:
                    sheet.write_rich_string(row, column, bold, "rich ", plain, f"text {row}")
        sheet.write_datetime(row + 1, 0, datetime(2018, 4, 3) + timedelta(seconds=seed), formats[3])
        sheet.merge_range(row + 3, 1, row + 5, 2, "merged")
    book.close()
    return raw.getvalue()


@pytest.mark.parametrize("seed", range(12))
def test_x32_a_random_workbook_reads_alike_in_slices(seed: int, request: pytest.FixtureRequest) -> None:
    whole, sliced = both(random_workbook(seed), request)
    assert sum(len(grid.rows) for grid in whole) > 60
    assert_alike(whole, sliced)


@pytest.mark.parametrize(
    "path",
    [SAMPLES / "ledger.xlsx", *sorted((ROOT / "resources" / "sample" / "charnwood").glob("*.xlsx"))],
    ids=lambda path: path.name,
)
def test_x32_the_sample_workbooks_read_alike_in_slices(path: Path, request: pytest.FixtureRequest) -> None:
    assert_alike(*both(path.read_bytes(), request))


def test_x32_the_published_workbooks_read_alike_in_slices(
    real_fixtures: Path, request: pytest.FixtureRequest
) -> None:
    paths = [path for path in sorted(real_fixtures.glob("*.xlsx")) if path.name != "pass_protected.xlsx"]
    wholes = [read(path.read_bytes())[0] for path in paths]
    request.getfixturevalue("in_slices")
    for path, whole in zip(paths, wholes, strict=True):
        assert_alike(whole, read(path.read_bytes())[0])


def test_errors_and_inline_texts_read_alike_in_slices(request: pytest.FixtureRequest) -> None:
    amounts = (
        't="e"><v>#REF!</v>',
        't="e"><f>A1#</f><v>#SPILL!</v>',
        "><f>A1</f>",
        " spaced ",
        "\ue0001",
        5,
    ) * 4
    whole, sliced = both(workbook(sheet_xml(ledger_rows(*amounts), dimension="??")), request)
    assert len(whole[0].errors) == 12
    assert_alike(whole, sliced)


def shared(texts: str, row: str) -> bytes:
    parts = parts_of({"Claim": sheet_xml(row_xml(1, ("Net Amount",)) + row)})
    relation = (
        '<Relationship Id="s" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", relation
    )
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/sharedStrings.xml"] = f"<sst {space}>{texts}</sst>"
    return packed(parts)


def test_shared_texts_that_are_empty_or_last_are_in_their_places(request: pytest.FixtureRequest) -> None:
    texts = "<si/><si><t></t></si>\n<si><t>a</t></si><si/> <si><t>b</t></si><si/><si/><si><t>c</t></si><si/>"
    cells = "".join(f'<c r="{chr(65 + at)}2" t="s"><v>{at}</v></c>' for at in range(9))
    whole, sliced = both(shared(texts, f'<row r="2">{cells}</row>'), request)
    assert [cell for cell in sliced[0].rows[1].cells if cell] == ["a", "b", "c"]
    assert_alike(whole, sliced)


@pytest.mark.parametrize("number", ["3", "-1", "x", "99999999999"])
def test_a_text_that_is_not_there_is_refused_in_slices(number: str, in_slices: None) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read(shared("<si><t>a</t></si>", f'<row r="2"><c r="A2" t="s"><v>{number}</v></c></row>'))
    assert "refers to a text that is not there" in caught.value.message
