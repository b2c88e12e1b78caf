"""What a return says beside the money: words and their limits, colours, risks, categories, assets, and what lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from fundingapp.domain.agreements import USUAL_TERMS
from fundingapp.domain.assets import ASSET_MACHINE, Asset, AssetState, check_asset
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import ProjectId, RiskId
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import (
    LIMIT_NAMES,
    NarrativeSection,
    ProjectProgress,
    ProjectStatus,
    ReturnText,
    limit_name,
    quarter_before,
)
from fundingapp.domain.partner_books import PartnerStatement, check_statement
from fundingapp.domain.periods import FinancialYear, days_of
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.rag import Rag
from fundingapp.domain.return_story import (
    NOTHING_SAID,
    ReturnStory,
    StatementLine,
    StoryGap,
    categories_of,
    limit_of,
    progress_of,
    risks_of,
    sections_of,
    story_gaps,
)
from fundingapp.domain.risks import SCALE, Risk, check_risk
from fundingapp.domain.states import Need
from fundingapp.domain.story_tables import StoryTable, read_story_table
from tests.builders import (
    FUND,
    YEAR,
    make_allocation,
    make_award,
    make_charge,
    make_position,
    make_project,
    pounds,
)

ONE, TWO = ProjectId(1), ProjectId(2)
NOON = datetime(2019, 4, 1, 12, tzinfo=UTC)
TERMS = replace(
    USUAL_TERMS,
    section_words=((limit_name(NarrativeSection.PROGRESS), 4), ("return explanation", 2), ("return risk", 3)),
)


def text(words: str, section: NarrativeSection = NarrativeSection.PROGRESS) -> ReturnText:
    return ReturnText(FUND, YEAR, 4, section, words, "Ann", NOON)


def two_projects() -> GrantPosition:
    """P-01 is on its budget, P-02 spent a third of its own."""
    position = make_position(
        projects={1: make_project("P-01"), 2: make_project("P-02")},
        allocations=[make_allocation("1,300.00")],
        awards=[make_award(1, "1,000.00"), make_award(2, "300.00")],
        charges=[make_charge(1, 12, "1,000.00"), make_charge(2, 12, "100.00")],
    )
    return replace(position, terms=TERMS)


def judged(project: ProjectId = TWO, **fields: object) -> ProjectProgress:
    return replace(ProjectProgress(project, YEAR, 4, ProjectStatus.IN_PROGRESS), **fields)  # type: ignore[arg-type]


def gaps(story: ReturnStory, *, whole_year: bool = False) -> dict[str, StoryGap]:
    return {gap.code: gap for gap in story_gaps(story, two_projects(), whole_year=whole_year)}


class TestWords:
    def test_every_section_is_there_with_its_limit(self) -> None:
        lines = sections_of([text("one two  three")], TERMS)
        assert [line.section for line in lines] == list(NarrativeSection)
        assert (lines[0].words, lines[0].limit, lines[0].over, lines[0].counted) == (3, 4, 0, "3 of 4 words")
        assert (lines[1].words, lines[1].limit, lines[1].counted) == (0, None, "0 words")

    def test_without_a_limit_nothing_is_too_long(self) -> None:
        assert limit_of(USUAL_TERMS, NarrativeSection.PROGRESS) is None
        assert sections_of([text("word " * 5_000)], USUAL_TERMS)[0].over == 0

    @given(st.lists(st.text("ab-’\n", min_size=1).filter(str.strip), max_size=12), st.integers(1, 8))
    def test_what_is_over_is_what_is_beyond_the_limit(self, words: list[str], limit: int) -> None:
        terms = replace(USUAL_TERMS, section_words=((limit_name(NarrativeSection.ISSUES), limit),))
        said = " ".join(word.replace("\n", "") or "a" for word in words)
        line = sections_of([text(said, NarrativeSection.ISSUES)], terms)[1]
        assert line.words == len(words)
        assert line.over == max(0, len(words) - limit)

    def test_a_bid_s_section_never_limits_a_return_s(self) -> None:
        terms = replace(USUAL_TERMS, section_words=(("milestones at 3, 6, 9 and 12 months", 1), ("risks", 1)))
        assert [limit_of(terms, section) for section in NarrativeSection] == [None] * 6
        assert len(set(LIMIT_NAMES)) == len(NarrativeSection) + 2

    @given(st.integers(1900, 2100), st.integers(1, 4))
    def test_the_quarter_before_ends_where_this_one_begins(self, year: int, quarter: int) -> None:
        before = quarter_before(FinancialYear(year), quarter)
        assert (days_of(FinancialYear(year), quarter)[0] - days_of(*before)[1]).days == 1


class TestProjects:
    def test_the_figures_suggest_the_colour_and_a_person_may_judge_otherwise(self) -> None:
        first, second = progress_of(two_projects(), [judged(spend_rag=Rag.AMBER)])
        assert (first.ref, first.suggested, first.spend, first.status) == ("P-01", Rag.GREEN, Rag.GREEN, None)
        assert (second.suggested, second.spend) == (Rag.RED, Rag.AMBER)

    def test_all_kinds_of_a_project_s_money_make_one_colour(self) -> None:
        """£900.00 of £1,000.00 and £150.00 of £50.00: £1,050.00 of £1,050.00 is Green."""
        position = make_position(
            allocations=[make_allocation("1,000.00"), make_allocation("50.00", Kind.CAPITAL)],
            awards=[make_award(1, "1,000.00"), make_award(1, "50.00", Kind.CAPITAL)],
            charges=[make_charge(1, 12, "900.00"), make_charge(1, 12, "150.00", Kind.CAPITAL)],
        )
        [line] = progress_of(position, [])
        assert line.suggested is Rag.GREEN

    @pytest.mark.parametrize(
        ("spend", "delivery", "explanation", "lacks"),
        [
            (Rag.GREEN, None, "", False),
            (Rag.GREEN, Rag.GREEN, "", False),
            (Rag.AMBER_GREEN, Rag.GREEN, "", True),
            (Rag.GREEN, Rag.RED, "", True),
            (Rag.GREEN, Rag.RED, "a strike", False),
            (None, None, "", True),  # the figures suggest Red
        ],
    )
    def test_whatever_is_not_green_is_to_be_explained(
        self, spend: Rag | None, delivery: Rag | None, explanation: str, lacks: bool
    ) -> None:
        _, line = progress_of(
            two_projects(), [judged(spend_rag=spend, delivery_rag=delivery, explanation=explanation)]
        )
        assert line.lacks_explanation is lacks


class TestGaps:
    def test_a_return_of_the_money_alone_lacks_nothing(self) -> None:
        assert story_gaps(NOTHING_SAID, two_projects(), whole_year=True) == ()

    def test_what_is_not_begun_is_looked_at_once(self) -> None:
        position = two_projects()
        found = gaps(ReturnStory(sections_of([], TERMS), progress_of(position, [])))
        assert list(found) == ["narrative_empty", "progress_missing", "risk_missing"]
        assert not any(gap.is_error for gap in found.values())

    def test_too_many_words_say_how_many(self) -> None:
        gap = gaps(ReturnStory(sections_of([text("one two three four five six")], TERMS)))["narrative_long"]
        assert gap.is_error
        assert gap.text == "Progress has 6 words, 2 more than the 4 allowed."

    def test_a_colour_without_its_reason_names_the_project(self) -> None:
        position = two_projects()
        story = ReturnStory(progress=progress_of(position, [judged(delivery_rag=Rag.AMBER)]))
        found = gaps(story)
        assert found["rag_unexplained"].text == "P-02 is Red: say why."
        assert found["rag_unexplained"].subject == ("project", TWO)
        assert found["progress_missing"].text == "P-01 has no status."
        assert found["progress_missing"].is_error

    def test_what_is_not_started_spends_nothing(self) -> None:
        line = judged(status=ProjectStatus.NOT_STARTED, explanation="waits")
        found = gaps(ReturnStory(progress=progress_of(two_projects(), [line])))
        assert found["status_contradicts"].text == "P-02 is “not started” and has spent money."

    def test_a_live_project_without_a_risk_where_others_have_one(self) -> None:
        position = two_projects()
        risks = risks_of(
            [(RiskId(1), Risk(FUND, "Flood", "", 3, 3, project=ONE))], position, *days_of(YEAR, 4)
        )
        found = gaps(ReturnStory(progress=progress_of(position, []), risks=risks))
        assert found["risk_missing"].text == "P-02 has no risk of its own."
        assert found["risk_unmitigated"].text == "Risk “Flood” has no mitigation."

    def test_statements_are_held_against_the_ledger_at_the_year_s_end(self) -> None:
        line = StatementLine(7, "P-01", "One", "Trust", pounds("10.00"), pounds("9.99"))
        story = ReturnStory(statements=(line,))
        assert gaps(story) == {}
        found = gaps(story, whole_year=True)
        assert found["statement_awaited"].text == "P-01: the statement of Trust is awaited."
        assert "come to £9.99: £0.01 more." in found["statement_differs"].text

    def test_many_purchases_are_one_thing_to_look_at(self) -> None:
        story = ReturnStory(unlisted=tuple("abcdef"))
        assert "6 capital purchases have no asset in the register: a; b; c; d and 2 more." in (
            gaps(story)["asset_unlisted"].text
        )


class TestRisks:
    def test_the_worst_as_it_is_now_comes_first(self) -> None:
        risks = [
            Risk(FUND, "mitigated", "", 5, 5, "done", 1, 2),
            Risk(FUND, "plain", "", 2, 3),
            Risk(FUND, "bad", "", 4, 4),
        ]
        lines = risks_of(
            ((RiskId(at), risk) for at, risk in enumerate(risks, 1)), two_projects(), *days_of(YEAR, 4)
        )
        assert [(line.risk.name, line.left) for line in lines] == [
            ("bad", 16),
            ("plain", 6),
            ("mitigated", 2),
        ]

    @given(st.dates(date(2018, 1, 1), date(2019, 12, 31)), st.dates(date(2018, 1, 1), date(2019, 12, 31)))
    def test_a_quarter_lists_what_is_open_on_one_of_its_days(self, one: date, other: date) -> None:
        raised, closed = sorted((one, other))
        risk = Risk(FUND, "x", "", 1, 1, raised=raised, closed=closed)
        for quarter in range(1, 5):
            first, last = days_of(YEAR, quarter)
            assert risk.is_open_in(first, last) is (raised <= last and closed >= first)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"name": " "}, "no_name"),
            ({"likelihood": 6}, "off_scale"),
            ({"impact": 0}, "off_scale"),
            ({"likelihood_after": 2}, "half_judged"),
            ({"likelihood_after": 2, "impact_after": 2}, "no_mitigation"),
            ({"raised": date(2019, 2, 2), "closed": date(2019, 2, 1)}, "closed_before"),
        ],
    )
    def test_what_is_refused(self, fields: dict[str, object], code: str) -> None:
        with pytest.raises(ExpectedError) as refusal:
            check_risk(replace(Risk(FUND, "Flood", "", 3, 3), **fields))  # type: ignore[arg-type]
        assert refusal.value.code == code

    @given(st.sampled_from(SCALE), st.sampled_from(SCALE))
    def test_a_score_is_likelihood_times_impact(self, likelihood: int, impact: int) -> None:
        risk = Risk(FUND, "x", "", likelihood, impact, "m", impact, likelihood)
        check_risk(risk)
        assert risk.score == risk.score_after == likelihood * impact


class TestCategories:
    def test_each_project_foots_with_what_is_not_divided(self) -> None:
        position = two_projects()
        planned = [
            (ONE, "staff", pounds("600.00")),
            (ONE, "travel", pounds("150.50")),
            (ONE, "staff", pounds("1")),
        ]
        lines = categories_of(position, planned)
        assert [(line.category, line.budget) for line in lines] == [
            ("staff", pounds("601.00")),
            ("travel", pounds("150.50")),
            ("not divided by category", pounds("248.50")),
        ]
        assert lines[-1].spent == pounds("1,000.00")
        assert [line.spent for line in lines[:2]] == [None, None], (
            "the ledger does not tell what was for which"
        )

    def test_one_category_that_is_all_has_all_the_spend(self) -> None:
        [line] = categories_of(two_projects(), [(TWO, "staff", pounds("300.00"))])
        assert (line.category, line.budget, line.spent, line.is_rest) == (
            "staff",
            pounds("300.00"),
            pounds("100.00"),
            False,
        )


HELD, REQUESTED, DISPOSED = AssetState
MOVES = {
    (HELD, REQUESTED): (Need.DATE,),
    (REQUESTED, DISPOSED): (Need.DATE, Need.REFERENCE),
    (REQUESTED, HELD): (Need.REASON,),
    (DISPOSED, HELD): (Need.REASON,),
}


class TestAssets:
    @pytest.mark.parametrize("source", list(AssetState))
    @pytest.mark.parametrize("target", list(AssetState))
    def test_every_move(self, source: AssetState, target: AssetState) -> None:
        needs = MOVES.get((source, target))
        if needs is None:
            with pytest.raises(
                ExpectedError, match=f"The van is {source.value}: it can't become {target.value}"
            ):
                ASSET_MACHINE.check("The van", source, target, set(Need))
            return
        assert ASSET_MACHINE.check("The van", source, target, needs).needs == needs
        with pytest.raises(ExpectedError, match=f"The van can't become {target.value} without"):
            ASSET_MACHINE.check("The van", source, target, needs[:-1])

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"description": ""}, "no_name"),
            ({"cost": Money.ZERO}, "asset_cost"),
            ({"share": pounds("10.01")}, "asset_share"),
            ({"share": pounds("-0.01")}, "asset_share"),
            ({"proceeds": pounds("-1.00")}, "asset_proceeds"),
            ({"life_years": 0}, "asset_life"),
            ({"disposed_on": date(2018, 4, 30)}, "asset_days"),
        ],
    )
    def test_what_is_refused(self, fields: dict[str, object], code: str) -> None:
        van = Asset(ONE, FUND, "van", pounds("10.00"), pounds("10.00"), date(2018, 5, 1))
        check_asset(van)
        with pytest.raises(ExpectedError) as refusal:
            check_asset(replace(van, **fields))  # type: ignore[arg-type]
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"partner": " "}, "no_name"),
        ({"passed_on": pounds("-1.00")}, "statement_amount"),
        ({"received_on": None}, "statement_awaited"),
        ({"signed_by": ""}, "no_signature"),
    ],
)
def test_statements_that_are_refused(fields: dict[str, object], code: str) -> None:
    came = date(2019, 4, 1)
    said = PartnerStatement(ONE, FUND, YEAR, "Trust", pounds("1.00"), came, "Ann", came)
    check_statement(said)
    with pytest.raises(ExpectedError) as refusal:
        check_statement(replace(said, **fields))  # type: ignore[arg-type]
    assert refusal.value.code == code


class TestTables:
    def read(self, table: StoryTable, headings: list[str], *rows: tuple[object, ...]) -> tuple[object, ...]:
        return read_story_table(
            table,
            headings,
            [RawRow(at, row) for at, row in enumerate(rows, start=2)],  # type: ignore[arg-type]
            "table.csv",
            fund=FUND,
            year=YEAR,
            quarter=4,
            projects={"P-01": ONE, "P-02": TWO},
        )

    def test_a_register_of_risks(self) -> None:
        headings = ["Risk", "Project ref", "Likelihood", "Impact", "Mitigation", "Raised on"]
        rows = self.read(
            StoryTable.RISKS,
            headings,
            ("Flood", "p-02", 3, "4", "pumps", "01/05/2018"),
            (None, None, None, None, None, None),
            ("Strike", "whole grant", Decimal(2), 2, None, None),
        )
        assert rows == (
            Risk(FUND, "Flood", "", 3, 4, "pumps", project=TWO, raised=date(2018, 5, 1)),
            Risk(FUND, "Strike", "", 2, 2),
        )

    def test_progress_assets_and_statements(self) -> None:
        assert self.read(
            StoryTable.PROGRESS,
            ["Ref", "Status", "Spend RAG", "Delivery RAG", "Explanation"],
            ("P-01", "In Progress", "amber/green", "", "late"),
        ) == (ProjectProgress(ONE, YEAR, 4, ProjectStatus.IN_PROGRESS, Rag.AMBER_GREEN, None, "late"),)
        assert self.read(
            StoryTable.ASSETS,
            ["Asset", "Project", "Cost £", "Bought on"],
            ("van", "P-01", "4,000.50", "01/05/2018"),
        ) == (Asset(ONE, FUND, "van", pounds("4,000.50"), pounds("4,000.50"), date(2018, 5, 1)),)
        assert self.read(
            StoryTable.STATEMENTS, ["Partner", "Ref", "Passed on"], ("Trust", "P-02", Decimal("10.5"))
        ) == (PartnerStatement(TWO, FUND, YEAR, "Trust", pounds("10.50")),)

    @pytest.mark.parametrize(
        ("headings", "row", "said"),
        [
            (["Risk", "Impact"], ("x", 1), "lacks a column such as “Likelihood”"),
            (
                ["Risk", "Likelihood", "Impact"],
                ("x", "high", 1),
                "row 2, column “Likelihood”: “high” is not a whole",
            ),
            (["Risk", "Likelihood", "Impact"], ("x", 9, 1), "row 2: x: likelihood 9 is not on the scale"),
            (
                ["Risk", "Likelihood", "Impact", "Ref"],
                ("x", 1, 1, "P-9"),
                "“P-9” is no project of this grant",
            ),
            (["Risk", "Likelihood", "Impact", "Raised"], ("x", 1, 1, "soon"), "“soon” is not a day"),
        ],
    )
    def test_one_row_that_can_t_be_read_refuses_the_table(
        self, headings: list[str], row: tuple[object, ...], said: str
    ) -> None:
        with pytest.raises(InputRefusedError) as refusal:
            self.read(StoryTable.RISKS, headings, row)
        assert said in refusal.value.message
        assert "nothing was taken in" in refusal.value.advice
