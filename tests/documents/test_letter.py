"""The request letter: what it says is what the records say, and it is read back before it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from fundingapp.application.desk import Desk
from fundingapp.application.queries.request_letters import DraftRequestLetter, WriteRequestLetter
from fundingapp.assembly import Assembly
from fundingapp.documents import letter as module
from fundingapp.documents.paper import Column, texts_of
from fundingapp.domain.agreements import Agreement, CarryForwardStance
from fundingapp.domain.claims import Payment
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, Partnership, PaymentBasis
from fundingapp.domain.grant_conditions import ConditionKind, GrantCondition
from fundingapp.domain.ids import PartyId
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.request_letters import RequestLetter
from tests.builders_core import money
from tests.fakes import FakeLetterWriter, FakeStore, make_tools
from tests.lived_years import AGREED, FORECAST, FUND, REQUESTED, LivedYears

Y17, Y18 = FinancialYear(2017), FinancialYear(2018)
DAY = date(2018, 1, 20)


@pytest.fixture
def writer() -> FakeLetterWriter:
    return FakeLetterWriter()


@pytest.fixture
def years(writer: FakeLetterWriter) -> LivedYears:
    """£250,000.00 of 2017/18 with £15,000.00 unspent, all of it asked for."""
    store = FakeStore()
    made = LivedYears(Desk(make_tools(store.open_work, write_letter=writer)), store.open_work)
    made.add(
        "partnership", Partnership("Safer Wolverhampton", "City of Wolverhampton Council", "", "CSP team")
    )
    made.add("contacts", Contact("The Treasurer", ContactRole.SECTION_151))
    made.add("contacts", Contact("Grants Officer", ContactRole.GRANT_OFFICER, PartyId(1)))
    made.add("agreements", Agreement(FUND, "Grant agreement", Y17, Y18, "PCC/17"))
    clause = "Unspent money may be carried forward only with prior written approval."
    made.add("conditions", GrantCondition(FUND, "7.4", clause, ConditionKind.SPECIAL))
    made.allocate(Y17, "250,000.00")
    made.award("WV-01", Y17, "150,000.00")
    made.award("WV-02", Y17, "100,000.00")
    made.spend("WV-01", Y17, "141,500.00")
    made.spend("WV-02", Y17, "93,500.00")
    made.carry("WV-01", Y17, REQUESTED, "8,500.00")
    made.carry("WV-02", Y17, REQUESTED, "6,000.00")
    return made


def draft(years: LivedYears, **fields: object) -> RequestLetter:
    found = years.desk.ask(DraftRequestLetter(FUND, Y17, dated=DAY))
    return replace(found, **fields)  # type: ignore[arg-type]


def said(tmp_path: Path, letter: RequestLetter) -> list[str]:
    out = tmp_path / "letter.docx"
    Assembly().letter_writer(letter, out)
    return list(texts_of(out))


def test_the_letter_has_the_figures_of_the_year_by_project(years: LivedYears, tmp_path: Path) -> None:
    texts = said(tmp_path, draft(years))
    assert texts[0] == "Request to carry forward £14,500.00 into 2018/19"
    for text in (
        "Grants Officer, The Commissioner",
        "City of Wolverhampton Council",
        "20/01/2018",
        "the agreement “Grant agreement” (PCC/17)",
        "We ask for your agreement that £14,500.00 of revenue, unspent in 2017/18, may be used in 2018/19 as set out "
        "below.",
        "7.4: “Unspent money may be carried forward only with prior written approval.”",
        "WV-01 Project WV-01: £8,500.00",
        "staff came late",
        "the same work until June",
        "£500.00 of what is left is not asked for.",
        "The Treasurer",
    ):
        assert text in texts, text
    assert (
        "£250,000.00 was available and £235,000.00 is spent: £15,000.00 is unspent. £500.00 is neither asked for here "
        "nor decided." in texts
    )
    tables = docx.Document(str(tmp_path / "letter.docx")).tables
    asked = next(table for table in tables if table.rows[0].cells[-1].text == "Asked £")
    assert [[cell.text for cell in row.cells] for row in asked.rows][1:] == [
        ["WV-01 Project WV-01", "revenue", "150,000.00", "141,500.00", "8,500.00", "8,500.00"],
        ["WV-02 Project WV-02", "revenue", "100,000.00", "93,500.00", "6,500.00", "6,000.00"],
        ["Total", "", "250,000.00", "235,000.00", "15,000.00", "14,500.00"],
    ]


def test_what_is_planned_is_asked_for_while_nothing_is_requested() -> None:
    store = FakeStore()
    other = LivedYears(Desk(make_tools(store.open_work)), store.open_work)
    other.allocate(Y17, "100.00")
    with pytest.raises(ExpectedError) as refusal:
        other.desk.ask(DraftRequestLetter(FUND, Y17))
    assert refusal.value.code == "nothing_to_ask"
    other.award("A", Y17, "100.00")
    planned = other.carry("A", Y17, FORECAST, "30.00")
    assert other.desk.ask(DraftRequestLetter(FUND, Y17)).total == money("30.00")
    other.carry("A", Y17, REQUESTED, "20.00")
    assert other.desk.ask(DraftRequestLetter(FUND, Y17)).total == money("20.00")
    assert other.desk.ask(DraftRequestLetter(FUND, Y17, (planned,))).total == money("30.00")


def test_each_kind_and_money_in_no_project_are_told_apart(years: LivedYears, tmp_path: Path) -> None:
    years.allocate(Y17, "10.00", Kind.CAPITAL)
    years.carry("", Y17, REQUESTED, "10.00", kind=Kind.CAPITAL)
    letter = draft(years)
    assert [(kind.value, str(amount)) for kind, amount in letter.by_kind] == [
        ("revenue", "14,500.00"),
        ("capital", "10.00"),
    ]
    texts = said(tmp_path, letter)
    assert "In no project's budget (capital): £10.00" in texts
    assert any("£14,510.00 (£14,500.00 revenue, £10.00 capital)" in text for text in texts)


def test_what_was_decided_already_is_said(years: LivedYears, tmp_path: Path) -> None:
    years.carry("WV-02", Y17, AGREED, "300.00")
    years.settle("WV-02", Y17, "50.00")
    years.repay(Y17, "25.00")
    foot = next(text for text in said(tmp_path, draft(years)) if text.startswith("£250,000.00 was available"))
    for words in (
        "£300.00 of it is carried forward by agreement already.",
        "£25.00 of it was given back.",
        "£50.00 of it is to be given back.",
        "£125.00 is neither asked for here nor decided.",
    ):
        assert words in foot


@pytest.mark.parametrize(
    ("stance", "dated", "words"),
    [
        (CarryForwardStance.WITH_AGREEMENT, DAY, "with your agreement, asked for by 31 January 2018."),
        (CarryForwardStance.WITH_AGREEMENT, date(2018, 2, 1), "That day has passed"),
        (CarryForwardStance.NO, DAY, "is not carried forward; we ask for it as an exception."),
        (CarryForwardStance.YES, DAY, "we ask you to confirm the amount."),
    ],
)
def test_the_clause_of_the_agreement(
    years: LivedYears, stance: CarryForwardStance, dated: date, words: str
) -> None:
    letter = draft(years, stance=stance, dated=dated)
    assert words in letter.clause
    assert letter.is_late == (dated > DAY)


def test_what_happens_if_it_is_refused_follows_the_cash(years: LivedYears) -> None:
    arrears = draft(years)
    assert arrears.if_refused.startswith(
        "The grant is paid in arrears. If you do not agree, £14,500.00, which was never drawn, would be surrendered;"
    )
    with_cash = replace(arrears, basis=PaymentBasis.ADVANCE, held=money("15,000.00"))
    assert (
        "£14,500.00, which was received and is not spent, would be given back to you;" in with_cash.if_refused
    )
    in_part = replace(with_cash, held=money("4,000.00"))
    assert (in_part.repayable, in_part.total - in_part.repayable) == (money("4,000.00"), money("10,500.00"))
    assert "would be given back to you, and £10,500.00, which was never drawn" in in_part.if_refused
    years.add("payments", Payment(FUND, Y17, DAY, money("239,000.00")))
    assert draft(years).repayable == money("4,000.00")


def test_it_is_written_through_the_port_and_read_back(
    years: LivedYears, writer: FakeLetterWriter, tmp_path: Path
) -> None:
    out = tmp_path / "letter.docx"
    written = years.desk.ask(WriteRequestLetter(FUND, Y17, out, dated=DAY))
    assert (written.path, written.letter) == (out, draft(years))
    assert writer.letters == {out: written.letter}
    letter = draft(years)
    Assembly().letter_writer(letter, out)
    paper = module.request_letter(letter)
    module.prove(paper, out, "letter.docx")
    paper.said[4] = "something else"
    with pytest.raises(ExpectedError) as refusal:
        module.prove(paper, out, "letter.docx")
    assert refusal.value.code == "read_back_differs"
    with pytest.raises(ExpectedError, match=r"ends in \.docx"):
        Assembly().letter_writer(letter, tmp_path / "letter.pdf")


def _tables() -> Iterator[tuple[Column, ...]]:
    for name, value in vars(module).items():
        if name.isupper() and isinstance(value, tuple):
            yield value


def test_columns_fit_between_the_margins() -> None:
    assert len(list(_tables())) == 3
    for columns in _tables():
        assert round(sum(column.width for column in columns), 6) <= 17


def test_money_asked_beyond_what_is_left_is_said(years: LivedYears, tmp_path: Path) -> None:
    years.carry("WV-01", Y17, REQUESTED, "9,000.00")
    letter = draft(years)
    assert [row.not_asked for row in letter.asked if row.ref == "WV-01"] == [Money.ZERO, money("-500.00")]
    assert "£500.00 more is asked for than is left by the records of this day." in said(tmp_path, letter)
