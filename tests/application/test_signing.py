"""Certificates: two people, one certificate; what it rests on, and what makes it void."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods, ReopenReturn
from fundingapp.application.commands.matching import ClearCharges
from fundingapp.application.commands.members import AddMember, ChangeMember, RemoveMember
from fundingapp.application.commands.returns import CheckReturn, SaveReturn, SubmitReturn
from fundingapp.application.commands.signing import (
    Certify,
    DeclineCertificate,
    PrepareCertificate,
    VoidCertificate,
)
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.locks import AllLocks, LockedPeriods, LockKind
from fundingapp.application.queries.members import People
from fundingapp.application.queries.signing import CertificateShown, CertificatesOf, PrintCertificate
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.ids import CertificateId, FundId, LineId, ReturnId
from fundingapp.domain.locks import LockedFor
from fundingapp.domain.members import Member, MemberRole
from fundingapp.domain.signing import Certificate, CertificateState, Certified, checksum_of
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.application.test_locks import bring
from tests.application.test_watching import charge
from tests.builders_core import NEXT_YEAR, YEAR, checked, make_line, sent_return, set_up_grant
from tests.fakes import FakeCertificateWriter, FakeStore, make_tools

FUND, ONE = FundId(1), CertificateId(1)
PREPARE = PrepareCertificate(Certified.RETURN, FUND, YEAR, 3)


@pytest.fixture
def grant(desk: Desk) -> Desk:
    set_up_grant(desk)
    bring(desk, make_line("T1", "10.00", period=2), make_line("T2", "20.00", period=8))
    desk.do(charge(1, 2))
    return desk


@pytest.fixture
def ben(store: FakeStore) -> Desk:
    return Desk(make_tools(store.open_work, who="Ben"))


def shown(desk: Desk) -> CertificateShown:
    [found] = desk.ask(CertificatesOf(FUND, YEAR))
    return found


def member(login: str, role: MemberRole, **fields: Any) -> AddMember:
    return AddMember(Member(login, f"{login} Lee", role, **fields))


class TestPreparing:
    def test_freezes_the_figures_by_name_with_checksum_and_the_head_of_the_history(
        self, grant: Desk, store: FakeStore
    ) -> None:
        head = store.open_work(reading=True).journal.head()
        assert_taken_back_and_done_again(grant, store, PREPARE)
        held = shown(grant).certificate
        assert (held.state, held.prepared_by, held.journal_head) == (CertificateState.AWAITING, "Ann", head)
        assert held.checksum == checksum_of(held.figures)
        assert "agree with the accounting records of the partnership up to period 3" in held.statement
        assert dict(held.figures)["Locality Fund/2018/19/spend@3"].pence == 10_00

    def test_of_a_year_end_takes_the_whole_year(self, grant: Desk) -> None:
        grant.do(PrepareCertificate(Certified.YEAR_END, FUND, YEAR, statement="All of it is true."))
        held = shown(grant).certificate
        assert (held.to_period, held.statement) == (13, "All of it is true.")

    def test_R10_nothing_that_waits_is_certified(self, grant: Desk, store: FakeStore) -> None:
        grant.do(ClearCharges((LineId(1),)))
        refusal = refusal_of(grant, store, PREPARE)
        assert refusal.code == "not_reconciled"
        assert "R10" in refusal.message
        assert "£10.00" in refusal.message

    def test_a_return_that_the_file_has_left_behind_is_written_anew_first(
        self, grant: Desk, store: FakeStore
    ) -> None:
        saved = grant.do(SaveReturn(FUND, YEAR, 1, Path("Q1.xlsx"))).result.id
        checked(grant, saved)
        grant.do(PrepareCertificate(Certified.RETURN, FUND, YEAR, saved=saved))
        assert (shown(grant).certificate.to_period, shown(grant).certificate.saved) == (3, saved)
        grant.undo()
        grant.do(charge(1, to="P-02"))
        refusal = refusal_of(grant, store, PrepareCertificate(Certified.RETURN, FUND, YEAR, saved=saved))
        assert refusal.code == "not_checked"  # it fell back to a draft with the charge
        refusal = refusal_of(grant, store, CheckReturn(saved))
        assert refusal.code == "return_changed"
        assert "P-01, revenue: eligible spend in period 2 (May) was £10.00, is £0.00" in refusal.message

    def test_what_waits_or_stands_is_not_prepared_twice(
        self, grant: Desk, ben: Desk, store: FakeStore
    ) -> None:
        grant.do(PREPARE)
        assert refusal_of(grant, store, PREPARE).code == "certificate_there"
        ben.do(Certify(ONE))
        assert "is certified already" in refusal_of(grant, store, PREPARE).message


class TestDeciding:
    """Every move of the machine, allowed and refused."""

    MOVES: ClassVar[dict[str, Command[Any]]] = {
        "sign": Certify(ONE),
        "decline": DeclineCertificate(ONE, "P-01 looks high"),
        "void": VoidCertificate(ONE, "withdrawn"),
    }
    AFTER: ClassVar[dict[str, CertificateState]] = {
        "sign": CertificateState.CERTIFIED,
        "decline": CertificateState.DECLINED,
        "void": CertificateState.VOIDED,
    }

    @pytest.mark.parametrize("first", [None, "sign", "decline", "void"])
    @pytest.mark.parametrize("move", ["sign", "decline", "void"])
    def test_every_move(self, grant: Desk, ben: Desk, store: FakeStore, first: str | None, move: str) -> None:
        grant.do(PREPARE)
        if first is not None:
            ben.do(self.MOVES[first])
        if first is None or (first, move) == ("sign", "void"):
            assert_taken_back_and_done_again(ben, store, self.MOVES[move])
            assert shown(grant).certificate.state is self.AFTER[move]
            assert shown(grant).steps[-1].after == self.AFTER[move].value
        else:
            refusal = refusal_of(ben, store, self.MOVES[move])
            assert refusal.code == "forbidden_move"
            assert (
                f"The certificate of the return up to period 3 (June) of 2018/19 is {self.AFTER[first].value}"
                in refusal.message
            )

    @pytest.mark.parametrize("command", [DeclineCertificate(ONE, " "), VoidCertificate(ONE, "")])
    def test_declining_and_making_void_need_a_reason(
        self, grant: Desk, store: FakeStore, command: Command[Any]
    ) -> None:
        grant.do(PREPARE)
        assert refusal_of(grant, store, command).code == "no_reason"

    def test_D14_nobody_signs_what_they_prepared(self, grant: Desk, store: FakeStore) -> None:
        grant.do(PREPARE)
        refusal = refusal_of(grant, store, Certify(ONE))
        assert refusal.code == "may_not_certify"
        assert refusal.message == "Ann prepared it: another person has to sign."
        assert shown(grant).why_not_sign == refusal.message

    def test_where_section_151_officers_are_named_only_they_sign(
        self, grant: Desk, ben: Desk, store: FakeStore
    ) -> None:
        grant.do(member("Cyd", MemberRole.SECTION_151))
        grant.do(member("ben", MemberRole.FINANCE_OFFICER))
        grant.do(PREPARE)
        assert (
            "Only Cyd Lee (section 151 officer) may sign it" in refusal_of(ben, store, Certify(ONE)).message
        )
        cyd = Desk(make_tools(store.open_work, who="cyd"))
        cyd.do(Certify(ONE))
        held = shown(grant).certificate
        assert (held.signed_by, held.role, held.decided_by) == ("Cyd Lee", "section 151 officer", "cyd")

    def test_what_changed_since_it_was_prepared_is_not_signed(
        self, grant: Desk, ben: Desk, store: FakeStore
    ) -> None:
        grant.do(PREPARE)
        grant.do(charge(1, to="P-02"))
        refusal = refusal_of(ben, store, Certify(ONE))
        assert refusal.code == "certificate_stale"
        assert "was £10.00 when it was prepared, and is £0.00 now" in refusal.message


class TestWhatItRestsOn:
    def test_reopening_periods_makes_it_void_in_the_same_step(
        self, grant: Desk, ben: Desk, store: FakeStore
    ) -> None:
        grant.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        grant.do(PREPARE)
        ben.do(Certify(ONE))
        assert_taken_back_and_done_again(ben, store, ReopenPeriods(YEAR, "a late invoice", 3))
        held = shown(grant).certificate
        assert (held.state, held.voided_by) == (CertificateState.VOIDED, "Ben")
        assert held.voided_why == "reopen the periods of 2018/19 from period 3 on: a late invoice"
        line = store.open_work(reading=True).journal.lines(1)[0]
        assert "void with it: the certificate of the return up to period 3 (June) of 2018/19" in line.sentence

    def test_reopening_what_is_after_it_or_of_another_year_does_not(self, grant: Desk, ben: Desk) -> None:
        grant.do(LockPeriods(YEAR, 6, "Q2 is agreed"))
        grant.do(LockPeriods(NEXT_YEAR, 6, "Q2 is agreed"))
        grant.do(PREPARE)
        ben.do(Certify(ONE))
        grant.do(ReopenPeriods(YEAR, "a late invoice", 4))
        grant.do(ReopenPeriods(NEXT_YEAR, "a late invoice"))
        assert shown(grant).certificate.stands

    def test_a_return_that_was_sent_is_reopened_with_a_reason(
        self, grant: Desk, ben: Desk, store: FakeStore
    ) -> None:
        saved = grant.do(SaveReturn(FUND, YEAR, 1, Path("Q1.xlsx"))).result.id
        assert refusal_of(grant, store, ReopenReturn(saved, "why")).code == "not_sent"
        prepare = PrepareCertificate(Certified.RETURN, FUND, YEAR, saved=saved)
        assert refusal_of(grant, store, prepare).code == "not_checked"
        checked(grant, saved)
        grant.do(prepare)
        refusal = refusal_of(grant, store, SubmitReturn(saved))
        assert refusal.code == "waits_for_signature"
        ben.do(Certify(ONE))
        grant.do(SubmitReturn(saved))
        [lock] = [each for each in grant.ask(AllLocks()) if each.kind is LockKind.RETURN]
        assert (lock.what, lock.id) == ("The Q1 return of Locality Fund 2018/19", saved)
        assert refusal_of(grant, store, ReopenReturn(saved, "")).code == "no_reason"
        assert_taken_back_and_done_again(
            grant, store, ReopenReturn(saved, "the commissioner asks for changes")
        )
        assert shown(grant).certificate.state is CertificateState.VOIDED
        assert grant.ask(AllLocks()) == []

    def test_an_earlier_quarter_is_not_reopened_alone(self, grant: Desk, store: FakeStore) -> None:
        for quarter in (1, 2):
            made = grant.do(SaveReturn(FUND, YEAR, quarter, Path(f"Q{quarter}.xlsx"))).result.id
            sent_return(grant, made)
        refusal = refusal_of(grant, store, ReopenReturn(ReturnId(1), "why"))
        assert refusal.code == "later_return"
        assert refusal.advice == "Reopen the Q2 return first."


class TestRoles:
    def test_two_lock_dates(self, grant: Desk, ben: Desk, store: FakeStore) -> None:
        """Locked for all but the finance lead further than for everybody."""
        grant.do(LockPeriods(YEAR, 2, "P2 is agreed"))
        but_lead = LockPeriods(YEAR, 9, "P9 is closing", LockedFor.ALL_BUT_FINANCE_LEAD)
        assert_taken_back_and_done_again(grant, store, but_lead)
        assert len(grant.ask(LockedPeriods())) == 2
        refusal = refusal_of(ben, store, charge(2, to="P-02"))
        assert "are locked for all but the finance lead (by Ann" in refusal.message
        [_, for_others] = grant.ask(AllLocks(YEAR))
        assert "No finance lead is named under People, so nobody is let through" in for_others.blocks
        grant.do(member("ben", MemberRole.FINANCE_LEAD))
        ben.do(charge(2, to="P-02"))
        assert refusal_of(grant, store, charge(2)).code == "period_locked"
        assert "It does not hold ben Lee" in grant.ask(AllLocks(YEAR))[1].blocks
        assert_taken_back_and_done_again(
            ben, store, ReopenPeriods(YEAR, "P9 is open", 5, LockedFor.ALL_BUT_FINANCE_LEAD)
        )

    def test_only_a_lead_or_a_section_151_officer_reopens_once_they_are_named(
        self, grant: Desk, ben: Desk, store: FakeStore
    ) -> None:
        grant.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        grant.do(member("ben", MemberRole.FINANCE_LEAD))
        refusal = refusal_of(grant, store, ReopenPeriods(YEAR, "why"))
        assert refusal.code == "may_not_reopen"
        assert refusal.message == (
            "Ann may not reopen the periods of 2018/19: that is for ben Lee (finance lead)."
        )
        [lock] = grant.ask(AllLocks(YEAR))
        assert lock.may_reopen == "ben Lee (finance lead) may reopen it, with a reason."
        ben.do(ReopenPeriods(YEAR, "why"))

    def test_a_role_counts_on_its_days(self, grant: Desk, ben: Desk, store: FakeStore) -> None:
        grant.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        grant.do(member("cyd", MemberRole.FINANCE_LEAD, valid_to=date(2019, 1, 14)))
        ben.do(ReopenPeriods(YEAR, "nobody leads any more"))
        assert grant.ask(AllLocks(YEAR)) == []

    def test_people_are_named_changed_and_taken_off(self, desk: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(desk, store, member("ben", MemberRole.FINANCE_LEAD))
        lead = Member(" ben ", "  Ben   Fox ", MemberRole.AUDITOR)
        assert_taken_back_and_done_again(desk, store, ChangeMember(1, lead))
        [kept] = desk.ask(People())
        assert kept.value == Member("ben", "Ben Fox", MemberRole.AUDITOR)
        assert_taken_back_and_done_again(desk, store, RemoveMember(1))
        assert desk.ask(People()) == []

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (Member("", "Ben", MemberRole.AUDITOR), "member_login"),
            (Member("ben", " ", MemberRole.AUDITOR), "member_name"),
            (
                Member("ben", "Ben", MemberRole.AUDITOR, date(2019, 2, 1), date(2019, 1, 1)),
                "member_days",
            ),
            (Member("ANN", "Ann again", MemberRole.MANAGER), "member_twice"),
        ],
    )
    def test_who_can_t_be_named(self, desk: Desk, store: FakeStore, given: Member, code: str) -> None:
        desk.do(member("ann", MemberRole.MANAGER))
        assert refusal_of(desk, store, AddMember(given)).code == code


def test_a_certificate_is_printed_with_what_it_says(grant: Desk, ben: Desk, store: FakeStore) -> None:
    writer = FakeCertificateWriter()
    desk = Desk(make_tools(store.open_work, write_certificate=writer))
    grant.do(PREPARE)
    ben.do(Certify(ONE, "Ben Fox", "chief finance officer"))
    out = Path("certificate.docx")
    assert desk.ask(PrintCertificate(ONE, out)) == out
    paper = writer.papers[out]
    assert paper.state_in_words == "Certified."
    assert (
        "Locality Fund: eligible spend up to period 3 (June)",
        "Locality Fund/2018/19/spend@3",
    ) in [figure[:2] for figure in paper.figures]
    grant.do(charge(1, to="P-02"))
    desk.ask(PrintCertificate(ONE, out))
    assert "figures have changed since: P-01, revenue: eligible spend" in writer.papers[out].state_in_words


def test_the_partnership_stands_in_the_statement(grant: Desk, store: FakeStore) -> None:
    from fundingapp.application.commands.grants import SetUpPartnership

    grant.do(SetUpPartnership(Partnership("Charnwood CSP", "Charnwood Borough Council", "Charnwood")))
    grant.do(PREPARE)
    assert "the accounting records of Charnwood CSP" in shown(grant).certificate.statement


def test_a_certificate_without_a_figure_or_a_statement_is_none() -> None:
    from fundingapp.domain.signing import check_prepared
    from tests.contract_values import GRANT_VALUES

    empty = next(
        value
        for kind, value in GRANT_VALUES
        if kind == "certificates" and isinstance(value, Certificate) and not value.statement
    )
    with pytest.raises(ExpectedError) as refusal:
        check_prepared(empty)
    assert refusal.value.code == "no_statement"
