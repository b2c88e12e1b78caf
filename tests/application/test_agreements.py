"""Agreements as they are recorded, amended and reprofiled; funds and their kinds; figures across grants and years."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from fundingapp.application.commands.agreements import (
    AddAgreement,
    ChangeAgreement,
    ChangeTerms,
    DescribeFund,
    RemoveAgreement,
    Reprofile,
)
from fundingapp.application.commands.grants import AddGrant, AddProject, RecordPlan
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.desk import Desk
from fundingapp.application.queries.agreements import AgreementsOf, GrantsOfYear, TrendOf, YearsOfFund
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.why import Why
from fundingapp.domain.agreements import USUAL_TERMS, Agreement, Split, share_evenly
from fundingapp.domain.evidence import Support
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import AgreementId, EvidenceId, FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from tests.application.proofs import assert_taken_back_and_done_again, refusal_of
from tests.builders_core import NEXT_YEAR, YEAR, day, make_plan, make_plan_line, money, set_up_grant
from tests.fakes import FakeStore

FUND = FundId(1)
YEARS = (FinancialYear(2017), YEAR, NEXT_YEAR)
AGREEMENT = Agreement(FUND, "Transformation Fund", YEARS[0], YEARS[-1], "VAWG/17", day("2017-07-14"))
WHOLE = money("500,000")
SPLIT = Split(Kind.REVENUE, WHOLE, share_evenly(WHOLE, YEARS))


@pytest.fixture
def agreement(desk: Desk) -> AgreementId:
    """Wolverhampton's three years, confirmed in July 2017."""
    set_up_grant(desk)
    return desk.do(AddAgreement(AGREEMENT, (SPLIT,))).result


def row(desk: Desk) -> Split:
    answer = desk.ask(AgreementsOf(FUND, YEAR))
    assert answer.in_force is not None
    return answer.in_force.splits[0]


class TestRecording:
    def test_an_agreement_is_recorded_with_its_years(self, desk: Desk, agreement: AgreementId) -> None:
        answer = desk.ask(AgreementsOf(FUND, YEAR))
        assert answer.in_force is not None
        assert answer.in_force.kept.value == AGREEMENT
        assert [amount.pence for _, amount in row(desk).years] == [16_666_667, 16_666_667, 16_666_666]
        r8 = next(each for each in desk.ask(PositionOf(FUND, YEAR)).identities if each.id == "R8")
        assert (r8.left, r8.holds) == (WHOLE, True)
        for part in (r8.left_figure, *(part.figure for part in r8.right)):
            desk.ask(Why(part))
        assert desk.ask(Why(r8.left_figure)).value == WHOLE
        assert desk.ask(Why(r8.right[0].figure)).value == money("166,666.67")

    def test_a_year_without_an_agreement_states_no_r8(self, desk: Desk) -> None:
        set_up_grant(desk)
        answer = desk.ask(PositionOf(FUND, YEAR))
        assert "R8" not in [each.id for each in answer.identities]
        assert desk.ask(AgreementsOf(FUND, YEAR)).terms == USUAL_TERMS

    def test_undo_and_redo_are_exact(self, desk: Desk, store: FakeStore, agreement: AgreementId) -> None:
        later = replace(AGREEMENT, title="Next", from_year=FinancialYear(2020), to_year=FinancialYear(2020))
        assert_taken_back_and_done_again(desk, store, AddAgreement(later))
        assert_taken_back_and_done_again(
            desk,
            store,
            Reprofile(agreement, Kind.REVENUE, YEAR, NEXT_YEAR, money("1"), "L1", day("2018-05-01")),
        )
        other = replace(AGREEMENT, title="Other")
        assert_taken_back_and_done_again(desk, store, ChangeAgreement(agreement, AGREEMENT, other, (), "L2"))
        assert_taken_back_and_done_again(
            desk, store, ChangeTerms(agreement, other, replace(USUAL_TERMS, payment_days=5))
        )
        assert_taken_back_and_done_again(desk, store, RemoveAgreement(agreement))

    @pytest.mark.parametrize(
        ("agreement_given", "splits", "code"),
        [
            (replace(AGREEMENT, from_year=NEXT_YEAR), (), "agreement_overlaps"),
            (replace(AGREEMENT, from_year=FinancialYear(2020), to_year=NEXT_YEAR), (), "agreement_years"),
            (replace(AGREEMENT, fund=FundId(9)), (), "not_found"),
            (
                replace(AGREEMENT, from_year=FinancialYear(2020), to_year=FinancialYear(2021)),
                (Split(Kind.REVENUE, money("10"), ((FinancialYear(2020), money("9.99")),)),),
                "split_does_not_foot",
            ),
            (
                replace(AGREEMENT, from_year=FinancialYear(2020), to_year=FinancialYear(2021)),
                (Split(Kind.LABOUR, money("10")),),
                "other_kind",
            ),
        ],
    )
    def test_what_can_t_be_agreed_is_refused(
        self,
        desk: Desk,
        store: FakeStore,
        agreement: AgreementId,
        agreement_given: Agreement,
        splits: tuple[Split, ...],
        code: str,
    ) -> None:
        assert refusal_of(desk, store, AddAgreement(agreement_given, splits)).code == code

    def test_terms_count_for_the_years_of_the_agreement(self, desk: Desk, agreement: AgreementId) -> None:
        desk.do(ChangeTerms(agreement, AGREEMENT, replace(USUAL_TERMS, tolerance_percent=Decimal(3))))
        assert desk.ask(PositionOf(FUND, YEAR)).position.terms.tolerance_percent == 3
        assert desk.ask(AgreementsOf(FUND, FinancialYear(2020))).terms == USUAL_TERMS

    def test_an_agreement_with_documents_is_not_removed(
        self, desk: Desk, store: FakeStore, agreement: AgreementId
    ) -> None:
        from fundingapp.domain.evidence import Evidence
        from tests.fakes import SteppingClock

        paper = Record("evidence", 1, Evidence("agreement.pdf", "", 0, SteppingClock()(), "Ann"))
        support = Record("supports", 1, Support(EvidenceId(1), agreement=agreement))
        desk.do(AddRecords((paper, support), "attach"))
        assert refusal_of(desk, store, RemoveAgreement(agreement)).message == (
            "“Transformation Fund” can't be removed: 1 document is kept with it."
        )


class TestChangingSums:
    def test_one_year_alone_is_refused_with_both_figures(
        self, desk: Desk, store: FakeStore, agreement: AgreementId
    ) -> None:
        years = {**dict(SPLIT.years), YEAR: money("170,000")}
        alone = Split(Kind.REVENUE, WHOLE, tuple(years.items()))
        refusal = refusal_of(desk, store, ChangeAgreement(agreement, AGREEMENT, AGREEMENT, (alone,), "L1"))
        assert refusal.message == (
            "The years of revenue add up to £503,333.33, the agreement's whole is £500,000.00: £3,333.33 too much."
        )

    def test_two_years_at_once_are_a_reprofile_not_an_edit(
        self, desk: Desk, store: FakeStore, agreement: AgreementId
    ) -> None:
        years = {**dict(SPLIT.years), YEAR: money("166,665.67"), NEXT_YEAR: money("166,667.66")}
        moved = Split(Kind.REVENUE, WHOLE, tuple(years.items()))
        refusal = refusal_of(desk, store, ChangeAgreement(agreement, AGREEMENT, AGREEMENT, (moved,), "L1"))
        assert refusal.code == "reprofile_needed"
        assert "Reprofile" in refusal.advice

    def test_an_amendment_needs_its_letter(
        self, desk: Desk, store: FakeStore, agreement: AgreementId
    ) -> None:
        more = Split(Kind.REVENUE, money("600,000"), share_evenly(money("600,000"), YEARS))
        change = ChangeAgreement(agreement, AGREEMENT, AGREEMENT, (more,))
        assert refusal_of(desk, store, change).message == (
            "The sums of “Transformation Fund” change from £500,000.00 to £600,000.00 together: "
            "that takes an amendment."
        )
        desk.do(replace(change, amendment="VAWG/18 variation 1"))
        assert row(desk) == more
        [newest, *_] = store.open_work(reading=True).journal.lines()
        assert newest.after["amendment"] == "VAWG/18 variation 1"

    def test_a_reprofile_keeps_the_whole_and_its_letter(self, desk: Desk, agreement: AgreementId) -> None:
        desk.do(
            Reprofile(
                agreement, Kind.REVENUE, YEARS[0], YEAR, money("16,666.67"), " VAWG/22 ", day("2018-02-01")
            )
        )
        assert [amount for _, amount in row(desk).years] == list(
            map(money, ("150,000", "183,333.34", "166,666.66"))
        )
        answer = desk.ask(AgreementsOf(FUND, YEAR))
        assert answer.in_force is not None
        (step,) = answer.in_force.steps
        assert (step.reference, step.by, step.reason) == (
            "VAWG/22",
            "Ann",
            "£16,666.67 of revenue from 2017/18 to 2018/19",
        )
        assert step.before == "2017/18 £166,666.67, 2018/19 £166,666.67"
        assert step.after == "2017/18 £150,000.00, 2018/19 £183,333.34"

    def test_a_reprofile_without_its_letter_is_refused(
        self, desk: Desk, store: FakeStore, agreement: AgreementId
    ) -> None:
        move = Reprofile(agreement, Kind.REVENUE, YEARS[0], YEAR, money("1"), " ", day("2018-02-01"))
        assert refusal_of(desk, store, move).code == "no_reference"
        assert refusal_of(desk, store, replace(move, reference="L", kind=Kind.CAPITAL)).message == (
            "The agreement states no sum of capital for 2017/18."
        )

    def test_a_reprofile_says_where_the_allocation_is_above_it(
        self, desk: Desk, agreement: AgreementId
    ) -> None:
        move = Reprofile(agreement, Kind.REVENUE, YEAR, NEXT_YEAR, money("166,400"), "L", day("2018-02-01"))
        assert desk.do(move).result == (
            "2018/19 is still allocated £350.00 of revenue; the agreement now gives it £266.67."
        )


class TestFunds:
    def test_ring_fence_and_origin_are_kept(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        before = desk.ask(AgreementsOf(FUND, YEAR)).fund.value
        after = replace(before, ring_fence="High-harm crime only", origin="Home Office")
        assert_taken_back_and_done_again(desk, store, DescribeFund(FUND, before, after))
        assert desk.ask(AgreementsOf(FUND, YEAR)).fund.value == after

    def test_revenue_is_not_divided_under_what_is_recorded(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        before = desk.ask(AgreementsOf(FUND, YEAR)).fund.value
        refusal = refusal_of(desk, store, DescribeFund(FUND, before, replace(before, divides_labour=True)))
        assert refusal.message == (
            "Locality Fund holds revenue: 1 allocation of £350.00, 2 bids of £300.00, 2 awards of £300.00, "
            "1 contingency line of £20.00. How its revenue is divided can't change under them."
        )

    def test_a_name_is_only_once(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        set_up_grant(desk, fund="Other Fund", year=NEXT_YEAR)
        before = desk.ask(AgreementsOf(FUND, YEAR)).fund.value
        assert refusal_of(
            desk, store, DescribeFund(FUND, before, replace(before, name="other  FUND"))
        ).code == ("name_taken")


class TestLabour:
    """A fund that divides its revenue, as Serious Violence Duty money is (rule 24)."""

    def plan(self, *lines: object, received: str = "100.00") -> RecordPlan:
        plan = make_plan(*lines, received=received)  # type: ignore[arg-type]
        return RecordPlan(plan, "Serious Violence Duty", "The Commissioner", YEAR, "svd.csv")

    def test_a_table_with_labour_makes_a_fund_that_divides_it(self, desk: Desk) -> None:
        made = desk.do(
            self.plan(
                make_plan_line("SV-01", "40.00", "labour"),
                make_plan_line("SV-01", "30.00", "non-labour"),
                make_plan_line("SV-02", "10.00", "capital"),
                make_plan_line("C", "5.00", "contingency"),
            )
        ).result
        answer = desk.ask(PositionOf(made.fund, YEAR))
        position = answer.position
        assert position.fund.kinds == (Kind.LABOUR, Kind.NON_LABOUR, Kind.CAPITAL)
        available = {kind: position.resources_by_kind[kind].available for kind in position.fund.kinds}
        assert available == {
            Kind.LABOUR: money("40"),
            Kind.NON_LABOUR: money("50"),
            Kind.CAPITAL: money("10"),
        }
        assert position.contingency_by_kind[Kind.NON_LABOUR] == money("5")
        assert answer.reconciled
        assert [finding.text for finding in made.findings] == [
            "The table does not split the grant: labour as its awards, £40.00, capital as its awards, £10.00, and "
            "non-labour as the rest, £50.00."
        ]

    def test_a_table_that_mixes_both_is_refused(self, desk: Desk, store: FakeStore) -> None:
        mixed = self.plan(make_plan_line("SV-01", "40.00", "labour"), make_plan_line("SV-02", "1.00", row=3))
        assert refusal_of(desk, store, mixed).message == (
            "“svd.csv” can't be used: some awards are labour or non-labour, and row 3 (SV-02) is plain revenue."
        )

    def test_awards_are_of_the_fund_s_kinds(self, desk: Desk, store: FakeStore) -> None:
        set_up_grant(desk)
        award = AddProject(Project("P-09", "Staff"), FUND, YEAR, Kind.LABOUR, money("1"))
        assert refusal_of(desk, store, award).message == (
            "Locality Fund has no labour money: it has revenue, capital."
        )

    def test_a_grant_by_hand_brings_its_agreement(self, desk: Desk, store: FakeStore) -> None:
        grant = AddGrant(
            "Serious Violence Duty",
            "Home Office",
            YEAR,
            ((Kind.LABOUR, money("60")), (Kind.NON_LABOUR, money("40"))),
            "SVD/1",
            ring_fence="Serious violence only",
            origin="Home Office",
            divides_labour=True,
            agreement=replace(AGREEMENT, fund=FundId(0), from_year=YEAR, to_year=YEAR),
            splits=(Split(Kind.LABOUR, money("60")), Split(Kind.NON_LABOUR, money("40"))),
        )
        assert_taken_back_and_done_again(desk, store, grant)
        answer = desk.ask(AgreementsOf(FUND, YEAR))
        assert answer.fund.value.ring_fence == "Serious violence only"
        assert answer.in_force is not None
        assert answer.in_force.kept.value.fund == FUND


class TestSideBySide:
    def test_two_grants_of_a_year_and_their_totals(self, desk: Desk) -> None:
        set_up_grant(desk)
        desk.do(AddGrant("Police Fund", "Chief Constable", YEAR, ((Kind.REVENUE, money("50")),), "L"))
        grants = desk.ask(GrantsOfYear(YEAR))
        assert [(line.fund, line.funder) for line in grants.lines] == [
            ("Locality Fund", "The Commissioner"),
            ("Police Fund", "Chief Constable"),
        ]
        for measure, amount in {
            "available": "400",
            "awarded": "300",
            "contingency": "20",
            "unallocated": "80",
            "spend": "0",
            "left": "400",
            "indicative": "0",
        }.items():
            assert grants.total(measure) == money(amount)
            assert desk.ask(Why(f"all grants/{YEAR}/{measure}")).value == money(amount)
            for line in grants.lines:
                assert desk.ask(Why(line.figure(measure))).value == line.amount(measure)

    def test_this_year_beside_its_neighbours(self, desk: Desk) -> None:
        set_up_grant(desk)
        desk.do(
            AddGrant("Locality Fund", "The Commissioner", NEXT_YEAR, ((Kind.REVENUE, money("300")),), "L")
        )
        desk.do(
            AddGrant(
                "Locality Fund", "The Commissioner", FinancialYear(2025), ((Kind.REVENUE, money("1")),), "L"
            )
        )
        found = desk.ask(YearsOfFund(FUND, YEAR))
        assert [(line.year, line.available) for line in found.lines] == [
            (YEAR, money("350")),
            (NEXT_YEAR, money("300")),
        ]
        trend = desk.ask(TrendOf(FUND))
        assert [(entry.change, entry.percent) for entry in trend[:2]] == [
            (None, None),
            (money("-50"), Decimal("-14.3")),
        ]
        assert desk.ask(TrendOf(None)) == trend


def test_money_of_no_kind_is_never_lost(desk: Desk) -> None:
    """Coventry's £546,000 of 2014/15: the parts of it are awards in pounds and as percentages of it."""
    year = FinancialYear(2014)
    parts = ("136,500.00", "91,000.00", "45,500.00")
    plan = make_plan(
        *(make_plan_line(f"CV-{at}", part) for at, part in enumerate(parts, start=1)), received="546,000.00"
    )
    fund = desk.do(
        RecordPlan(plan, "Community Safety Fund", "West Midlands PCC", year, "2014.csv")
    ).result.fund
    position = desk.ask(PositionOf(fund, year)).position
    assert [str(position.share_of(project.budget.award)) for project in position.projects] == [
        "25.0",
        "16.7",
        "8.3",
    ]
    assert position.share_of(Money.ZERO) == 0
    assert (position.unallocated, position.available.in_thousands) == (money("273,000"), "£546k")
