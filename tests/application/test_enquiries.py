"""Asking the budget holder about what is unplaced, and taking the answers: proposals first, charges only when taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.enquiries import AcceptAnswers
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.commands.matching import AddRules, ApplyRules, ChargeLines, ClearCharges
from fundingapp.application.desk import Desk
from fundingapp.application.ports import Tools
from fundingapp.application.queries.enquiries import ReadAnswers, WriteEnquiry
from fundingapp.domain.enquiries import AMOUNT, ANSWERED_BY, CHARGE_TO, COMMENT, KEY, Answers, Enquiry
from fundingapp.domain.ids import LineId
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.matching import Disposition, parse_target
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import YEAR, day, make_download, make_line, make_rule, set_up_grant
from tests.fakes import FakeEnquiryWriter, FakeReader, FakeStore, make_tools

T1, T2, T3 = LineId(1), LineId(2), LineId(3)
BACK = Path("back.xlsx")


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
def tools(store: FakeStore, reader: FakeReader) -> Tools:
    return make_tools(store.open_work, reader=reader)


@pytest.fixture
def desk(tools: Tools) -> Desk:
    """A grant, and three lines: the rule places T3 and leaves the other two."""
    desk = Desk(tools)
    set_up_grant(desk)
    desk.do(AddRules((make_rule(1, "P-01", supplier="Youth"), make_rule(2, "P-09", supplier="Safer"))))
    lines = [
        make_line("T1", "10.00"),
        make_line("T2", "-20.00", supplier="Unknown"),
        make_line("T3", "30.00", supplier="Youth Trust"),
    ]
    desk.do(ImportLedger(make_download(lines)))
    desk.do(ApplyRules())
    return desk


def asked(desk: Desk, tools: Tools, **given: Any) -> Enquiry:
    desk.ask(WriteEnquiry(YEAR, Path("out.xlsx"), **given))
    assert isinstance(tools.write_enquiry, FakeEnquiryWriter)
    return tools.write_enquiry.enquiries[-1]


def come_back(reader: FakeReader, desk: Desk, *rows: tuple[Any, ...]) -> Answers:
    headings = [AMOUNT, CHARGE_TO, COMMENT, ANSWERED_BY, KEY]
    reader.small[BACK.name] = (headings, [RawRow(at, row) for at, row in enumerate(rows, start=5)])
    return desk.ask(ReadAnswers(BACK))


def test_only_what_waits_is_asked_with_the_reason_why_it_waits(desk: Desk, tools: Tools) -> None:
    enquiry = asked(desk, tools)
    assert {line.id: line.question for line in enquiry.lines} == {
        T1: "Which project is this for? Rule 2: supplier contains “Safer”, but P-09 has no award in 2018/19.",
        T2: "Which project is this for? No rule fits this line.",
    }
    assert [place.ref for place in enquiry.places] == ["P-01", "P-02"]
    assert enquiry.total.pence == -1000


def test_a_line_that_a_lock_holds_is_asked_with_the_lock(desk: Desk, tools: Tools) -> None:
    desk.do(ClearCharges((T3,)))
    assert {line.id: line.question for line in asked(desk, tools).lines}[T3] == (
        "Which project is this for? A rule fits this line; apply the rules to charge it."
    )
    desk.do(LockPeriods(YEAR, 1, "the return was sent"))
    assert "reopen them to charge it" in {line.id: line.question for line in asked(desk, tools).lines}[T3]


def test_an_invoice_that_is_charged_twice_is_named_among_the_odd_things(desk: Desk, tools: Tools) -> None:
    twice = [
        make_line(key, "55.00", supplier="Youth Trust", description="Invoice 7711", posted_on=day(on))
        for key, on in (("T8", "2018-04-03"), ("T9", "2018-04-20"))
    ]
    desk.do(ImportLedger(make_download(twice, "more.csv"), apply_rules=True))
    assert [
        finding.text
        for finding in asked(desk, tools).findings
        if "T8" in finding.text and "T9" in finding.text
    ]


def test_one_can_ask_about_some_lines_only(desk: Desk, tools: Tools) -> None:
    assert [line.id for line in asked(desk, tools, lines=(T2, T3)).lines] == [T2]


def test_answers_charge_nothing_until_they_are_taken_all_in_one_step(
    desk: Desk, reader: FakeReader, store: FakeStore
) -> None:
    answers = come_back(
        reader,
        desk,
        ("10.00", "P-01 · Project P-01", "guards", "B. Holder", "T1"),
        ("-20.00", "split P-01 50%, P-02 50%", None, None, "T2"),
        ("30.00", "P-02", None, None, "T3"),
    )
    assert [row.why for row in answers.not_understood] == ["The line was placed meanwhile."]
    with store.open_work(reading=True) as work:
        assert work.ledger.charges_of([T1, T2]) == {T1: (), T2: ()}
    assert_taken_back_and_done_again(desk, store, AcceptAnswers(answers.answered, answers.file))
    assert desk.undo_name == "take 2 answers from “back.xlsx”"
    with store.open_work(reading=True) as work:
        charges = work.ledger.charges_of([T1, T2])
    assert [entry.charge.reason for entry in charges[T1]] == [
        "B. Holder answered “P-01”: guards (“back.xlsx”, row 5)"
    ]
    assert [entry.charge.amount.pence for entry in charges[T2]] == [-1000, -1000]


def test_not_ours_is_an_exclusion_for_the_reason_given(
    desk: Desk, reader: FakeReader, store: FakeStore
) -> None:
    answers = come_back(reader, desk, ("10.00", "Not ours", "leisure centre", "B. Holder", "T1"))
    desk.do(AcceptAnswers(answers.answered, answers.file))
    with store.open_work(reading=True) as work:
        [entry] = work.ledger.charges_of([T1])[T1]
    assert entry.charge.disposition is Disposition.EXCLUDED
    assert entry.charge.reason == "leisure centre: answer of B. Holder (“back.xlsx”, row 5)"


def test_answers_about_a_line_that_was_placed_meanwhile_are_refused_as_a_whole(
    desk: Desk, reader: FakeReader, store: FakeStore
) -> None:
    answers = come_back(
        reader, desk, ("10.00", "P-01", None, None, "T1"), ("-20.00", "P-01", None, None, "T2")
    )
    desk.do(ChargeLines((T2,), parse_target("P-02"), "seen the invoice"))
    refused = refusal_of(desk, store, AcceptAnswers(answers.answered, answers.file))
    assert refused.message.startswith("The line of row 6 (Unknown, −£20.00) was placed or changed")


def test_no_answer_chosen_is_refused(desk: Desk, store: FakeStore) -> None:
    assert refusal_of(desk, store, AcceptAnswers((), "back.xlsx")).message == "No answer is chosen."
