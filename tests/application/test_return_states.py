"""A return from draft to accepted: every move, allowed and refused; voiding; what was sent and why; what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAccrual
from fundingapp.application.commands.agreements import AddAgreement, DescribeFund
from fundingapp.application.commands.exceptions import AcceptException, WithdrawException
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.locks import ReopenReturn
from fundingapp.application.commands.matching import ChargeLines, ClearCharges
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.commands.returns import (
    AcceptReturn,
    AnswerQuery,
    CheckReturn,
    OpenAgain,
    QueryReturn,
    SaveReturn,
    SubmitReturn,
)
from fundingapp.application.commands.signing import (
    Certify,
    DeclineCertificate,
    PrepareCertificate,
    VoidCertificate,
)
from fundingapp.application.commands.story import AddStatement, JudgeProject, WriteText
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command, Effect, Topic
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.sent_returns import (
    ComparedWithBefore,
    ReturnDifferences,
    ReturnOpened,
    ReturnVersions,
    VersionShown,
    WhyOfCell,
    WhyOfFigure,
)
from fundingapp.application.queries.signing import CertificatesOf
from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.agreements import Agreement, Terms
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import CertificateId, FundId, LineId, ProjectId, ReturnId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection, ProjectStatus
from fundingapp.domain.partner_books import PartnerStatement
from fundingapp.domain.returns import RETURNS, ReturnState
from fundingapp.domain.signing import CertificateState, Certified
from fundingapp.domain.states import Need
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import (
    YEAR,
    accept_errors,
    certified,
    colleague,
    make_download,
    make_line,
    money,
    sent_return,
    set_up_grant,
)
from tests.fakes import FakeStore

FUND, ONE, TWO = FundId(1), ReturnId(1), ReturnId(2)
LINES = (
    make_line("T1", "10.00", period=2),
    make_line("T2", "20.00", period=5),
    make_line("T3", "5.00", period=3, supplier="Night Watch CIC"),
)
SPEND = "P-01, revenue: eligible spend in period 2 (May)"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """£10.00 of P-01 and £5.00 of P-02 in the first quarter, £20.00 of P-01 in the second."""
    set_up_grant(desk)
    desk.do(ImportLedger(make_download(LINES)))
    desk.do(ChargeLines((LineId(1), LineId(2)), parse_target("P-01"), "theirs"))
    desk.do(ChargeLines((LineId(3),), parse_target("P-02"), "theirs"))
    return desk


def save(desk: Desk, quarter: int = 1) -> ReturnId:
    """Saves the return of a quarter, with its errors accepted."""
    accept_errors(desk, FUND, YEAR, quarter)
    return desk.do(SaveReturn(FUND, YEAR, quarter, Path(f"Q{quarter}.xlsx"))).result.id


def bring(desk: Desk, *lines: LedgerLine, name: str) -> tuple[str, ...]:
    return desk.do(ImportLedger(make_download(lines, name))).followed


def restated(first: str) -> Sequence[LedgerLine]:
    return (LINES[0]._replace(amount=money(first)), *LINES[1:])


def version(desk: Desk, id: ReturnId = ONE) -> VersionShown:
    return next(each for each in desk.ask(ReturnVersions(FUND, YEAR)) if each.id == id)


def state(desk: Desk, id: ReturnId = ONE) -> ReturnState:
    return version(desk, id).value.state


def reach(desk: Desk, wanted: ReturnState) -> ReturnId:
    """A return of the first quarter in the state *wanted*."""
    id = save(desk)
    if wanted is ReturnState.CHECKED:
        desk.do(CheckReturn(id))
    elif wanted is not ReturnState.DRAFT:
        certified(desk, id)
    if wanted.is_out:
        desk.do(SubmitReturn(id, "The Commissioner", how="e-mail"))
    if wanted is ReturnState.QUERIED:
        desk.do(QueryReturn(id, "Why is P-02 low?"))
    elif wanted is ReturnState.ACCEPTED:
        desk.do(AcceptReturn(id, reference="letter 4"))
    return id


#: What is done to a return, and where it leads from each state: a state, or the code that refuses it.
D, C, S, F, Q, A = (
    ReturnState.DRAFT,
    ReturnState.CHECKED,
    ReturnState.CERTIFIED,
    ReturnState.SUBMITTED,
    ReturnState.QUERIED,
    ReturnState.ACCEPTED,
)
NO = "forbidden_move"
MOVES: dict[str, tuple[Command[None], dict[ReturnState, ReturnState | str]]] = {
    "check": (CheckReturn(ONE), {D: C, C: NO, S: NO, F: NO, Q: NO, A: NO}),
    "send": (
        SubmitReturn(ONE, "The Commissioner"),
        {
            D: NO,
            C: "needs_certificate",
            S: F,
            F: "submitted_already",
            Q: "submitted_already",
            A: "submitted_already",
        },
    ),
    "query": (QueryReturn(ONE, "Why?"), {D: NO, C: NO, S: NO, F: Q, Q: NO, A: NO}),
    "answer": (
        AnswerQuery(ONE, "Because."),
        {D: "not_queried", C: "not_queried", S: "not_queried", F: "not_queried", Q: F, A: "not_queried"},
    ),
    "accept": (AcceptReturn(ONE, reference="letter 4"), {D: NO, C: NO, S: NO, F: A, Q: A, A: NO}),
    "open": (
        OpenAgain(ONE, "a mistake"),
        {D: NO, C: D, S: D, F: "return_out", Q: "return_out", A: "return_out"},
    ),
    "reopen": (
        ReopenReturn(ONE, "asked for"),  # type: ignore[dict-item]  # its result is a list of names
        {D: "not_sent", C: "not_sent", S: "not_sent", F: D, Q: D, A: D},
    ),
}


class TestEveryMove:
    @pytest.mark.parametrize("before", list(ReturnState))
    def test_is_allowed_or_refused_and_taken_back(
        self, desk: Desk, store: FakeStore, before: ReturnState
    ) -> None:
        reach(desk, before)
        start = store.state
        for command, leads in MOVES.values():
            store.state = start.snapshot()
            wanted = leads[before]
            if isinstance(wanted, str):
                assert refusal_of(desk, store, command).code == wanted
                assert state(desk) is before
            else:
                assert RETURNS.allows(before, wanted)
                assert_taken_back_and_done_again(desk, store, command)
                assert state(desk) is wanted
                step = version(desk).steps[-1]
                assert (step.before, step.after, step.by) == (before.value, wanted.value, "Ann")

    def test_the_table_has_no_move_that_nothing_makes(self) -> None:
        made = {
            (before, after)
            for _, leads in MOVES.values()
            for before, after in leads.items()
            if isinstance(after, ReturnState)
        }
        by_certificate = {(C, S)}
        spared = {(C, F)}
        assert {(move.source, move.target) for move in RETURNS.moves} == made | by_certificate | spared

    def test_a_refusal_says_sent(self, desk: Desk, store: FakeStore) -> None:
        reach(desk, F)
        refusal = refusal_of(desk, store, CheckReturn(ONE))
        assert refusal.message == (
            "The Q1 return of Locality Fund 2018/19, version 1 is sent: it can't become checked from there."
        )

    def test_what_needs_words_is_refused_without(self, desk: Desk, store: FakeStore) -> None:
        reach(desk, F)
        assert refusal_of(desk, store, QueryReturn(ONE, " ")).code == "no_reason"
        assert refusal_of(desk, store, OpenAgain(ONE, "")).code == "no_reason"
        assert refusal_of(desk, store, AnswerQuery(ONE, "")).code == "no_reason"

    def test_a_return_with_an_open_error_is_not_checked(self, desk: Desk, store: FakeStore) -> None:
        bring(desk, *LINES, make_line("T4", "7.00", period=1), name="second.csv")  # waits for a project
        save(desk)
        refusal = refusal_of(desk, store, CheckReturn(ONE))
        assert refusal.code == "open_errors"
        assert "the sides differ by £7.00" in refusal.message


class TestTwoPeople:
    def test_the_certificate_moves_the_return(self, desk: Desk, store: FakeStore) -> None:
        save(desk)
        desk.do(CheckReturn(ONE))
        prepare = PrepareCertificate(Certified.RETURN, FUND, YEAR, saved=ONE)
        made = desk.do(prepare).result
        assert refusal_of(desk, store, Certify(made)).code == "may_not_certify"
        ben = colleague(desk)
        assert_taken_back_and_done_again(ben, store, Certify(made))
        assert state(desk) is S
        [step] = [each for each in version(desk).steps if each.after == "certified"]
        assert step.by == "Ben"
        assert_taken_back_and_done_again(desk, store, VoidCertificate(made, "another figure is coming"))
        assert state(desk) is D

    def test_declining_makes_it_a_draft(self, desk: Desk, store: FakeStore) -> None:
        save(desk)
        desk.do(CheckReturn(ONE))
        desk.do(PrepareCertificate(Certified.RETURN, FUND, YEAR, saved=ONE))
        assert_taken_back_and_done_again(
            colleague(desk), store, DeclineCertificate(CertificateId(1), "P-02 is not ours")
        )
        assert state(desk) is D
        assert version(desk).steps[-1].reason == "certificate declined: P-02 is not ours"

    def test_a_draft_is_not_prepared(self, desk: Desk, store: FakeStore) -> None:
        save(desk)
        refusal = refusal_of(desk, store, PrepareCertificate(Certified.RETURN, FUND, YEAR, saved=ONE))
        assert refusal.code == "not_checked"

    def test_an_agreement_may_spare_it(self, desk: Desk) -> None:
        terms = Terms(certificate_above=money("15.00"))
        desk.do(AddAgreement(Agreement(FUND, "Grant agreement", YEAR, YEAR, terms=terms)))
        save(desk)
        desk.do(CheckReturn(ONE))
        [send, *_] = [move for move in version(desk).moves if move.name == "send"]
        assert send.why_not == ""
        desk.do(SubmitReturn(ONE))
        save(desk, 2)  # £35.00 is more than £15.00
        desk.do(CheckReturn(TWO))
        [send] = [move for move in version(desk, TWO).moves if move.name == "send"]
        assert "only with its certificate" in send.why_not


def _recharge(desk: Desk) -> tuple[str, ...]:
    return desk.do(ChargeLines((LineId(1),), parse_target("P-02"), "theirs after all")).followed


def _un_match(desk: Desk) -> tuple[str, ...]:
    return desk.do(ClearCharges((LineId(1),))).followed


def _penny(desk: Desk) -> tuple[str, ...]:
    return bring(desk, *restated("10.01"), name="penny.csv")


def _accrue(desk: Desk) -> tuple[str, ...]:
    accrual = Accrual(ProjectId(1), FUND, Kind.REVENUE, YEAR, 2, Money(1), "Safer Streets", "work in May")
    return desk.do(AddAccrual(accrual, ("invoice 7",))).followed


def _allocate(desk: Desk) -> tuple[str, ...]:
    with desk._tools.open_work(reading=True) as work:
        kept = work.allocations.all()[0]
    after = replace(kept.value, amount=kept.value.amount + Money(1))
    return desk.do(ChangeRecord("allocations", kept.id, kept.value, after, "a penny more")).followed


def _move_in_quarter(desk: Desk) -> tuple[str, ...]:
    moved = (LINES[0]._replace(period=3), *LINES[1:])
    return bring(desk, *moved, name="moved.csv")


CHANGES: dict[str, tuple[Callable[[Desk], tuple[str, ...]], str]] = {
    "a line charged elsewhere": (_recharge, f"{SPEND} was £10.00, is £0.00"),
    "a line that waits again": (_un_match, f"{SPEND} was £10.00, is £0.00"),
    "a penny in the ledger": (_penny, f"{SPEND} was £10.00, is £10.01"),
    "an accrual": (_accrue, f"{SPEND} was £10.00, is £10.01"),
    "an allocation": (_allocate, "Locality Fund: available up to period 3 (June) was £350.00, is £350.01"),
    "another month of the quarter": (_move_in_quarter, f"{SPEND} was £10.00, is £0.00"),
}


class TestVoiding:
    @pytest.mark.parametrize("what", list(CHANGES))
    def test_one_penny_makes_the_certificate_void(self, desk: Desk, what: str) -> None:
        change, said = CHANGES[what]
        certified(desk, save(desk))
        [told] = change(desk)
        assert told.startswith(
            "The Q1 return of Locality Fund 2018/19, version 1, is a draft again, and its certificate is void: "
        )
        assert said in told
        [shown] = desk.ask(CertificatesOf(FUND, YEAR))
        assert (shown.certificate.state, shown.certificate.voided_by) == (CertificateState.VOIDED, "Ann")
        assert said in shown.certificate.voided_why
        held = version(desk)
        assert (held.value.state, held.is_current) == (D, False)
        assert (held.steps[-1].before, held.steps[-1].after) == ("certified", "draft")
        assert said in held.steps[-1].reason

    def test_undo_gives_back_the_figure_and_not_the_signature(self, desk: Desk) -> None:
        certified(desk, save(desk))
        _recharge(desk)
        desk.undo()
        assert version(desk).is_current
        assert state(desk) is D
        [shown] = desk.ask(CertificatesOf(FUND, YEAR))
        assert shown.certificate.state is CertificateState.VOIDED

    def test_an_undo_that_changes_a_figure_voids_too(self, desk: Desk) -> None:
        _recharge(desk)
        other = colleague(desk, "Cleo")
        certified(other, save(other))
        undone = desk.undo()
        assert undone is not None
        assert len(undone.followed) == 1
        assert state(desk) is D

    def test_the_windows_ask_again_and_the_history_says_so(self, desk: Desk, store: FakeStore) -> None:
        certified(desk, save(desk))
        effect = desk.do(ChargeLines((LineId(1),), parse_target("P-02"), "theirs after all"))
        assert effect.changed & Topic.RETURNS
        assert effect.changed & Topic.SIGNING
        newest = store.open_work(reading=True).journal.lines(1)[0]
        assert newest.after["followed"] == list(effect.followed)

    def test_what_changes_no_figure_inside_leaves_it(self, desk: Desk) -> None:
        certified(desk, save(desk))
        assert desk.do(ClearCharges((LineId(2),))).followed == ()  # of the second quarter
        with desk._tools.open_work(reading=True) as work:
            fund = work.funds.get(FUND).value
        desk.do(DescribeFund(FUND, fund, replace(fund, name="Community Fund")))
        assert state(desk) is S

    def test_one_that_is_checked_falls_too(self, desk: Desk) -> None:
        desk.do(CheckReturn(save(desk)))
        [told] = _penny(desk)
        assert "is a draft again: " in told
        assert state(desk) is D

    def test_one_that_was_sent_keeps_its_certificate(self, desk: Desk) -> None:
        sent_return(desk, save(desk))
        assert _penny(desk) == ()
        [shown] = desk.ask(CertificatesOf(FUND, YEAR))
        assert shown.certificate.stands
        assert [change.now for change in version(desk).changed] == [money("10.01")]


def _say(desk: Desk, text: str = "All ran.") -> Effect[None]:
    return desk.do(WriteText(FUND, YEAR, 1, NarrativeSection.PROGRESS, text))


SAYING: dict[str, tuple[Callable[[Desk], Effect[Any]], str]] = {
    "words": (_say, "words"),
    "a judgement": (
        lambda desk: desk.do(JudgeProject(ProjectId(1), YEAR, 1, ProjectStatus.COMPLETE)),
        "how a project stood",
    ),
    "an exception": (
        lambda desk: desk.do(AcceptException(FUND, YEAR, 1, "look||", "It looks odd.", "it is")),
        "what was accepted",
    ),
    "a statement": (
        lambda desk: desk.do(
            AddStatement(PartnerStatement(ProjectId(1), FUND, YEAR, "Trust", money("1.00")))
        ),
        "what partners stated",
    ),
}


class TestWordsOfAReturn:
    @pytest.mark.parametrize("what", list(SAYING))
    @pytest.mark.parametrize("before", [each for each in ReturnState if each is not D])
    def test_void_nothing_and_are_told(self, desk: Desk, before: ReturnState, what: str) -> None:
        reach(desk, before)
        change, called = SAYING[what]
        [told] = change(desk).followed
        assert told == (
            f"The Q1 return of Locality Fund 2018/19, version 1, is {before.in_words}: the file keeps {called} as it "
            "was written. What is changed now is said by the next version."
        )
        assert state(desk) is before
        assert version(desk).is_current
        assert all(
            shown.certificate.state is CertificateState.CERTIFIED
            for shown in desk.ask(CertificatesOf(FUND, YEAR))
        )
        if what != "an exception" or before.is_out:
            undone = desk.undo()
            assert undone is not None
            assert undone.followed == (told,)

    def test_of_a_draft_and_of_another_quarter_are_not(self, desk: Desk) -> None:
        reach(desk, F)
        assert desk.do(WriteText(FUND, YEAR, 2, NarrativeSection.PROGRESS, "Later.")).followed == ()
        save(desk)
        assert _say(desk).followed == ()
        assert _say(desk).followed == (), "the same words again change nothing"

    @pytest.mark.parametrize("before", [C, S])
    def test_what_was_accepted_stays_while_it_waits_to_be_sent(
        self, desk: Desk, store: FakeStore, before: ReturnState
    ) -> None:
        SAYING["an exception"][0](desk)
        reach(desk, before)
        withdraw = WithdrawException(FUND, YEAR, 1, "look||")
        refusal = refusal_of(desk, store, withdraw)
        assert (refusal.code, f"is {before.value}: it rests on what" in refusal.message) == (
            "return_rests_on_it",
            True,
        )
        desk.do(OpenAgain(ONE, "a check is to be looked at again"))
        desk.do(withdraw)


class TestSentAndChanged:
    @pytest.fixture
    def resubmitted(self, desk: Desk) -> Desk:
        """Sent, queried after T1 turned out to be £12.50 and T3 to be P-01's, and sent again."""
        sent_return(desk, save(desk))
        bring(desk, *restated("12.50"), name="later.csv")
        desk.do(ChargeLines((LineId(3),), parse_target("P-01"), "invoiced to the wrong project"))
        desk.do(QueryReturn(ONE, "P-02 looks high"))
        sent_return(desk, save(desk))
        return desk

    def test_the_new_version_takes_the_place_of_the_old(self, resubmitted: Desk) -> None:
        new, old = resubmitted.ask(ReturnVersions(FUND, YEAR, 1))
        assert (new.value.version, new.value.replaces, new.state_in_words) == (2, ONE, "sent")
        assert (old.state_in_words, old.replaced_by) == ("queried", TWO)
        assert [step.reason for step in old.steps if step.after == "queried"] == ["P-02 looks high"]

    def test_differences_name_lines_and_decisions_and_sum_up(self, resubmitted: Desk) -> None:
        """R35."""
        found = resubmitted.ask(ReturnDifferences(ONE, TWO))
        assert (found.was, found.now, found.difference) == (money("15.00"), money("17.50"), money("2.50"))
        assert found.is_explained
        by = {each.label: each for each in found.figures}
        spend = by["P-01, revenue: eligible spend in quarter 1"]
        assert (spend.was, spend.now) == (money("10.00"), money("17.50"))
        assert {(part.what.split(" · ")[0], part.difference) for part in spend.parts} == {
            ("T1", money("2.50")),
            ("T3", money("5.00")),
        }
        [third] = [part for part in spend.parts if part.what.startswith("T3")]
        assert third.where == "later.csv · Ledger · row 2"
        assert "Ann" in third.why
        assert [decision.command for decision in found.decisions] == ["ImportLedger", "ChargeLines"]

    def test_a_cell_that_was_sent_says_why_it_was_so(self, resubmitted: Desk) -> None:
        why = resubmitted.ask(WhyOfCell(ONE, "Summary", "B2"))
        assert why.then.value == money("15.00")
        assert (why.now, why.difference) == (money("17.50"), money("2.50"))
        assert {term.name: term.amount for term in why.then.terms} == {
            "P-01, revenue": money("10.00"),
            "P-02, revenue": money("5.00"),
        }
        assert [(line.transaction, line.share) for line in why.then.lines] == [
            ("T1", money("10.00")),
            ("T3", money("5.00")),
        ]
        head = resubmitted.ask(WhyOfFigure(ONE, f"P-02/{YEAR}/spend/Q1:revenue@3"))
        assert (head.then.value, head.now) == (money("5.00"), Money.ZERO)
        assert [change.difference for change in head.changes] == [money("-5.00")]

    def test_a_cell_with_words_says_who_wrote_it(self, resubmitted: Desk) -> None:
        why = resubmitted.ask(WhyOfCell(ONE, "Summary", "A1"))
        assert "Ann" in why.then.note
        with pytest.raises(ExpectedError, match="Z9"):
            resubmitted.ask(WhyOfCell(ONE, "Summary", "Z9"))

    def test_an_opened_return_marks_what_is_otherwise_now(self, resubmitted: Desk) -> None:
        opened = resubmitted.ask(ReturnOpened(ONE))
        assert [(each.cell.cell, each.now) for each in opened.cells] == [("A1", None), ("B2", money("17.50"))]
        assert [each.now for each in resubmitted.ask(ReturnOpened(TWO)).cells] == [None, None]
        assert opened.version.is_kept

    def test_against_the_file_as_it_is_now(self, resubmitted: Desk) -> None:
        assert resubmitted.ask(ReturnDifferences(TWO)).figures == ()
        resubmitted.do(ClearCharges((LineId(3),)))
        found = resubmitted.ask(ReturnDifferences(TWO))
        assert (found.difference, found.is_explained) == (money("-5.00"), True)

    def test_an_older_version_or_an_earlier_quarter_is_not_sent_any_more(
        self, desk: Desk, store: FakeStore
    ) -> None:
        first, second = save(desk), save(desk)
        certified(desk, second)
        desk.do(SubmitReturn(second))
        desk.do(CheckReturn(first))
        assert refusal_of(desk, store, SubmitReturn(first)).code == "needs_certificate"
        sent_return(desk, save(desk, 2))
        third = save(desk)
        desk.do(CheckReturn(third))
        [move] = [each for each in version(desk, third).moves if each.name == "send"]
        assert move.why_not
        assert version(desk, second).moves[-1].why_not == (
            "Reopen the Q2 return first, which states its quarter too."
        )

    def test_only_a_version_that_was_sent_is_replaced(self, desk: Desk, store: FakeStore) -> None:
        save(desk)
        again = SaveReturn(FUND, YEAR, 1, Path("Q1.xlsx"), replaces=ONE)
        assert refusal_of(desk, store, again).code == "not_sent"
        sent_return(desk, ONE)
        other = SaveReturn(FUND, YEAR, 2, Path("Q2.xlsx"), replaces=ONE)
        assert refusal_of(desk, store, other).code == "other_return"

    def test_compared_with_the_quarter_before(self, resubmitted: Desk) -> None:
        found = resubmitted.ask(ComparedWithBefore(FUND, YEAR, 2))
        assert found.before is not None
        assert found.before.id == TWO
        rows = {(row.group.split(",")[0], row.label): (row.before, row.now) for row in found.rows}
        assert rows["Grant", "Spent in the quarter"] == (money("17.50"), money("20.00"))
        assert rows["Grant", "Spent to date"] == (money("17.50"), money("37.50"))
        assert rows["P-01 Project P-01", "Spent in the quarter"] == (money("17.50"), money("20.00"))
        assert rows["P-01 Project P-01", "Budget"] == (money("100.00"), money("100.00"))

    def test_the_year_is_the_sum_of_the_quarters_as_they_were_sent_last(self, resubmitted: Desk) -> None:
        """R32: the quarters as stated, and what changed since, are the spend."""
        sent_return(resubmitted, save(resubmitted, 2))
        bring(resubmitted, *restated("13.00"), name="last.csv")
        position = resubmitted.ask(PositionOf(FUND, YEAR, 12)).position
        [project] = [each for each in position.projects if each.ref == "P-01"]
        assert project.quarters[:2] == (money("17.50"), money("20.00"))
        assert project.prior_period_adjustment == money("0.50")
        assert Money.total(project.quarters) + project.prior_period_adjustment == project.spent


def test_needs_of_the_moves_are_words_only() -> None:
    assert {need for move in RETURNS.moves for need in move.needs} == {Need.REASON}
