"""Several funders of one project: match in cash and in kind, part-funded posts, rates (R15, R16)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.grants import AddGrant, AddProject
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.match_funding import (
    AddMatch,
    ChangeMatch,
    KeepPost,
    Payer,
    RemoveMatch,
    RemovePost,
)
from fundingapp.application.commands.matching import ChargeLine, ChargePart
from fundingapp.application.commands.records import ChangeRecord
from fundingapp.application.desk import Desk
from fundingapp.application.queries.explanations import Explanation
from fundingapp.application.queries.funding import (
    FundingAnswer,
    FundingOf,
    match_rows,
    project_funding,
)
from fundingapp.application.queries.positions import PositionOf, position_of
from fundingapp.application.queries.why import Why
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind, Project
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import FundId, LineId, PartyId, PostId, ProjectId
from fundingapp.domain.match_funding import (
    MatchFunding,
    MatchRow,
    Post,
    PostShare,
    SourceType,
    match_percent,
)
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import make_download, make_line, money
from tests.fakes import FakeStore

#: Coventry's service began in April 2021 (the board's papers of September 2023).
YEAR = FinancialYear(2021)
DA, NIGHT = ProjectId(1), ProjectId(2)
COVID, POLICE = FundId(1), FundId(2)


def match(source: str = "Domestic Abuse Consortium", planned: str = "0.00", **fields: Any) -> MatchFunding:
    return MatchFunding(DA, YEAR, source, money(planned), **fields)


def workers(**fields: Any) -> Post:
    given = {
        "title": "Consortium worker",
        "fte": Decimal(3),
        "months": 12,
        "cost": money("105,000.00"),
        **fields,
    }
    return Post(DA, YEAR, **given)


@pytest.fixture
def coventry(desk: Desk) -> Desk:
    """A domestic abuse service on COVID money plus police match, three full-time staff, just under £150,000 a year
    (domain paper, fact 105): £90,000.00 and £59,900.00 of budget, £74,950.00 spent by the half-year."""
    desk.do(AddGrant("COVID fund", "Coventry City Council", YEAR, ((Kind.REVENUE, money("95,000.00")),)))
    desk.do(AddGrant("Police match", "West Midlands Police", YEAR, ((Kind.REVENUE, money("59,900.00")),)))
    service = Project("DA-01", "Early intervention for survivors")
    desk.do(AddProject(service, COVID, YEAR, Kind.REVENUE, money("90,000.00")))
    desk.do(AddProject(service, POLICE, YEAR, Kind.REVENUE, money("59,900.00")))
    desk.do(AddProject(Project("NT-01", "Night marshals"), COVID, YEAR, Kind.REVENUE, money("5,000.00")))
    lines = (
        make_line("T1", "74,950.00", year=YEAR, period=6),
        make_line("T2", "1,000.00", year=YEAR, period=6),
    )
    desk.do(ImportLedger(make_download(lines)))
    parts = tuple(
        ChargePart(money(amount), Disposition.PROJECT, BudgetHead(DA, fund, Kind.REVENUE))
        for amount, fund in (("45,000.00", COVID), ("29,950.00", POLICE))
    )
    desk.do(ChargeLine(LineId(1), parts, "60:40 as agreed"))
    night = ChargePart(money("1,000.00"), Disposition.PROJECT, BudgetHead(NIGHT, COVID, Kind.REVENUE))
    desk.do(ChargeLine(LineId(2), (night,), "marshals"))
    return desk


def values(store: FakeStore, kind: str) -> list[Any]:
    return [kept.value for kept in getattr(store.open_work(reading=True), kind).all()]


def identity(desk: Desk, id: str, fund: FundId = COVID) -> Identity:
    [found] = [each for each in desk.ask(PositionOf(fund, YEAR)).identities if each.id == id]
    return found


class TestCoventry:
    def test_what_two_funds_pay_is_the_spend_of_the_project(self, coventry: Desk) -> None:
        [service, _] = coventry.ask(FundingOf(YEAR)).projects
        assert (service.budget, service.spend) == (money("149,900.00"), money("74,950.00"))
        assert [(part.name, part.funded) for part in service.funds] == [
            ("COVID fund", money("45,000.00")),
            ("Police match", money("29,950.00")),
        ]
        r15 = identity(coventry, "R15")
        assert r15.holds
        assert [(part.name, str(part.amount)) for part in r15.right] == [
            ("Paid by COVID fund", "46,000.00"),
            ("Paid by Police match", "29,950.00"),
            ("Ineligible, paid by the host", "0.00"),
            ("Match cash", "0.00"),
        ]
        assert identity(coventry, "R15", POLICE).left == money("74,950.00")

    def test_the_staff_are_paid_by_both_and_never_more_than_once(
        self, coventry: Desk, store: FakeStore
    ) -> None:
        paid = KeepPost(workers(), (Payer(Decimal(60), COVID), Payer(Decimal(40), POLICE)))
        assert_taken_back_and_done_again(coventry, store, paid)
        r16 = identity(coventry, "R16")
        assert (r16.holds, r16.left, r16.note) == (
            True,
            money("105,000.00"),
            "1 post, no fund pays above its agreed rate",
        )
        assert [(part.name, str(part.amount)) for part in r16.right] == [
            ("Paid by COVID fund", "63,000.00"),
            ("Paid by Police match", "42,000.00"),
            ("Paid by nobody yet", "0.00"),
        ]
        more = replace(paid, payers=(*paid.payers, Payer(Decimal(5), source="The council")), id=PostId(1))
        refused = refusal_of(coventry, store, more)
        assert refused.message == (
            "The parts of “Consortium worker” add up to 105%: COVID fund 60%, Police match 40%, The council 5%."
        )

    def test_the_police_are_match_for_the_covid_fund(self, coventry: Desk, store: FakeStore) -> None:
        with store.open_work(reading=True) as work:
            funding = project_funding(work, position_of(work, COVID, YEAR, None))
        achieved = match_percent(COVID, funding[:1])
        assert (achieved.match, achieved.cost) == (money("29,950.00"), money("74,950.00"))
        assert achieved.percent == Decimal("40.0")
        assert not achieved.at_least(Decimal(40))  # 39.96 %
        assert match_percent(COVID, funding).cost == money("75,950.00")

    def test_in_kind_stands_beside_and_cash_inside(self, coventry: Desk) -> None:
        coventry.do(
            AddMatch(match("Police station rooms", "12,000.00", is_in_kind=True, spent=money("6,000.00")))
        )
        coventry.do(
            AddMatch(match("Comic Relief", "50.00", type=SourceType.THIRD_SECTOR, spent=money("50.00")))
        )
        r15 = identity(coventry, "R15")
        assert r15.holds
        assert r15.left == money("76,000.00")
        assert r15.note == "£6,000.00 in kind stands beside, never inside"

    def test_a_rate_above_what_was_agreed_is_said_in_words(self, coventry: Desk, store: FakeStore) -> None:
        with store.open_work(reading=True) as work:
            award = next(kept for kept in work.awards.all() if kept.value.fund == COVID)
        after = replace(award.value, intervention_percent=Decimal(50))
        coventry.do(ChangeRecord("awards", award.id, award.value, after, "agree a rate"))
        [service, _] = coventry.ask(FundingOf(YEAR)).projects
        rate = service.rate(COVID)
        assert rate is not None
        assert (rate.in_words, rate.above) == ("60% against 50% agreed", money("7,525.00"))
        assert identity(coventry, "R16").note.endswith("DA-01 COVID fund 60% against 50% agreed")
        coventry.do(AddMatch(match("The council", "20,000.00", spent=money("15,050.00"))))
        [service, _] = coventry.ask(FundingOf(YEAR)).projects
        rate = service.rate(COVID)
        assert rate is not None
        assert (rate.in_words, rate.is_above) == ("50% against 50% agreed", False)

    def test_what_is_ineligible_the_host_pays(self, coventry: Desk) -> None:
        ineligible = Adjustment(
            AdjustmentType.INELIGIBLE, DA, COVID, Kind.REVENUE, YEAR, 6, money("-1,000.00"), "alcohol"
        )
        coventry.do(AddAdjustment(ineligible, ("minute 4",)))
        r15 = identity(coventry, "R15")
        assert r15.holds
        assert [str(part.amount) for part in r15.right] == ["45,000.00", "29,950.00", "1,000.00", "0.00"]


class TestMatchCommands:
    def test_match_is_added_changed_removed_and_taken_back(self, coventry: Desk, store: FakeStore) -> None:
        added = match("  The   council ", "500.00", note=" letter ")
        assert_taken_back_and_done_again(coventry, store, AddMatch(added))
        changed = replace(added, is_secured=True, received=money("250.00"))
        assert_taken_back_and_done_again(coventry, store, ChangeMatch(1, changed))
        assert values(store, "match_funding") == [replace(changed, source="The council", note="letter")]
        assert_taken_back_and_done_again(coventry, store, RemoveMatch(1))
        assert values(store, "match_funding") == []

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (match(" ", "5.00"), "no_source"),
            (match("", "5.00", party=PartyId(99)), "not_found"),
            (match(planned="-5.00"), "match_amount"),
            (match(), "match_amount"),
            (replace(match(planned="5.00"), project=ProjectId(99)), "not_found"),
        ],
    )
    def test_what_can_not_be_is_refused(
        self, coventry: Desk, store: FakeStore, given: MatchFunding, code: str
    ) -> None:
        assert refusal_of(coventry, store, AddMatch(given)).code == code
        coventry.do(AddMatch(match(planned="1.00")))
        assert refusal_of(coventry, store, ChangeMatch(1, given)).code == code

    def test_a_body_gives_its_name(self, coventry: Desk, store: FakeStore) -> None:
        coventry.do(AddMatch(match("", "10.00", party=PartyId(2), is_secured=True, received=money("4.00"))))
        assert coventry.undo_name == "add match in cash of West Midlands Police for DA-01"
        with store.open_work(reading=True) as work:
            rows = match_rows(work, position_of(work, COVID, YEAR, None))
        assert rows == (
            MatchRow(
                "DA-01",
                "Early intervention for survivors",
                "West Midlands Police",
                "public",
                True,
                False,
                money("10.00"),
                money("4.00"),
                money("0.00"),
            ),
        )


class TestPostCommands:
    def test_a_post_is_changed_and_removed_with_who_pays(self, coventry: Desk, store: FakeStore) -> None:
        coventry.do(KeepPost(workers(), (Payer(Decimal(60), COVID),)))
        other = KeepPost(
            workers(title="Worker", months=6), (Payer(Decimal("33.33"), source=" Comic Relief "),), PostId(1)
        )
        assert_taken_back_and_done_again(coventry, store, other)
        assert values(store, "posts") == [workers(title="Worker", months=6)]
        assert values(store, "post_shares") == [PostShare(PostId(1), Decimal("33.33"), None, "Comic Relief")]
        only_payers = replace(other, payers=())
        assert_taken_back_and_done_again(coventry, store, only_payers)
        assert values(store, "post_shares") == []
        coventry.do(other)
        assert_taken_back_and_done_again(coventry, store, RemovePost(PostId(1)))
        assert values(store, "posts") == values(store, "post_shares") == []

    def test_a_post_of_no_project_or_months_is_refused(self, coventry: Desk, store: FakeStore) -> None:
        assert (
            refusal_of(coventry, store, KeepPost(replace(workers(), project=ProjectId(9)), ())).code
            == "not_found"
        )
        assert refusal_of(coventry, store, KeepPost(workers(months=13), ())).code == "post_months"
        assert (
            refusal_of(coventry, store, KeepPost(workers(), (Payer(Decimal(5), FundId(9)),))).code
            == "not_found"
        )


class TestWhy:
    def why(self, desk: Desk, figure: str) -> Explanation:
        found = desk.ask(Why(figure))
        if found.terms:
            assert Money.total(term.amount for term in found.terms) == found.value, figure
        for term in found.terms:
            if term.figure:
                assert abs(self.why(desk, term.figure).value) == abs(term.amount), term
        return found

    def test_every_part_of_r15_and_r16_answers_down_to_the_ledger(self, coventry: Desk) -> None:
        coventry.do(AddMatch(match("The council", "50.00", spent=money("50.00"), note="letter of June")))
        coventry.do(AddMatch(match("Rooms", "5.00", spent=money("5.00"), is_in_kind=True)))
        coventry.do(
            KeepPost(workers(), (Payer(Decimal(60), COVID), Payer(Decimal("33.33"), source="Police")))
        )
        for fund in (COVID, POLICE):
            for id in ("R15", "R16"):
                stated = identity(coventry, id, fund)
                assert stated.holds
                assert self.why(coventry, stated.left_figure).value == stated.left
                for part in stated.right:
                    assert self.why(coventry, part.figure).value == part.amount, part
        cost = self.why(coventry, f"DA-01/{YEAR}/cost")
        assert [(term.name, str(term.amount)) for term in cost.terms] == [
            ("COVID fund, revenue", "45,000.00"),
            ("Police match, revenue", "29,950.00"),
            ("Match cash", "50.00"),
        ]
        [cash] = self.why(coventry, f"DA-01/{YEAR}/match cash").terms
        assert cash.name == "The council: letter of June"
        assert self.why(coventry, f"COVID fund/{YEAR}/in kind").value == money("5.00")
        assert self.why(coventry, f"all grants/{YEAR}/cost").value == money("76,000.00")
        nobody = self.why(coventry, f"DA-01/{YEAR}/posts/nobody yet")
        assert nobody.value == money("7,003.50")

    def test_a_project_without_money_in_the_year_is_said(self, coventry: Desk) -> None:
        with pytest.raises(ExpectedError, match="There is no funding in 2030/31 for"):
            coventry.ask(Why("DA-01/2030/31/cost"))


class TestAnswers:
    def test_one_grant_shows_its_projects_with_all_who_pay(self, coventry: Desk) -> None:
        coventry.do(AddMatch(replace(match("Consortium", "5.00"), project=NIGHT)))
        answer: FundingAnswer = coventry.ask(FundingOf(YEAR, POLICE))
        assert [project.ref for project in answer.projects] == ["DA-01"]
        assert [part.name for part in answer.projects[0].funds] == ["Police match", "COVID fund"]
        assert answer.match == ()
        both = coventry.ask(FundingOf(YEAR))
        assert [project.ref for project in both.projects] == ["DA-01", "NT-01"]
        assert [both.source_of(kept.value) for kept in both.match] == ["Consortium"]
        assert both.funds == ((COVID, "COVID fund"), (POLICE, "Police match"))

    def test_a_project_that_only_others_pay_for_is_shown_all_the_same(self, coventry: Desk) -> None:
        """Domain paper, facts 89 to 91: nil-funded activity, mostly from partners' own resources."""
        later = YEAR.next
        coventry.do(AddMatch(replace(match("Comic Relief", "5.00", is_in_kind=True), year=later)))
        [project] = coventry.ask(FundingOf(later)).projects
        assert (project.ref, project.funds, project.spend) == ("DA-01", (), Money.ZERO)
