"""What is to be seen to before a return is sent, in workbooks made for it; the worked case's own template is in
tests/workbooks/test_fifty_faults.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from fundingapp.domain.addresses import Area, area_of, split_address
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.received import Added, FormulaParts, Received, RuleBroken, RuleUnchecked
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.returns_in_hand import (
    CellInHand,
    FormulaInHand,
    FoundBefore,
    ReturnInHand,
    TableInHand,
    pounds_said,
    said,
)
from fundingapp.domain.sending import AcceptedException, Grade, SendingCheck
from fundingapp.domain.sending_checks import sending_checks, settled
from fundingapp.domain.sheet_looks import CellLook, CellStyle, Holds, SheetLook, SheetState, WorkbookLook
from fundingapp.domain.templates import ReturnTemplate, RowsOf, ShownAs, TemplateState
from tests.builders import charnwood_document, make_document

TODAY = date(2019, 4, 12)
MONEY = CellStyle(number_format="£#,##0.00")
SHEET = "Spend"


def explained(document: ReturnDocument | None = None) -> ReturnDocument:
    """A return whose variances all have their reason."""
    document = document or make_document()
    said = tuple(replace(project, reason="agreed") for project in document.position.projects)
    return replace(document, position=replace(document.position, projects=said))


def look_of(
    cells: Mapping[str, str | Decimal], formulas: Iterable[str] = (), **of_sheet: object
) -> WorkbookLook:
    """A workbook of one sheet: texts and amounts by their cells, and which cells are formulas."""
    made = {}
    for cell, value in cells.items():
        at = split_address(cell)
        holds = Holds.NUMBER if isinstance(value, Decimal) else Holds.TEXT
        made[at] = CellLook(*at, str(value), value, holds, MONEY, "F" if cell in formulas else "")
    sheet = SheetLook(SHEET, cells=made, rows=40, columns=12, usual_width=120, **of_sheet)  # type: ignore[arg-type]
    return WorkbookLook("return.xlsx", "a" * 64, (sheet,))


def table_of(keys: Iterable[str], first: int = 2, last: int = 6, **fields: object) -> TableInHand:
    return TableInHand(
        SHEET,
        SHEET,
        first,
        last,
        "A",
        "project/ref",
        RowsOf.PROJECTS,
        dict.fromkeys(keys, ""),
        **fields,  # type: ignore[arg-type]
    )


def adds(text: str, *ranges: str, relative: str = "") -> FormulaParts:
    """A formula that adds up *ranges*."""
    parts = []
    for each in ranges:
        area = area_of(each)
        assert area is not None
        parts.append(Added(SHEET, area, 1, each))
    return FormulaParts(text, relative or text, tuple(parts), tuple(parts))


REFS = ("LF-01", "LF-02", "LF-03", "LF-04", "LF-05")


def spend(
    formulas: Mapping[str, tuple[FormulaParts, Decimal | str]], labels: Mapping[str, str] | None = None
) -> ReturnInHand:
    """A sheet with £100 for each of five projects in B2 to B6, and *formulas* with what each comes to."""
    amounts = {f"B{row}": Decimal(100) for row in range(2, 7)}
    names = {f"A{row}": ref for row, ref in enumerate(REFS, start=2)}
    cells = tuple(
        cell
        for row, ref in enumerate(REFS, start=2)
        for cell in (
            CellInHand(SHEET, f"A{row}", ShownAs.TEXT, ref, ref, "project/ref", table=SHEET, key=ref),
            CellInHand(
                SHEET,
                f"B{row}",
                ShownAs.POUNDS,
                Decimal(100),
                Decimal(100),
                "project/budget",
                table=SHEET,
                key=ref,
            ),
        )
    )
    results = {cell: result for cell, (_, result) in formulas.items()}
    return ReturnInHand(
        explained(),
        TODAY,
        cells,
        (table_of(REFS),),
        tuple(FormulaInHand(SHEET, cell, result) for cell, result in results.items()),
        Received(formulas={(SHEET, cell): parts for cell, (parts, _) in formulas.items()}),
        look_of({**amounts, **names, **results, **(labels or {})}, results),
    )


def told(hand: ReturnInHand) -> list[tuple[str, str, str]]:
    """Code, cell and text of what is found."""
    return [(check.code, check.cell, check.text) for check in sending_checks(hand)]


def test_a_total_over_all_rows_is_not_accused() -> None:
    assert told(spend({"B8": (adds("SUM(B2:B6)", "B2:B6"), Decimal(500))})) == []


def test_a_total_that_leaves_a_row_out_is_said_out_loud() -> None:
    [(code, cell, text)] = told(spend({"B8": (adds("SUM(B2:B5)", "B2:B5"), Decimal(400))}))
    assert (code, cell) == ("formula.total", "B8")
    assert text == (
        "Spend!B8 is £400.00, should be £500.00: £100.00 less; row 6 (LF-05) is outside SUM(B2:B5)."
    )


def test_two_totals_that_share_the_rows_are_not_accused() -> None:
    parts = {
        "B8": (adds("SUM(B2:B3)", "B2:B3"), Decimal(200)),
        "B9": (adds("SUM(B4:B6)", "B4:B6"), Decimal(300)),
    }
    assert told(spend(parts)) == []


def test_of_two_totals_the_nearer_one_is_accused() -> None:
    parts = {
        "B8": (adds("SUM(B2:B3)", "B2:B3"), Decimal(200)),
        "B9": (adds("SUM(B4:B5)", "B4:B5"), Decimal(200)),
    }
    assert [found[:2] for found in told(spend(parts))] == [("formula.total", "B9")]


def test_a_sum_that_counts_its_subtotal_too() -> None:
    parts = {
        "B7": (adds("SUM(B2:B6)", "B2:B6"), Decimal(500)),
        "B9": (adds("SUM(B2:B7)", "B2:B7"), Decimal(1000)),
    }
    [(code, cell, text)] = told(spend(parts))
    assert (code, cell) == ("formula.twice", "B9")
    assert "is £1,000.00, should be £500.00: £500.00 more; B7 is counted twice" in text


def test_of_which_rows_are_left_out_of_totals() -> None:
    """The receiving systems' rule (domain paper 4.7)."""
    hand = spend({"B9": (adds("SUM(B2:B7)", "B2:B7"), Decimal(540))}, {"A7": "of which committed"})
    cells = {**hand.standing, (SHEET, "B7"): Decimal(40)}
    look = look_of({cell: value for (_, cell), value in cells.items() if value is not None}, ("B9",))  # type: ignore[misc]
    [(code, cell, text)] = told(replace(hand, look=look))
    assert (code, cell) == ("formula.of_which", "B9")
    assert "should be £500.00: £40.00 more" in text


def row_sums(odd: FormulaParts, result: Decimal) -> dict[str, tuple[FormulaParts, Decimal | str]]:
    formulas: dict[str, tuple[FormulaParts, Decimal | str]] = {
        f"C{row}": (adds(f"SUM(B{row}:B{row})", f"B{row}", relative="SUM(B:B)"), Decimal(100))
        for row in range(2, 7)
    }
    return {**formulas, "C4": (odd, result)}


def test_the_odd_formula_of_a_column() -> None:
    [(code, cell, text)] = told(spend(row_sums(adds("B4*0", "B3", "B4"), Decimal(200))))
    assert (code, cell) == ("formula.odd", "C4")
    assert "is £200.00, should be £100.00: £100.00 more" in text
    assert "SUM(B2:B2) in row 2" in text


def test_an_error_is_said_where_it_begins() -> None:
    parts = {
        "D9": (FormulaParts("1/0", "1/0"), "#DIV/0!"),
        "D10": (FormulaParts("D9", "D9", adds("", "D9").adds, adds("", "D9").reads), "#DIV/0!"),
    }
    [(code, cell, text)] = told(spend(parts))
    assert (code, cell) == ("formula.error", "D9")
    assert "Spend!D10 shows it too" in text


def test_results_that_are_left_to_the_receiver_are_one_thing_to_look_at() -> None:
    hand = spend({})
    left = tuple(FormulaInHand(SHEET, f"D{row}", why_not="it asks for the time") for row in (9, 10))
    [check] = sending_checks(replace(hand, formulas=left))
    assert (check.code, check.grade, check.cell) == ("formula.not_computed", Grade.LOOK, "D9")
    assert "it asks for the time. 1 more are left too." in check.text


# Cells


def cell(
    source: str, value: object, ours: object = None, shown: ShownAs = ShownAs.TEXT, **more: object
) -> CellInHand:
    return CellInHand(SHEET, "D4", shown, value, ours, source, **more)  # type: ignore[arg-type]


def found_in(*cells: CellInHand, quarter: int = 4, **more: object) -> list[str]:
    """The codes of what is found in a return with these cells alone."""
    hand = ReturnInHand(explained(charnwood_document(quarter)), TODAY, cells, look=look_of({}), **more)  # type: ignore[arg-type]
    return [check.code for check in sending_checks(hand)]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (cell("contact/phone", "01509 26"), "form.phone"),
        (cell("project/postcodes", "LE11 3EX, Loughborough"), "form.postcode"),
        (cell("contact/email", "finance@charnwood.gov.uk"), ""),
        (cell("contact/phone", "01509 263151"), ""),
        (cell("project/postcodes", "LE11 3EX, LE115BG"), ""),
        (cell("project/budget", None, Decimal(5), ShownAs.POUNDS), "blank.number"),
        (cell("project/budget", True, Decimal(5), ShownAs.POUNDS), "number.text"),
        (cell("project/budget", Decimal(500), Decimal(5), ShownAs.POUNDS), "figure.differs"),
        (cell("project/budget", Decimal(5), Decimal("5.00"), ShownAs.POUNDS), ""),
        (cell("return/date", "12th of April", TODAY, ShownAs.DAY), "date.text"),
        (cell("return/date", Decimal(43567), TODAY, ShownAs.DAY), "date.text"),
        (cell("return/date", TODAY, TODAY, ShownAs.DAY), ""),
        (cell("project/starts", date(2018, 4, 2), date(2018, 4, 1), ShownAs.DAY), "date.differs"),
        (cell("project/rag", "green", "Green", ShownAs.CHOICE, choices=("Green", "Red")), "list.not_in"),
        (cell("match/secured", None), "blank.required"),
        (cell("certifier/date", None, None, ShownAs.DAY), "signoff.date"),
        (cell("project/lead", "=HYPERLINK(1)", "=HYPERLINK(1)"), "text.like_formula"),
        (cell("narrative/progress", "AB 12 34 56 C came", "AB 12 34 56 C came"), "personal.data"),
        (cell("grant/outturn", None), ""),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_single_cells(made: CellInHand, code: str) -> None:
    assert found_in(made) == ([code] if code else [])


def test_the_day_of_signature_of_a_draft_is_only_to_be_looked_at() -> None:
    hand = ReturnInHand(
        explained(), TODAY, (cell("certifier/date", None, None, ShownAs.DAY),), look=look_of({})
    )
    assert [check.grade for check in sending_checks(hand)] == [Grade.LOOK]


def test_an_actual_of_a_quarter_to_come() -> None:
    made = cell("project/spent/q3", Decimal(7), None, ShownAs.POUNDS)
    assert found_in(made, quarter=2) == ["period.future"]


def test_a_column_of_a_quarter_that_is_over_headed_forecast() -> None:
    table = table_of(("LF-01",), heading_row=1)
    made = CellInHand(
        SHEET, "B2", ShownAs.POUNDS, Decimal(1), Decimal(1), "project/spent/q1", table=SHEET, key="LF-01"
    )
    key = CellInHand(SHEET, "A2", ShownAs.TEXT, "LF-01", "LF-01", "project/ref", table=SHEET, key="LF-01")
    hand = ReturnInHand(explained(), TODAY, (key, made), (table,), look=look_of({"B1": "Q1 forecast"}))
    assert [(check.code, check.cell) for check in sending_checks(hand)] == [("period.past", "B1")]


def test_the_template_s_own_rules_are_run_and_said_with_its_message() -> None:
    rules = Received(
        (
            RuleBroken(SHEET, "D4", "12", "one of: Yes, No", "Choose from the list."),
            RuleBroken(SHEET, "E4", "", "a day", is_blank=True),
            RuleBroken(SHEET, "F4", "7", "at most 5", stops=False),
        ),
        (RuleUnchecked(SHEET, "G4", "its list is in another workbook"),),
    )
    hand = ReturnInHand(
        explained(), TODAY, (cell("project/lead", "12", "12"),), look=look_of({}), received=rules
    )
    checks = sending_checks(hand)
    assert [(check.code, check.cell, check.grade) for check in checks] == [
        ("template.rule", "D4", Grade.ERROR),
        ("blank.required", "E4", Grade.ERROR),
        ("template.rule", "F4", Grade.LOOK),
        ("rule.unchecked", "G4", Grade.LOOK),
    ]
    assert "The template says: “Choose from the list.”" in checks[0].text


# The workbook


def of_template(**fields: object) -> list[str]:
    template = ReturnTemplate("Return", "r.xlsx", "a" * 64, 1, "Ann", datetime(2018, 5, 1), FundId(1))
    return found_in(template=replace(template, **fields))  # type: ignore[arg-type]


def test_the_right_template_is_not_accused() -> None:
    assert of_template() == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"fund": FundId(7)}, "template.fund"),
        ({"quarters": (1, 2)}, "template.quarter"),
        ({"state": TemplateState.WITHDRAWN}, "template.replaced"),
        ({"sha256": "b" * 64}, "template.changed"),
    ],
    ids=["fund", "quarter", "withdrawn", "fingerprint"],
)
def test_the_wrong_template(fields: dict[str, object], code: str) -> None:
    assert of_template(**fields) == [code]


def test_a_title_of_another_year_unless_another_names_ours() -> None:
    document = explained()
    titles = {"A1": "Return 2017/18"}
    hand = ReturnInHand(document, TODAY, look=look_of(titles))
    assert [(check.code, check.cell) for check in sending_checks(hand)] == [("template.year", "A1")]
    both = replace(hand, look=look_of({**titles, "A2": f"for {document.year}"}))
    assert sending_checks(both) == ()


def test_a_cell_on_a_hidden_sheet_or_row() -> None:
    made = cell("project/lead", "Kim", "Kim")
    hidden = look_of({}, state=SheetState.HIDDEN)
    assert found_in(made) == []
    document = explained()
    assert [c.code for c in sending_checks(ReturnInHand(document, TODAY, (made,), look=hidden))] == [
        "hidden.sheet"
    ]
    row = look_of({}, hidden_rows=frozenset({4}))
    assert [c.code for c in sending_checks(ReturnInHand(document, TODAY, (made,), look=row))] == [
        "hidden.row"
    ]


def test_what_the_plan_could_not_put_is_said_once() -> None:
    word = FoundBefore("mapping.word_not_in_list", Grade.ERROR, SHEET, "D4", "“Blue” is not in the list.")
    held = FoundBefore("mapping.nothing_held", Grade.LOOK, SHEET, "D4", "Nothing is held.")
    assert found_in(cell("project/rag", None, "Blue"), found=(word,)) == ["mapping.word_not_in_list"]
    assert found_in(cell("match/secured", None), found=(held,)) == ["blank.required"]
    assert found_in(cell("project/reason", None), found=(held,)) == []
    assert found_in(cell("grant/outturn", None), found=(held,)) == ["mapping.nothing_held"]


# Accepting


def exception(check: SendingCheck, said: str = "") -> AcceptedException:
    return AcceptedException(
        FundId(1),
        FinancialYear(2018),
        4,
        check.key,
        said or check.text,
        "agreed",
        "Ann",
        datetime(2019, 4, 12),
    )


def test_an_exception_counts_while_the_text_is_the_same() -> None:
    one = SendingCheck("figure.differs", Grade.ERROR, "is 1, should be 2", SHEET, "D4")
    two = replace(one, cell="D5")
    assert settled((one, two), {}) == ((one, two), (), ())
    assert settled((one, two), {7: exception(one)}) == ((two,), ((one, 7),), ())
    assert settled((one, two), {7: exception(one, "is 3, should be 2")}) == ((one, two), (), (7,))
    assert settled((two,), {7: exception(one)}) == ((two,), (), (7,))


@pytest.mark.parametrize(
    ("value", "shown", "words"),
    [
        (None, None, "blank"),
        (" \u00a0", None, "blank"),
        (Decimal("1234.5"), ShownAs.POUNDS, "£1,234.50"),
        (Decimal("-1234.5"), ShownAs.NUMBER, "−1,234.5"),
        (Decimal("0.005"), ShownAs.POUNDS, "£0.005"),
        (date(2019, 3, 31), None, "31/03/2019"),
        (datetime(2019, 3, 31, 9, 30), None, "31/03/2019 09:30"),
        (True, None, "yes"),
        ("x" * 70, None, f"“{'x' * 59}…”"),
    ],
    ids=str,
)
def test_values_in_sentences(value: object, shown: ShownAs | None, words: str) -> None:
    assert said(value, shown) == words  # type: ignore[arg-type]


def test_parts_of_a_penny_below_nought() -> None:
    assert pounds_said(Decimal("-0.005")) == "−£0.005"


def test_areas_move_with_their_rows() -> None:
    assert Added(SHEET, Area(2, 1, 3, 1), 1, "B2:B3").moved(4).area == Area(6, 1, 7, 1)
