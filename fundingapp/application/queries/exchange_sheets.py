"""The further sheets of our own exchange workbooks: what a file holds beyond the documented ones, in an order in which
each row finds what it names.

What rests on this file's own history or store stays with it: certificates, balances and alarms, templates with their
mappings, proofs of returns, and workbooks that went out to partners."""

from __future__ import annotations

from typing import Any, Final

from fundingapp.application.ports import SavedLayout, SavedReturn
from fundingapp.domain.adjustments import Adjustment, Forecast
from fundingapp.domain.agreements import Agreement, AgreementSum, Consent
from fundingapp.domain.allocations import Allocation, BudgetMovement, Contingency
from fundingapp.domain.areas import Area
from fundingapp.domain.assets import Asset, check_asset
from fundingapp.domain.bids import BidCost, BidText, BoardDecision, Offer
from fundingapp.domain.carry_forwards import CarryForward
from fundingapp.domain.claims import ClaimLine, PaymentLine, PaymentMatch, RetentionRelease
from fundingapp.domain.doubles import Dismissal
from fundingapp.domain.evidence import Evidence, Support
from fundingapp.domain.exchange.columns import Column, Holds
from fundingapp.domain.exchange.further import FurtherSpec
from fundingapp.domain.figure_imports import FigureImport, SkippedFigure
from fundingapp.domain.grant_conditions import GrantCondition
from fundingapp.domain.indicators import IndicatorYear
from fundingapp.domain.locks import PeriodLock
from fundingapp.domain.match_funding import MatchFunding, Post, PostShare
from fundingapp.domain.matching import CodingRule
from fundingapp.domain.members import Member
from fundingapp.domain.narratives import ProjectProgress, ReturnText, check_quarter
from fundingapp.domain.outcomes import Milestone, Outcome, OutcomeStatement, ResultsRules
from fundingapp.domain.parties import Contact
from fundingapp.domain.partner_books import PartnerStatement, check_statement
from fundingapp.domain.performance import PerformanceFigure, PerformanceFinding, PerformanceTable
from fundingapp.domain.priorities import Share
from fundingapp.domain.profiles import ForecastKept, VarianceReason
from fundingapp.domain.publications import Publication
from fundingapp.domain.reconciliations import Reconciliation, ReconciliationItem
from fundingapp.domain.risks import Risk, check_risk
from fundingapp.domain.schedules import ScheduleEntry
from fundingapp.domain.sending import AcceptedException
from fundingapp.domain.settlements import PublishedAllocation, Settlement, YearClose
from fundingapp.domain.states import Step, Subject
from fundingapp.domain.suggestions import Rejection
from fundingapp.domain.suppliers import SupplierAlias
from fundingapp.domain.value import ReferenceValue, Sentence

#: What a step is of, as other sheets name it.
OF: Final = Column("of", Holds.CODE, is_ours=True)

FURTHER: Final = (
    FurtherSpec("areas", "areas", Area, "Places, with their official codes and other names.", is_first=True),
    FurtherSpec("outcomes", "outcomes", Outcome, "The changes that the money is to make.", is_first=True),
    FurtherSpec(
        "figure files",
        "figure_imports",
        FigureImport,
        "Files of figures that were taken in; the files themselves stay in the funding file's own store.",
        ("sha256",),
        is_first=True,
    ),
    FurtherSpec("contacts", "contacts", Contact, "People who speak for a body or a project."),
    FurtherSpec("members", "members", Member, "Who works on the file, and as what.", key=("login", "role")),
    FurtherSpec("shares", "shares", Share, "What projects' budgets serve, year by year."),
    FurtherSpec("agreements", "agreements", Agreement, "Agreements, with everything they lay down."),
    FurtherSpec(
        "agreement sums",
        "agreement_sums",
        AgreementSum,
        "What agreements state for their years.",
        key=("agreement", "kind", "year"),
    ),
    FurtherSpec("consents", "consents", Consent, "Consents to award more than is available."),
    FurtherSpec(
        "other allocations",
        "allocations",
        Allocation,
        "Supplements, reductions and opening balances, which no line of “allocations” can say.",
    ),
    FurtherSpec(
        "contingency", "contingencies", Contingency, "What is set aside, and what was given up of it."
    ),
    FurtherSpec(
        "published allocations", "published", PublishedAllocation, "Commissioners' published tables."
    ),
    FurtherSpec("bid costs", "bid_costs", BidCost, "The costed lines of bids."),
    FurtherSpec(
        "bid texts", "bid_texts", BidText, "What bids say, section by section.", key=("bid", "section")
    ),
    FurtherSpec("board decisions", "board_decisions", BoardDecision, "What boards decided on bids."),
    FurtherSpec("offers", "offers", Offer, "Commissioners' offers, and their acceptance."),
    FurtherSpec("conditions", "conditions", GrantCondition, "The conditions of grants and awards."),
    FurtherSpec("schedule", "schedule", ScheduleEntry, "What is due when."),
    FurtherSpec(
        "other virements", "movements", BudgetMovement, "Virements that are not in force, or no longer."
    ),
    FurtherSpec(
        "other carry forwards",
        "carry_forwards",
        CarryForward,
        "Requests that were withdrawn, or that another one of the same project and year replaced.",
    ),
    FurtherSpec("match funding", "match_funding", MatchFunding, "What others pay for projects."),
    FurtherSpec("posts", "posts", Post, "Posts that projects pay for."),
    FurtherSpec("post shares", "post_shares", PostShare, "Who pays which part of a post."),
    FurtherSpec("adjustments", "adjustments", Adjustment, "What is put right beside the ledger."),
    FurtherSpec(
        "forecasts",
        "forecasts",
        Forecast,
        "What is expected in months to come.",
        key=("project", "fund", "kind", "year", "period"),
    ),
    FurtherSpec(
        "kept forecasts", "forecasts_kept", ForecastKept, "Forecasts as they stood when they were kept."
    ),
    FurtherSpec(
        "variance reasons",
        "variance_reasons",
        VarianceReason,
        "Why projects are off their budgets.",
        key=("project", "fund", "kind", "year", "period"),
    ),
    FurtherSpec(
        "claim lines",
        "claim_lines",
        ClaimLine,
        "What claims ask for, project by project.",
        key=("claim", "project", "kind"),
    ),
    FurtherSpec(
        "retention releases", "retention_releases", RetentionRelease, "Retentions that were released."
    ),
    FurtherSpec("payment matches", "payment_matches", PaymentMatch, "What payments settle of claims."),
    FurtherSpec(
        "payment lines", "payment_lines", PaymentLine, "Which income lines of the ledger payments are."
    ),
    FurtherSpec("settlements", "settlements", Settlement, "Unspent money that goes back, or stays undrawn."),
    FurtherSpec(
        "year closes", "year_closes", YearClose, "Grants' years that are closed.", key=("fund", "year")
    ),
    FurtherSpec("reconciliations", "reconciliations", Reconciliation, "Reconciliations of the ledger."),
    FurtherSpec(
        "reconciliation items", "reconciliation_items", ReconciliationItem, "What explains their differences."
    ),
    FurtherSpec(
        "statements",
        "outcome_statements",
        OutcomeStatement,
        "What is said of outcomes.",
        key=("outcome", "year", "quarter"),
        check=lambda statement: check_quarter(1 if statement.quarter is None else statement.quarter),
    ),
    FurtherSpec("milestones", "milestones", Milestone, "What projects are to have done by when."),
    FurtherSpec(
        "rules for results", "results_rules", ResultsRules, "How results of funds are judged.", key=("fund",)
    ),
    FurtherSpec(
        "targets",
        "indicator_years",
        IndicatorYear,
        "Baselines and targets of indicators for single years.",
        key=("indicator", "year"),
    ),
    FurtherSpec(
        "skipped figures", "skipped_figures", SkippedFigure, "Rows of files of figures that were not taken."
    ),
    FurtherSpec(
        "performance tables", "performance_tables", PerformanceTable, "Tables of counts as published."
    ),
    FurtherSpec("performance figures", "performance_figures", PerformanceFigure, "What stood in them."),
    FurtherSpec(
        "performance findings",
        "performance_findings",
        PerformanceFinding,
        "What in them is not what its counts give.",
    ),
    FurtherSpec(
        "publications",
        "publications",
        Publication,
        "Tables that were written with small numbers hidden; the files stay in the funding file's own store.",
        ("sha256", "size"),
    ),
    FurtherSpec(
        "reference values", "reference_values", ReferenceValue, "What a case is said to cost society."
    ),
    FurtherSpec("sentences", "sentences", Sentence, "Sentences whose numbers are figures."),
    FurtherSpec(
        "returns",
        "returns",
        SavedReturn,
        "Returns as they were made, with the quarters they stated; the files themselves, and templates, stay in the "
        "funding file's own store.",
        ("template", "size", "sequence"),
    ),
    FurtherSpec(
        "return texts",
        "return_texts",
        ReturnText,
        "What returns say in words, section by section.",
        key=("fund", "year", "quarter", "section"),
        check=lambda text: check_quarter(text.quarter),
    ),
    FurtherSpec(
        "project progress",
        "project_progress",
        ProjectProgress,
        "How projects stood at the ends of quarters.",
        key=("project", "year", "quarter"),
        check=lambda progress: check_quarter(progress.quarter),
    ),
    FurtherSpec("risks", "risks", Risk, "The register of risks.", check=check_risk),
    FurtherSpec("assets", "assets", Asset, "What was bought with grants.", check=check_asset),
    FurtherSpec(
        "partner statements",
        "partner_statements",
        PartnerStatement,
        "What partners say of money that was passed on to them.",
        check=check_statement,
    ),
    FurtherSpec(
        "accepted checks",
        "accepted_exceptions",
        AcceptedException,
        "Checks of returns that may stay, and why.",
        key=("fund", "year", "quarter", "key"),
        check=lambda accepted: check_quarter(accepted.quarter),
    ),
    FurtherSpec("rules", "rules", CodingRule, "Coding rules."),
    FurtherSpec("supplier names", "aliases", SupplierAlias, "Names that are one supplier.", key=("name",)),
    FurtherSpec("rejections", "rejections", Rejection, "Suggestions that a person refused."),
    FurtherSpec(
        "dismissals", "dismissals", Dismissal, "Lines that are not one invoice.", key=("first", "second")
    ),
    FurtherSpec(
        "layouts", "layouts", SavedLayout, "What the columns of ledger downloads mean.", key=("shape",)
    ),
    FurtherSpec(
        "steps", "steps", Step, "Moves from state to state, with their papers.", ("subject_id",), (OF,)
    ),
    FurtherSpec(
        "papers",
        "evidence",
        Evidence,
        "Papers by their names and references; files themselves stay in the funding file's own store.",
        ("sha256", "size"),
    ),
    FurtherSpec("paper links", "supports", Support, "What each paper supports."),
    FurtherSpec("locks", "locks", PeriodLock, "Locked periods.", key=("year", "whom")),
)

#: What indicators and their figures name, which therefore comes before them.
BEFORE_RESULTS: Final = tuple(spec for spec in FURTHER if spec.is_first)
#: What of a record stays with its file, for records that are made without it.
LEFT_WITH_THE_FILE: Final[dict[str, dict[str, Any]]] = {
    "evidence": {"sha256": "", "size": 0},
    "figure_imports": {"sha256": ""},
    "publications": {"sha256": "", "size": 0},
}

#: The rows that a step of each subject is of.
KIND_OF_SUBJECT: Final = {
    Subject.ALLOCATION: "allocations",
    Subject.BID: "bids",
    Subject.CLAIM: "claims",
    Subject.VIREMENT: "movements",
    Subject.CONDITION: "conditions",
    Subject.AGREEMENT: "agreements",
    Subject.CARRY_FORWARD: "carry_forwards",
    Subject.SETTLEMENT: "settlements",
    Subject.YEAR: "year_closes",
    Subject.RECONCILIATION: "reconciliations",
    Subject.ASSET: "assets",
    Subject.RETURN: "returns",
}
