"""Bodies over time: one takes another's place under running grants, and nothing is lost on the way (R8b)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fundingapp.application.commands.grants import AddGrant, RecordPlan
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.parties import (
    AddContact,
    AddParty,
    ChangeContact,
    ChangeParty,
    RemoveContact,
    RemoveParty,
    SucceedParty,
)
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Topic
from fundingapp.application.ports import Tools
from fundingapp.application.queries.handovers import (
    BodyExtract,
    ExtractAnswer,
    SuccessionPreview,
    what_happens,
)
from fundingapp.application.queries.parties import Bodies, Contacts
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.returns import ReturnDraft
from fundingapp.application.queries.why import Why
from fundingapp.application.queries.workspace import GrantDetail, WorkspaceOf
from fundingapp.domain.claims import Claim, ClaimLine, ClaimState, Payment, Repayment
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind, PaymentBasis
from fundingapp.domain.handovers import Measure
from fundingapp.domain.ids import ClaimId, FundId, LineId, PartyId, ProjectId
from fundingapp.domain.matching import parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Contact, ContactRole, Party, PartyForm, PartyKind
from fundingapp.domain.periods import FinancialYear
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import make_download, make_line, make_plan, make_plan_line, money
from tests.fakes import FakeStore, make_tools

YEAR = FinancialYear(2028)
ON = date(2028, 5, 7)
PCC, MAYOR = PartyId(1), PartyId(2)
FUND, P1, P2 = FundId(1), ProjectId(1), ProjectId(2)
NEW_BODY = Party("Mayor of Leicestershire", PartyKind.COMMISSIONER, form=PartyForm.MAYOR)
SUCCEED = SucceedParty(PCC, NEW_BODY, ON, "Transfer Order 2028")


def record_grant(desk: Desk, year: FinancialYear = YEAR, fund: str = "Locality Fund") -> None:
    plan = make_plan(make_plan_line("P-01", "100.00"), make_plan_line("P-02", "200.00"), received="300.00")
    desk.do(RecordPlan(plan, fund, "Leicestershire PCC", year, "plan.csv"))


def spend(
    desk: Desk, *lines: tuple[date | None, int, str], year: FinancialYear = YEAR, first: int = 1
) -> None:
    """Lines of a day, a period and an amount, charged to P-01."""
    made = [
        make_line(f"{year}-{at}", amount, year=year, period=period, posted_on=day)
        for at, (day, period, amount) in enumerate(lines, start=1)
    ]
    desk.do(ImportLedger(make_download(made, f"{year.start}.csv")))
    ids = tuple(LineId(first + at) for at in range(len(made)))
    desk.do(ChargeLines(ids, parse_target("P-01"), "grant spend"))


def body(store: FakeStore, id: int) -> Party:
    party: Party = store.open_work(reading=True).parties.get(id).value
    return party


@pytest.fixture
def granted(desk: Desk) -> Desk:
    record_grant(desk)
    return desk


class TestBodies:
    def test_a_body_is_added_changed_and_removed_and_each_is_taken_back(
        self, desk: Desk, store: FakeStore
    ) -> None:
        council = Party("  Charnwood   Borough Council ", PartyKind.ACCOUNTABLE_BODY, form=PartyForm.COUNCIL)
        made = desk.do(AddParty(council)).result
        kept = body(store, made)
        assert kept.name == "Charnwood Borough Council"
        change = ChangeParty(made, kept, replace(kept, aliases=("CBC", " CBC ", "")))
        assert_taken_back_and_done_again(desk, store, change)
        assert body(store, made).aliases == ("CBC",)
        assert_taken_back_and_done_again(desk, store, RemoveParty(made))

    @pytest.mark.parametrize("name", ["leicestershire  pcc", "The OPCC"])
    def test_two_bodies_never_have_one_name(self, granted: Desk, store: FakeStore, name: str) -> None:
        kept = body(store, PCC)
        granted.do(ChangeParty(PCC, kept, replace(kept, aliases=("the opcc",))))
        refused = refusal_of(granted, store, AddParty(Party(name, PartyKind.FUNDER)))
        assert (
            refused.message
            == f"“{name.replace('  ', ' ')}” is a name of Leicestershire PCC in this file already."
        )

    def test_a_nameless_body_and_reversed_days_are_refused(self, desk: Desk, store: FakeStore) -> None:
        assert refusal_of(desk, store, AddParty(Party(" ", PartyKind.FUNDER))).code == "no_name"
        odd = Party("Fund", PartyKind.FUNDER, date(2028, 5, 7), date(2028, 5, 6))
        assert refusal_of(desk, store, AddParty(odd)).message == (
            "Fund would end on 6 May 2028, before it begins on 7 May 2028."
        )

    def test_what_rests_on_a_body_keeps_it_there_and_is_named(self, granted: Desk, store: FakeStore) -> None:
        granted.do(AddContact(Contact("A. Grant", ContactRole.GRANT_OFFICER, PCC)))
        assert refusal_of(granted, store, RemoveParty(PCC)).message == (
            "Leicestershire PCC can't be removed: these rest on it: fund Locality Fund, contact A. Grant."
        )

    def test_the_list_says_who_follows_whom_and_what_rests_on_each(self, granted: Desk) -> None:
        granted.do(SUCCEED)
        [pcc, mayor] = granted.ask(Bodies())
        assert (pcc.followed_by, pcc.follows, pcc.funds) == (NEW_BODY.name, (), ("Locality Fund",))
        assert (mayor.followed_by, mayor.follows, mayor.funds) == (
            "",
            ("Leicestershire PCC",),
            ("Locality Fund",),
        )


class TestSuccession:
    def test_the_old_body_ends_the_day_before_and_the_new_one_begins(
        self, granted: Desk, store: FakeStore
    ) -> None:
        effect = granted.do(SUCCEED)
        assert effect.result.successor == MAYOR
        assert effect.result.locked == ""
        assert effect.changed & (Topic.GRANTS | Topic.SETUP) == Topic.GRANTS | Topic.SETUP
        assert (body(store, PCC).valid_to, body(store, PCC).succeeded_by) == (date(2028, 5, 6), MAYOR)
        assert body(store, MAYOR).valid_from == ON
        newest = store.open_work(reading=True).journal.lines()[0]
        assert newest.after["paper"] == "Transfer Order 2028"
        assert newest.after["on"] == "2028-05-07"

    def test_it_is_taken_back_and_done_again(self, granted: Desk, store: FakeStore) -> None:
        assert_taken_back_and_done_again(granted, store, SUCCEED)

    def test_a_body_that_is_there_can_follow(self, granted: Desk, store: FakeStore) -> None:
        made = granted.do(AddParty(NEW_BODY)).result
        assert_taken_back_and_done_again(granted, store, replace(SUCCEED, successor=made))
        assert body(store, made).valid_from == ON

    def test_a_body_with_funds_of_its_own_keeps_the_day_on_which_it_began(
        self, granted: Desk, store: FakeStore
    ) -> None:
        granted.do(AddGrant("Transport", NEW_BODY.name, YEAR, ((Kind.REVENUE, money("1.00")),)))
        granted.do(replace(SUCCEED, successor=MAYOR))
        assert body(store, MAYOR).valid_from is None

    def test_a_second_succession_follows_the_first(self, granted: Desk) -> None:
        granted.do(SUCCEED)
        later = SucceedParty(MAYOR, Party("Board", PartyKind.COMMISSIONER), date(2030, 4, 1), "Order 2")
        granted.do(later)
        record_grant(granted, FinancialYear(2029))
        record_grant(granted, FinancialYear(2030))
        names = {str(grant.year): grant.commissioner for grant in granted.ask(WorkspaceOf()).grants}
        assert names == {
            "2028/29": "Leicestershire PCC to 6 May 2028, Mayor of Leicestershire from 7 May 2028",
            "2029/30": "Mayor of Leicestershire",
            "2030/31": "Board",
        }

    def test_a_new_year_may_be_given_by_the_body_that_followed(self, granted: Desk) -> None:
        granted.do(SUCCEED)
        amounts = ((Kind.REVENUE, money("400.00")),)
        fund = granted.do(AddGrant("Locality Fund", NEW_BODY.name, YEAR.next, amounts)).result
        assert fund == FUND
        detail = granted.ask(GrantDetail(FUND, YEAR.next))
        assert detail.commissioner_in_words == NEW_BODY.name

    def test_a_locked_period_stays_locked_and_is_named(self, granted: Desk) -> None:
        granted.do(LockPeriods(YEAR, 2, "return sent"))
        preview = granted.ask(SuccessionPreview(PCC, NEW_BODY, ON))
        assert preview.locked.startswith("Periods 1 to 2 (May) of 2028/29 are locked")
        assert granted.do(SUCCEED).result.locked == preview.locked

    def test_the_preview_says_what_will_happen_and_changes_nothing(
        self, granted: Desk, store: FakeStore
    ) -> None:
        spend(granted, (date(2028, 4, 20), 1, "30.00"), (date(2028, 5, 20), 2, "12.00"))
        length = len(store.open_work(reading=True).journal.lines())
        preview = granted.ask(SuccessionPreview(PCC, NEW_BODY, ON))
        [handover] = preview.handovers
        assert dict(handover.amounts)[Measure.SPENT] == money("30.00")
        assert dict(handover.amounts)[Measure.AWARDED] == money("300.00")
        assert preview.quarter == "quarter 1 of 2028/29"
        assert "The return of quarter 1 of 2028/29 names both, each with its days." in what_happens(preview)
        assert len(store.open_work(reading=True).journal.lines()) == length

    @pytest.mark.parametrize(
        ("change", "command", "code", "sentence"),
        [
            ({}, replace(SUCCEED, paper=" "), "no_paper", "A succession needs the paper that it rests on."),
            (
                {},
                replace(SUCCEED, successor=PCC),
                "succeeds_itself",
                "Leicestershire PCC can't succeed itself.",
            ),
            (
                {"valid_from": date(2028, 5, 7)},
                SUCCEED,
                "before_it_began",
                "Leicestershire PCC began on 7 May 2028: it can't be succeeded on 7 May 2028.",
            ),
            (
                {"valid_to": date(2028, 5, 8)},
                SUCCEED,
                "ended_otherwise",
                "Leicestershire PCC ended on 8 May 2028: whoever follows begins on 9 May 2028, not on 7 May 2028.",
            ),
            (
                {},
                replace(SUCCEED, successor=replace(NEW_BODY, name="leicestershire pcc")),
                "name_taken",
                "“leicestershire pcc” is a name of Leicestershire PCC in this file already.",
            ),
            (
                {},
                replace(SUCCEED, successor=replace(NEW_BODY, valid_from=date(2028, 6, 1))),
                "not_yet_there",
                "Mayor of Leicestershire begins on 1 June 2028: it can't take over on 7 May 2028.",
            ),
            (
                {},
                replace(
                    SUCCEED,
                    successor=replace(NEW_BODY, valid_from=date(2024, 5, 7), valid_to=date(2028, 5, 1)),
                ),
                "gone_already",
                "Mayor of Leicestershire ended on 1 May 2028: it can't take over on 7 May 2028.",
            ),
        ],
    )
    def test_what_can_not_be_is_refused_by_name(
        self,
        granted: Desk,
        store: FakeStore,
        change: dict[str, Any],
        command: SucceedParty,
        code: str,
        sentence: str,
    ) -> None:
        kept = body(store, PCC)
        if change:
            granted.do(ChangeParty(PCC, kept, replace(kept, **change)))
        refused = refusal_of(granted, store, command)
        assert (refused.code, refused.message) == (code, sentence)

    def test_a_body_is_succeeded_once_and_never_by_one_that_it_followed(
        self, granted: Desk, store: FakeStore
    ) -> None:
        granted.do(SUCCEED)
        board = replace(SUCCEED, successor=Party("Board", PartyKind.COMMISSIONER))
        assert refusal_of(granted, store, board).message == (
            "Leicestershire PCC was succeeded by Mayor of Leicestershire on 7 May 2028 already."
        )
        back = SucceedParty(MAYOR, PCC, date(2029, 5, 7), "Order")
        assert refusal_of(granted, store, back).message == (
            "Mayor of Leicestershire took the place of Leicestershire PCC, "
            "so Leicestershire PCC can't follow it."
        )

    def test_the_day_of_a_succession_is_not_changed_at_one_end_only(
        self, granted: Desk, store: FakeStore
    ) -> None:
        granted.do(SUCCEED)
        old, new = body(store, PCC), body(store, MAYOR)
        assert refusal_of(granted, store, ChangeParty(PCC, old, replace(old, valid_to=None))).message == (
            "Leicestershire PCC ends where Mayor of Leicestershire takes its place: that can't be changed here."
        )
        late = replace(new, valid_from=date(2028, 6, 1))
        assert refusal_of(granted, store, ChangeParty(MAYOR, new, late)).code == "gap"
        granted.do(ChangeParty(PCC, old, replace(old, address="County Hall")))


class TestReturns:
    def test_the_return_of_the_quarter_names_both_with_their_days_and_parts(self, granted: Desk) -> None:
        spend(
            granted,
            (date(2028, 4, 30), 1, "10.00"),
            (date(2028, 5, 6), 2, "20.00"),
            (date(2028, 5, 7), 2, "40.00"),
            (None, 3, "5.00"),
        )
        granted.do(SUCCEED)
        document = granted.ask(ReturnDraft(FUND, YEAR, 1)).document
        assert document.commissioner == (
            "Leicestershire PCC to 6 May 2028, Mayor of Leicestershire from 7 May 2028"
        )
        assert [(part.name, part.days, part.spent) for part in document.commissioners] == [
            ("Leicestershire PCC", "1 April 2028 to 6 May 2028", money("30.00")),
            ("Mayor of Leicestershire", "7 May 2028 to 30 June 2028", money("45.00")),
        ]
        assert Money.total(
            part.spent for part in document.commissioners
        ) == document.position.spent_in_quarter(1)

    def test_other_quarters_name_one_and_split_nothing(self, granted: Desk) -> None:
        record_grant(granted, YEAR.previous)
        granted.do(SUCCEED)
        before = granted.ask(ReturnDraft(FUND, YEAR.previous, 4)).document
        after = granted.ask(ReturnDraft(FUND, YEAR, 2)).document
        assert (before.commissioner, before.commissioners) == ("Leicestershire PCC", ())
        assert (after.commissioner, after.commissioners) == ("Mayor of Leicestershire", ())

    def test_a_line_of_the_quarter_posted_outside_it_is_told_apart(self, granted: Desk) -> None:
        spend(granted, (date(2028, 5, 2), 4, "10.00"), (date(2028, 7, 2), 4, "20.00"))
        granted.do(SUCCEED)
        parts = granted.ask(ReturnDraft(FUND, YEAR, 2)).document.commissioners
        assert [(part.days, part.spent) for part in parts] == [
            ("posted before the quarter", money("10.00")),
            ("1 July 2028 to 30 September 2028", money("20.00")),
        ]


def claim_of(number: int, state: ClaimState, on: date, approved: date | None = None) -> Claim:
    return Claim(FUND, YEAR, number, 1, 3, PaymentBasis.ARREARS, state, submitted_on=on, approved_on=approved)


def line_of(claim: int, amount: str, disallowed: str = "0.00") -> ClaimLine:
    nought = Money.ZERO
    return ClaimLine(
        ClaimId(claim),
        P1,
        Kind.REVENUE,
        money(amount),
        money(amount),
        nought,
        money(amount),
        money(disallowed),
    )


CASH = AddRecords(
    (
        Record("claims", 1, claim_of(1, ClaimState.PAID, date(2028, 4, 20), date(2028, 5, 2))),
        Record("claims", 2, claim_of(2, ClaimState.APPROVED, date(2028, 5, 6), date(2028, 5, 7))),
        Record("claims", 3, claim_of(3, ClaimState.DRAFT, date(2028, 5, 8))),
        Record("claim_lines", 1, line_of(1, "30.00", "2.00")),
        Record("claim_lines", 2, line_of(2, "40.00")),
        Record("claim_lines", 3, line_of(3, "9.00")),
        Record("payments", 1, Payment(FUND, YEAR, date(2028, 5, 5), money("28.00"), "BACS 1")),
        Record("payments", 2, Payment(FUND, YEAR, date(2028, 5, 30), money("40.00"), "BACS 2")),
        Record("repayments", 1, Repayment(FUND, YEAR, date(2028, 6, 1), money("3.00"), "INV 9")),
    ),
    "put claims in",
)


class TestHandover:
    """R8b."""

    @pytest.fixture
    def handed_over(self, granted: Desk) -> Desk:
        spend(granted, (date(2028, 4, 20), 1, "30.00"), (date(2028, 5, 20), 2, "12.00"))
        granted.do(CASH)
        granted.do(SUCCEED)
        return granted

    def test_it_is_stated_for_every_measure_once_the_commissioner_changed(self, handed_over: Desk) -> None:
        identities = {
            each.id: each
            for each in handed_over.ask(PositionOf(FUND, YEAR)).identities
            if each.id.startswith("R8b")
        }
        parts = {id: [str(part.amount) for part in each.right] for id, each in identities.items()}
        assert parts == {
            "R8b": ["300.00", "0.00"],
            "R8b/C": ["70.00", "0.00"],
            "R8b/A": ["28.00", "40.00"],
            "R8b/P": ["28.00", "40.00"],
            "R8b/R": ["0.00", "3.00"],
            "R8b/S": ["30.00", "12.00"],
        }
        assert all(each.holds for each in identities.values())

    def test_a_grant_with_one_commissioner_has_no_such_identity(self, granted: Desk) -> None:
        assert not [
            each for each in granted.ask(PositionOf(FUND, YEAR)).identities if each.id.startswith("R8b")
        ]

    def test_every_figure_of_it_is_explained(self, handed_over: Desk) -> None:
        for identity in handed_over.ask(PositionOf(FUND, YEAR)).identities:
            if not identity.id.startswith("R8b"):
                continue
            whole = handed_over.ask(Why(identity.left_figure))
            assert whole.value == identity.left == Money.total(term.amount for term in whole.terms)
            for part in identity.right:
                found = handed_over.ask(Why(part.figure))
                assert found.value == part.amount == Money.total(term.amount for term in found.terms)

    def extracts(self, desk: Desk) -> tuple[ExtractAnswer, ExtractAnswer]:
        return desk.ask(BodyExtract(PCC)), desk.ask(BodyExtract(MAYOR))

    def test_what_the_old_body_closes_with_the_new_one_opens_with(self, handed_over: Desk) -> None:
        old, new = self.extracts(handed_over)
        closes = [row[1:6] + row[7:9] for row in old.rows if row.section == "Closing balance"]
        opens = [row[1:6] + row[7:9] for row in new.rows if row.section == "Opening balance"]
        assert closes == opens
        assert closes
        assert old.closing == new.opening
        assert ("approved and not yet paid", money("0.00")) in [(row[-2], row[-1]) for row in closes]

    def test_every_record_and_line_is_in_exactly_one_extract(self, handed_over: Desk) -> None:
        old, new = self.extracts(handed_over)
        sections = [(row.section, row.amount) for row in (*old.rows, *new.rows) if row.happening is not None]
        assert sorted(sections, key=str) == sorted(
            [
                ("Award", money("100.00")),
                ("Award", money("200.00")),
                ("Claim", money("30.00")),
                ("Claim", money("40.00")),
                ("Approval", money("28.00")),
                ("Approval", money("40.00")),
                ("Payment received", money("28.00")),
                ("Payment received", money("40.00")),
                ("Repayment", money("3.00")),
                ("Ledger line", money("30.00")),
                ("Ledger line", money("12.00")),
            ],
            key=str,
        )

    def test_the_extracts_agree_with_the_identity(self, handed_over: Desk) -> None:
        identities = {each.id: each for each in handed_over.ask(PositionOf(FUND, YEAR)).identities}
        for at, extract in enumerate(self.extracts(handed_over)):
            for measure in Measure:
                id = "R8b" if measure is Measure.AWARDED else f"R8b/{measure.value[0].upper()}"
                own = Money.total(
                    row.happening.amount
                    for row in extract.rows
                    if row.happening is not None and row.happening.measure is measure
                )
                assert own == identities[id].right[at].amount

    def test_a_body_without_a_fund_has_an_empty_extract(self, granted: Desk) -> None:
        other = granted.do(AddParty(Party("Charity", PartyKind.PARTNER))).result
        assert granted.ask(BodyExtract(other)).rows == ()


DAYS = st.dates(date(2028, 3, 20), date(2028, 7, 20))
LINES = st.lists(
    st.tuples(st.none() | DAYS, st.integers(1, 3), st.integers(-999_999, 999_999)), min_size=1, max_size=12
)


@given(lines=LINES, on=st.dates(date(2028, 4, 2), date(2028, 6, 30)))
def test_the_parts_of_a_quarter_add_up_to_it_whatever_day_the_commissioner_changes(
    lines: list[tuple[date | None, int, int]], on: date
) -> None:
    store = FakeStore()
    tools: Tools = make_tools(store.open_work)
    desk = Desk(tools)
    record_grant(desk)
    spend(desk, *((day, period, str(Money(pence))) for day, period, pence in lines))
    desk.do(replace(SUCCEED, on=on))
    document = desk.ask(ReturnDraft(FUND, YEAR, 1)).document
    assert Money.total(part.spent for part in document.commissioners) == document.position.spent_in_quarter(1)
    last = date(2028, 4, 30), date(2028, 5, 31), date(2028, 6, 30)
    before = sum(pence for day, period, pence in lines if (day or last[period - 1]) < on)
    assert document.commissioners[0].spent == Money(before)
    assert all(each.holds for each in desk.ask(PositionOf(FUND, YEAR)).identities)


class TestContacts:
    def test_a_contact_speaks_for_a_body_a_project_or_the_partnership(
        self, granted: Desk, store: FakeStore
    ) -> None:
        for contact in (
            Contact("A. Grant", ContactRole.GRANT_OFFICER, PCC),
            Contact("B. Lead", ContactRole.PROJECT_LEAD, project=P1),
            Contact("C. Chair", ContactRole.CHAIR, is_deputy=True),
        ):
            assert_taken_back_and_done_again(granted, store, AddContact(contact))
        found = {each.kept.value.name: each.speaks_for for each in granted.ask(Contacts())}
        assert found == {
            "A. Grant": "Leicestershire PCC",
            "B. Lead": "P-01 Project P-01",
            "C. Chair": "the partnership",
        }
        assert [kept.value.name for kept in granted.ask(GrantDetail(FUND, YEAR)).contacts] == ["A. Grant"]

    def test_it_is_changed_and_removed(self, granted: Desk, store: FakeStore) -> None:
        contact = Contact("A. Grant", ContactRole.GRANT_OFFICER, PCC)
        id = granted.do(AddContact(contact)).result
        change = ChangeContact(id, contact, replace(contact, phone=" 0116 "))
        assert_taken_back_and_done_again(granted, store, change)
        assert_taken_back_and_done_again(granted, store, RemoveContact(id))

    @pytest.mark.parametrize(
        ("contact", "code"),
        [
            (Contact("", ContactRole.CHAIR), "no_name"),
            (Contact("A", ContactRole.CHAIR, PCC, P1), "two_bodies"),
            (
                Contact("A", ContactRole.CHAIR, valid_from=ON, valid_to=ON - timedelta(days=1)),
                "days_reversed",
            ),
        ],
    )
    def test_what_can_not_be_is_refused(
        self, granted: Desk, store: FakeStore, contact: Contact, code: str
    ) -> None:
        assert refusal_of(granted, store, AddContact(contact)).code == code


def test_an_extract_is_written_with_what_it_is_and_every_row(
    granted: Desk, tools: Tools, tmp_path: Path
) -> None:
    granted.do(SUCCEED)
    answer = granted.ask(BodyExtract(PCC, tmp_path / "pcc.xlsx"))
    assert [name for name, _ in answer.spells] == ["Locality Fund"]
    with pytest.raises(ExpectedError, match="There is no"):
        granted.ask(BodyExtract(PartyId(99)))
