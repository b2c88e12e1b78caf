"""A template's own validations, run as the receiver's Excel would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from fundingapp.domain.validations import RuleKind, RuleStyle, Violation
from fundingapp.workbooks.formulas.values import NotComputed
from fundingapp.workbooks.recalculation import Put, RecalculableBook
from fundingapp.workbooks.validations import choices, rules_of, validated
from tests.workbooks.packages import row_xml, sheet_xml
from tests.workbooks.test_recalculation import S, book, cell

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


def rule(kind: str, first: str, second: str = "", cells: str = "B1", more: str = 'allowBlank="1"') -> str:
    formulas = f"<formula1>{escape(first)}</formula1>" + (
        f"<formula2>{escape(second)}</formula2>" if second else ""
    )
    return f'<dataValidation type="{kind}" showErrorMessage="1" sqref="{cells}" {more}>{formulas}</dataValidation>'


def ruled(*rules: str, extended: str = "", cells: str = "", names: Mapping[str, str] | None = None) -> bytes:
    tail = f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>' if rules else ""
    if extended:
        tail += (
            f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{X14}">'
            f'<x14:dataValidations count="1" xmlns:xm="{XM}">{extended}</x14:dataValidations></ext></extLst>'
        )
    lists = sheet_xml(row_xml(1, ("Yes", "Open")) + row_xml(2, ("No", "Closed")) + row_xml(3, ("Maybe",)))
    return book(
        cells or cell("A1", 1),
        tail=tail,
        others={"Lists": lists},
        names={"Answers": "Lists!$A$1:$A$3", "Yes": "Lists!$B$1:$B$2", **(names or {})},
    )


def found(raw: bytes, puts: Mapping[str, Put]) -> list[Violation]:
    result = validated(raw, {(S, place): value for place, value in puts.items()}, today=date(2019, 5, 1))
    assert not result.unchecked
    return list(result.violations)


@pytest.mark.parametrize(
    ("kind", "operator", "first", "second", "right", "wrong", "should"),
    [
        ("whole", "between", "0", "100", 100, Decimal("1.5"), "a whole number between 0 and 100"),
        ("whole", "greaterThanOrEqual", "A1", "", 1, 0, "a whole number of at least 1"),
        ("decimal", "lessThan", "10*2", "", Decimal("19.99"), 20, "a number below 20"),
        ("decimal", "greaterThan", "-100", "", 0, "n/a", "a number above -100"),
        ("decimal", "notBetween", "1", "5", 6, 3, "a number outside 1 to 5"),
        ("decimal", "notEqual", "1", "", 6, 1, "a number other than 1"),
        ("date", "greaterThan", "43190", "", date(2018, 4, 1), date(2018, 3, 31), "a date after 31/03/2018"),
        (
            "date",
            "lessThanOrEqual",
            "TODAY()",
            "",
            date(2019, 5, 1),
            date(2019, 5, 2),
            "a date on or before 01/05/2019",
        ),
        ("textLength", "lessThanOrEqual", "5", "", "12345", "123456", "a text of at most 5 characters"),
        ("textLength", "equal", "3", "", 123, "12", "a text of exactly 3 characters"),
    ],
)
def test_limits(
    kind: str, operator: str, first: str, second: str, right: Put, wrong: Put, should: str
) -> None:
    raw = ruled(rule(kind, first, second, more=f'allowBlank="1" operator="{operator}"'))
    assert found(raw, {"B1": right}) == []
    (violation,) = found(raw, {"B1": wrong})
    assert (violation.sheet, violation.cell, violation.should) == (S, "B1", should)
    assert not violation.is_blank


def test_a_date_that_is_wrong_is_said_as_a_date() -> None:
    (violation,) = found(
        ruled(rule("date", "43190", more='operator="greaterThan"')), {"B1": date(2018, 3, 31)}
    )
    assert violation.value == "31/03/2018"


@pytest.mark.parametrize(
    "source", ["Answers", "Lists!$A$1:$A$3", "OFFSET(Lists!$A$1,0,0,COUNTA(Lists!$A:$A),1)"]
)
def test_lists_in_cells_do_not_mind_capitals(source: str) -> None:
    raw = ruled(rule("list", source))
    assert found(raw, {"B1": "maybe"}) == []
    (violation,) = found(raw, {"B1": "Yes "})
    assert violation.should == "one of: Yes, No, Maybe"
    assert choices(raw, S, "B1") == ("Yes", "No", "Maybe")


def test_a_list_typed_into_the_rule_minds_capitals_and_takes_numbers() -> None:
    raw = ruled(rule("list", '"Red, Amber,1"'))
    assert found(raw, {"B1": "Amber"}) == []
    assert found(raw, {"B1": 1}) == []
    assert [each.value for each in found(raw, {"B1": "amber"})] == ["amber"]
    assert choices(raw, S, "B1") == ("Red", "Amber", "1")


def test_a_drop_down_that_depends_on_another_follows_it() -> None:
    raw = ruled(rule("list", 'INDIRECT(SUBSTITUTE(A1," ",""))', cells="B1:B2"), cells=cell("A1", "Yes"))
    assert choices(raw, S, "B1") == ("Open", "Closed")
    assert choices(raw, S, "B2", {(S, "A2"): "Answers"}) == ("Yes", "No", "Maybe")
    assert found(raw, {"B1": "Open"}) == []
    assert [each.cell for each in found(raw, {"A2": "Answers", "B2": "Open"})] == ["B2"]
    with pytest.raises(NotComputed, match="#REF!"):
        choices(raw, S, "B2")


def test_a_rule_of_excel_2010_is_a_rule() -> None:
    extended = (
        '<x14:dataValidation type="list" allowBlank="1" errorStyle="warning">'
        "<x14:formula1><xm:f>Lists!$B$1:$B$2</xm:f></x14:formula1><xm:sqref>B1 D4:D5</xm:sqref></x14:dataValidation>"
    )
    raw = ruled(extended=extended)
    (told,) = rules_of(raw)
    assert (told.kind, told.style, told.ranges, told.extended) == (
        RuleKind.LIST,
        RuleStyle.WARNING,
        ("B1", "D4:D5"),
        True,
    )
    assert [each.cell for each in found(raw, {"D5": "Shut"})] == ["D5"]


def test_a_formula_is_asked_relative_to_each_cell_and_says_the_templates_message() -> None:
    raw = ruled(
        rule("custom", "B1<=$A$1*ROW()", cells="B1:B3", more='allowBlank="1" error="More than the award."'),
        cells=cell("A1", 10),
    )
    assert found(raw, {"B1": 10, "B2": 20, "B3": 30}) == []
    (violation,) = found(raw, {"B1": 10, "B2": 21, "B3": 30})
    assert (violation.cell, violation.should) == ("B2", "More than the award.")


def test_required_cells_left_blank_are_told_apart() -> None:
    raw = ruled(rule("whole", "1", "5", cells="B1:B2", more='allowBlank="0"'))
    assert [(each.cell, each.is_blank) for each in found(raw, {"B2": 3})] == [("B1", True)]
    assert validated(raw, {(S, "B2"): 3}, blanks=False).violations == ()
    assert validated(raw, {}, only=[(S, "B2")]).violations[0].cell == "B2"


def test_a_rule_that_cannot_be_worked_out_is_listed_and_not_passed() -> None:
    raw = ruled(rule("list", "#REF!"), rule("whole", "RAND()", "5", cells="C1"))
    result = validated(raw, {(S, "B1"): "x", (S, "C1"): 1})
    assert [each.cell for each in result.unchecked] == ["B1", "C1"]
    assert "#REF!" in result.unchecked[0].why
    assert not result.violations


def test_where_writers_of_workbooks_differ_about_a_rules_first_cell_nothing_is_said() -> None:
    raw = ruled(rule("custom", "C5>0", cells="C5:C6 B1"), cells=cell("A1", 1) + cell("D9", 0))
    result = validated(raw, {(S, "B1"): 5})
    assert [each.cell for each in result.unchecked] == ["B1"]


def test_the_published_return_keeps_its_own_rules(real_fixtures: Path) -> None:
    opened = RecalculableBook.read(real_fixtures / "mhclg-pathfinders-return-r1.xlsx")
    result = validated(opened, {})
    assert len(rules_of(opened)) == 15 + 14
    assert result.checked > 400
    assert result.violations == ()
    assert result.unchecked == ()
    wrong = validated(opened, {("Risks", "E9"): "6 - Extreme"})
    assert [(each.sheet, each.cell) for each in wrong.violations] == [("Risks", "E9")]
    assert "1 - " in wrong.violations[0].should
