"""Looks through an Excel package before any reader touches it, and supplies what readers hide.

Bombs, document types and damaged parts are refused; error cells, formulas without a stored result, repeated cells,
rows out of order and wrong size notes are found with their addresses (``trust.md`` D8, E1 to E41). The sheets are
never held in memory: each is decompressed once, in pieces.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import BinaryIO

from fundingapp.workbooks.checks import Preflight, SheetCheck, beyond_grid, refused, too_sparse
from fundingapp.workbooks.package import Package, Progress
from fundingapp.workbooks.refusals import ZIP_FAILURES, damaged
from fundingapp.workbooks.sheet_scan import Odd, QuickScan, ThoroughScan

ERROR_CELL = re.compile(rb"""(<(?:[A-Za-z0-9_]+:)?c\b[^>]*?\st=)(["'])e\2""")
ANY_DIMENSION = re.compile(
    rb"<(?:[A-Za-z0-9_]+:)?dimension\b[^>]*?(?:/>|>\s*</(?:[A-Za-z0-9_]+:)?dimension>)"
)


def check_package(file: BinaryIO, name: str, report: Progress) -> Preflight:
    """Looks through the .xlsx or .xlsm package in *file*, called *name*. Raises InputRefusedError."""
    package = Package(file, name, report)
    package.check_prologs()
    workbook = package.main_part("xl/workbook.xml")
    targets = package.relations(workbook)
    is_1904 = False
    names: list[tuple[str, str, str]] = []
    for element, attributes in package.elements(package.parts[workbook.lower()]):
        if element == "workbookPr":
            is_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
        elif element == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            names.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))
    if len({sheet for sheet, *_ in names}) < len(names):
        raise refused(
            name, "sheet_repeated", "it has two sheets of one name, so it is not known which counts"
        )
    sheets: dict[str, SheetCheck] = {}
    for sheet, relation, state in names:
        kind, target = targets.get(relation, ("", ""))
        if not kind.endswith("/worksheet"):
            continue  # a chart or macro sheet has no cells
        info = package.part(target)
        if info is None:
            raise damaged(name, f"sheet “{sheet}” has lost its part {target}")
        if twin := next((other.name for other in sheets.values() if other.part == info.filename), None):
            what = f"its sheets “{twin}” and “{sheet}” are one and the same, so it is not known which counts"
            raise refused(name, "sheet_repeated", what)
        sheets[sheet] = _check_sheet(package, sheet, info)
        sheets[sheet].state = state
    texts = 0
    for kind, target in targets.values():
        if kind.endswith(("/sharedStrings", "/styles")):
            info = package.part(target)
            if info is None:  # without it dates would be numbers and texts would be empty
                raise damaged(name, f"it has lost its part {target}")
            package.parse(package.parser(info), info)
            texts = max(texts, info.file_size)
    links = sum(key.startswith("xl/externallinks/") and key.count("/") == 2 for key in package.parts)
    return Preflight(name, sheets, is_1904, links, texts)


def _check_sheet(package: Package, sheet: str, info: zipfile.ZipInfo) -> SheetCheck:
    try:
        check = _scan_quickly(package, SheetCheck(sheet, info.filename), info)
        if check.is_too_sparse:
            raise Odd  # the thorough scan leaves out cells that only carry a style
    except Odd:
        check = _scan_thoroughly(package, SheetCheck(sheet, info.filename), info)
    if check.is_too_sparse:
        raise too_sparse(package.name, check)
    return check


def _scan_quickly(package: Package, check: SheetCheck, info: zipfile.ZipInfo) -> SheetCheck:
    parser = package.parser(info)
    scan = QuickScan(check)
    for piece in package.pieces(info):
        package.feed(parser, piece, info)
        scan.feed(piece)
    package.feed(parser, b"", info, last=True)
    scan.close()
    return check


def _scan_thoroughly(package: Package, check: SheetCheck, info: zipfile.ZipInfo) -> SheetCheck:
    parser = package.parser(info)
    ThoroughScan(check, parser, lambda place: beyond_grid(package.name, check.name, place))
    package.parse(parser, info)
    check.is_plain = False
    return check


def mended_copy(file: BinaryIO, check: Preflight) -> BinaryIO:
    """The package again, not compressed, with unknown errors as texts and without broken size notes.

    Made only for a reader that would refuse the whole sheet; the user's file is not touched.
    """
    sheets = {sheet.part for sheet in check.sheets.values()}
    copy = BytesIO()
    try:
        with zipfile.ZipFile(file) as package, zipfile.ZipFile(copy, "w") as mended:
            for part in package.namelist():
                if not part.lower().endswith((".xml", ".rels")):
                    continue
                content = package.read(part)
                if part in sheets:
                    content = ANY_DIMENSION.sub(b"", ERROR_CELL.sub(rb'\1"str"', content), count=1)
                mended.writestr(part, content)
    except ZIP_FAILURES as error:
        raise damaged(check.name) from error
    return copy
