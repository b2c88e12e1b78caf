"""The return's sheets beside its core ones: each stands in a module of its own, and is written when it has something to
say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import Book, Column, Sheet
from fundingapp.workbooks.return_claims import CLAIM_COLUMNS, fill_claims
from fundingapp.workbooks.return_conditions import CONDITION_COLUMNS, fill_conditions
from fundingapp.workbooks.return_match import MATCH_COLUMNS, fill_match
from fundingapp.workbooks.return_results import (
    COST_COLUMNS,
    OUTCOME_COLUMNS,
    OUTPUT_COLUMNS,
    PERFORMANCE_COLUMNS,
    STATEMENT_COLUMNS,
    fill_costs,
    fill_outcomes,
    fill_outputs,
    fill_performance,
    fill_statements,
    has_costs,
    has_outcomes,
    has_outputs,
    has_performance,
    has_statements,
)
from fundingapp.workbooks.return_story import (
    ASSET_COLUMNS,
    CATEGORY_COLUMNS,
    GIVING_COLUMNS,
    NARRATIVE_COLUMNS,
    RISK_COLUMNS,
    STATEMENT_COLUMNS as PARTNER_STATEMENT_COLUMNS,
    TRAIL_COLUMNS,
    TRANSPARENCY_COLUMNS,
    fill_assets,
    fill_categories,
    fill_giving,
    fill_narrative,
    fill_partner_statements,
    fill_risks,
    fill_trail,
    fill_transparency,
    has_giving,
    has_narrative,
    has_transparency,
)
from fundingapp.workbooks.return_virements import VIREMENT_COLUMNS, fill_virements
from fundingapp.workbooks.return_year_end import (
    ACCRUAL_COLUMNS,
    CARRY_COLUMNS,
    CENTRE_COLUMNS,
    OUTTURN_COLUMNS,
    fill_accruals,
    fill_carry_forward,
    fill_centres,
    fill_outturn,
)


@dataclass(frozen=True, slots=True)
class SheetBeside:
    """A sheet: its name and its table's, its columns, what it holds in words, whether a return has it, and what fills
    it."""

    name: str
    table: str
    columns: tuple[Column, ...]
    holds: str
    is_in: Callable[[ReturnDocument], bool]
    fill: Callable[[Sheet, str, ReturnDocument], None]

    def made(self, book: Book) -> Sheet:
        """The empty sheet at the end of *book*."""
        return book.sheet(self.name, self.table, self.columns, frozen_columns=1)


SHEETS = (
    SheetBeside(
        "Cost categories",
        "return_categories",
        CATEGORY_COLUMNS,
        "what each project plans and spends by category of cost",
        lambda document: bool(document.story.categories),
        fill_categories,
    ),
    SheetBeside(
        "Match",
        "return_match",
        MATCH_COLUMNS,
        "what others put into the projects, in cash and in kind",
        lambda document: bool(document.match),
        fill_match,
    ),
    SheetBeside(
        "Virements",
        "return_virements",
        VIREMENT_COLUMNS,
        "each change of budget, with who allowed it",
        lambda document: bool(document.position.movements),
        fill_virements,
    ),
    SheetBeside(
        "Claims and payments",
        "return_claims",
        CLAIM_COLUMNS,
        "each claim, what became of it, and what came for it",
        lambda document: document.claims is not None and not document.claims.is_empty,
        fill_claims,
    ),
    SheetBeside(
        "Outputs",
        "return_outputs",
        OUTPUT_COLUMNS,
        "what was delivered, quarter by quarter, against its target",
        has_outputs,
        fill_outputs,
    ),
    SheetBeside(
        "Outcomes",
        "return_outcomes",
        OUTCOME_COLUMNS,
        "what changed, by its indicators",
        has_outcomes,
        fill_outcomes,
    ),
    SheetBeside(
        "Conditions",
        "return_conditions",
        CONDITION_COLUMNS,
        "each condition of the grant, and whether it is met",
        lambda document: bool(document.conditions),
        fill_conditions,
    ),
    SheetBeside(
        "Risks",
        "return_risks",
        RISK_COLUMNS,
        "what may go wrong, and what is done about it",
        lambda document: bool(document.story.risks),
        fill_risks,
    ),
    SheetBeside(
        "Narrative",
        "return_narrative",
        NARRATIVE_COLUMNS,
        "what was done and what comes next, in words",
        has_narrative,
        fill_narrative,
    ),
    SheetBeside(
        "Outturn",
        "return_outturn",
        OUTTURN_COLUMNS,
        "how each project's year ended, and the balance either way",
        lambda document: document.year_end is not None and bool(document.year_end.outturn.heads),
        fill_outturn,
    ),
    SheetBeside(
        "Carry-forward",
        "return_carry_forward",
        CARRY_COLUMNS,
        "what was not spent, and what becomes of it",
        lambda document: document.year_end is not None and bool(document.year_end.heads_with_underspend),
        fill_carry_forward,
    ),
    SheetBeside(
        "Accruals",
        "return_accruals",
        ACCRUAL_COLUMNS,
        "cost received that the ledger does not hold yet",
        lambda document: document.year_end is not None and bool(document.year_end.accruals),
        fill_accruals,
    ),
    SheetBeside(
        "Ledger by cost centre",
        "return_centres",
        CENTRE_COLUMNS,
        "where the pounds of each cost centre went",
        lambda document: document.year_end is not None and bool(document.year_end.centres),
        fill_centres,
    ),
    SheetBeside(
        "Assets",
        "return_assets",
        ASSET_COLUMNS,
        "what was bought out of the fund, and where it is",
        lambda document: bool(document.story.assets),
        fill_assets,
    ),
    SheetBeside(
        "Partner statements",
        "return_partner_statements",
        PARTNER_STATEMENT_COLUMNS,
        "what partners say of the money that was passed on to them",
        lambda document: bool(document.story.statements),
        fill_partner_statements,
    ),
    SheetBeside(
        "Outcome evidence",
        "return_outcome_evidence",
        STATEMENT_COLUMNS,
        "what is said to have changed, and what that rests on",
        has_statements,
        fill_statements,
    ),
    SheetBeside(
        "Unit costs",
        "return_unit_costs",
        COST_COLUMNS,
        "what one of each output and outcome cost, with its parts",
        has_costs,
        fill_costs,
    ),
    SheetBeside(
        "Performance",
        "return_performance",
        PERFORMANCE_COLUMNS,
        "crime and incidents against the same days of the year before",
        has_performance,
        fill_performance,
    ),
    SheetBeside(
        "Audit trail",
        "return_audit_trail",
        TRAIL_COLUMNS,
        "what was changed since the last return",
        lambda document: bool(document.story.trail),
        fill_trail,
    ),
    SheetBeside(
        "Transparency",
        "return_transparency",
        TRANSPARENCY_COLUMNS,
        "grants to voluntary bodies, as the Transparency Code has them",
        has_transparency,
        fill_transparency,
    ),
    SheetBeside(
        "360Giving",
        "return_360giving",
        GIVING_COLUMNS,
        "the same grants in the form of the 360Giving standard",
        has_giving,
        fill_giving,
    ),
)


def sheets_of(document: ReturnDocument) -> tuple[SheetBeside, ...]:
    """The sheets that *document* has, in the order of the tabs."""
    return tuple(each for each in SHEETS if each.is_in(document))
