"""Excel packages made part by part, so that a test can spoil exactly one thing."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

HEADINGS = ("Trans No", "Trans Date", "Cost Centre", "Net Amount")


def _inside(cell: str | int) -> str:
    if isinstance(cell, int):
        return f"><v>{cell}</v>"
    if ">" in cell:
        return cell
    return f't="inlineStr"><is><t>{escape(cell)}</t></is>'


def row_xml(row: int, cells: Sequence[str | int]) -> str:
    """A row from column A on: a number, a text, or, where it has a ">", what follows a cell's address."""
    inner = "".join(f'<c r="{chr(65 + at)}{row}" {_inside(cell)}</c>' for at, cell in enumerate(cells))
    return f'<row r="{row}">{inner}</row>'


def sheet_xml(rows: str, dimension: str = "", tail: str = "", head: str = HEAD) -> str:
    note = f'<dimension ref="{dimension}"/>' if dimension else ""
    return f'{head}<worksheet xmlns="{MAIN}">{note}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def ledger_rows(*amounts: str | int, first: int = 1) -> str:
    """Headings in row *first*, and a row below for each of *amounts*, cells as :func:`row_xml` takes them."""
    rows = [row_xml(first, HEADINGS)]
    for at, amount in enumerate(amounts, start=1):
        rows.append(row_xml(first + at, (f"T{at}", "03/04/2018", "CS4410", amount)))
    return "".join(rows)


def parts_of(
    sheets: Mapping[str, str], *, date1904: bool = False, states: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The parts of a whole workbook with *sheets*, from name to XML; *states* hides some of them."""
    states = states or {}
    numbered = list(enumerate(sheets, start=1))
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" state="{states.get(name, "visible")}" r:id="rId{at}"/>'
        for at, name in numbered
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at, _ in numbered
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for at, _ in numbered
    )
    system = 'date1904="1"' if date1904 else ""
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<workbookPr {system}/><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
    }
    for at, name in numbered:
        parts[f"xl/worksheets/sheet{at}.xml"] = sheets[name]
    return parts


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """The package with *parts*, compressed."""
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return raw.getvalue()


def workbook(sheet: str, name: str = "Claim") -> bytes:
    return packed(parts_of({name: sheet}))


def saved(folder: Path, raw: bytes, name: str = "ledger.xlsx") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path
