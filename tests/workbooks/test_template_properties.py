"""Random cells, values and types in workbooks with every awkward feature: two readers read back what was put, and
everything else is what it was. LibreOffice opens them too, in test_formula_judges.py."""

from __future__ import annotations

import re
import warnings
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from python_calamine import CalamineWorkbook

from fundingapp.domain.addresses import address
from fundingapp.domain.filling import CellToFill, Filled, FillWishes
from fundingapp.workbooks.template_filler import fill_template
from tests.workbooks.awkward_books import BOOKS, COUNTED, TODAY, fill_anywhere, fill_what_may_be, said

NAMES = (
    "protected sheets",
    "data validations",
    "extended data validations",
    "formulas",
    "merged areas",
    "defined names",
    "tables",
    "links to other workbooks",
    "comments",
    "threaded comments",
    "drawings",
    "parts",
)


texts = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[chr(at) for at in range(32) if at not in (9, 10)] + ["\ufffe", "\uffff"],
    ),
    min_size=1,
    max_size=40,
).filter(lambda text: "_x" not in text)
amounts = st.decimals(Decimal("-9999999.99"), Decimal("9999999.99"), places=2)
values = st.one_of(
    texts,
    amounts,
    st.integers(-999_999_999, 999_999_999),
    st.booleans(),
    st.dates(date(1904, 1, 2), date(2100, 1, 1)),
    st.none(),
    st.sampled_from(["=1+1", "+44", "-x", "@SUM(A1)", "00123", " ", "a\n\nb", "]]>", "&amp;", "~", "<~v>"]),
)
puts = st.dictionaries(st.tuples(st.integers(1, 40), st.integers(0, 15)), values, min_size=1, max_size=25)


def is_same(put: Any, found: Any, day_nought: date) -> bool:
    if isinstance(put, date):
        serial = float((put - day_nought).days)
        return said(found) in (put, serial)
    return bool(said(put) == said(found if found != "" else None))


@pytest.mark.parametrize("which", sorted(BOOKS))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=puts, second=st.booleans())
def test_two_readers_read_what_was_put_and_the_rest_is_as_it_was(
    which: str, cells: dict[tuple[int, int], Any], second: bool, tmp_path: Path
) -> None:
    template, out = tmp_path / "theirs.xlsx", tmp_path / "ours.xlsx"
    template.write_bytes(BOOKS[which])
    sheet = "Two's & <two>" if second and which != "by hand" else "One"
    made, cells = fill_what_may_be(template, sheet, cells, out)
    day_nought = date(1904, 1, 1) if which == "1904" else date(1899, 12, 30)
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = openpyxl.load_workbook(out)[sheet]
    for (row, column), value in cells.items():
        found = rows[row - 1][column] if row <= len(rows) and column < len(rows[row - 1]) else ""
        assert is_same(value, found, day_nought)
        cell = page.cell(row, column + 1)
        assert is_same(value, cell.value, day_nought)
        assert cell.data_type != "f"
    with zipfile.ZipFile(template) as before, zipfile.ZipFile(out) as after:
        changed = {
            name
            for name in before.namelist()
            if name not in after.namelist() or before.read(name) != after.read(name)
        }
    assert changed == set(made.parts_changed)
    assert all(name.startswith("xl/worksheets/sheet") or name == "xl/workbook.xml" for name in changed)
    again = fill_template(
        template,
        [CellToFill(sheet, address(*at), value) for at, value in cells.items()],
        tmp_path / "again.xlsx",
        lambda *_: None,
        FillWishes(True, True, today=TODAY),
    )
    assert again.sha256 == made.sha256


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_real_templates_keep_every_part_and_every_count(
    real_fixtures: Path, name: str, tmp_path: Path
) -> None:
    for seed in range(1):
        out = tmp_path / f"{seed}-{name}"
        made, number = fill_anywhere(real_fixtures / name, out, seed)
        assert made.cells_written == number
        counts = {each.what: (each.before, each.after) for each in made.parts.features}
        assert tuple(counts[what][0] for what in NAMES) == COUNTED[name]
        gone = sum(each.over.value == "formula" for each in made.overwritten)
        assert all(
            before - after == (gone if what == "formulas" else 0)
            for what, (before, after) in counts.items()
            if what != "parts"
        )
        with zipfile.ZipFile(real_fixtures / name) as before, zipfile.ZipFile(out) as after:
            changed = [
                part
                for part in before.namelist()
                if part not in after.namelist() or before.read(part) != after.read(part)
            ]
        assert set(changed) == set(made.parts_changed)
        assert all(
            re.match(r"xl/(worksheets/sheet|calcChain|workbook\.xml)|\[Content|xl/_rels", part)
            for part in changed
        )
        no_blank_that_was_not_there(real_fixtures / name, out, made)


def no_blank_that_was_not_there(template: Path, out: Path, made: Filled) -> None:
    """A values-only reader sees every value that it saw before, but where cells were filled or can't be worked out."""
    left = {(each.sheet, each.cell) for each in made.not_computed}
    before, after = CalamineWorkbook.from_path(template), CalamineWorkbook.from_path(out)
    now_blank = []
    for sheet in before.sheet_names:
        old = before.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        new = after.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        for row, cells in enumerate(old):
            for column, value in enumerate(cells):
                place = sheet, address(row + 1, column)
                if value != "" and (row >= len(new) or column >= len(new[row]) or new[row][column] == ""):
                    now_blank.append(place)
    computed = {(each.sheet, each.cell): each.value for each in made.recomputed}
    unexplained = [
        place
        for place in now_blank
        if place not in left and not (place in computed and computed[place][:1] in ("", "#"))
    ]
    assert len(unexplained) <= made.cells_written  # those that were to be blank
