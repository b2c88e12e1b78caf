"""The third version of the funding file: from bid to claim.

Parties over time, the plan, agreements with their terms, bids with their papers, profiles, claims and payments. One
function for each capability; what tables of version 2 gain comes last.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from fundingapp.persistence.migrations.tables import (
    WHOLE,
    a_day,
    check,
    gain,
    real_day,
    refers,
    whole_number,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KINDS = "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'"
_IN_RANGE = "BETWEEN -1000000000000000 AND 1000000000000000"

_FORMS = (
    "form = 'police and crime commissioner' OR form = 'police, fire and crime commissioner' OR "
    "form = 'mayor' OR form = 'policing and crime board' OR form = 'Home Office' OR "
    "form = 'Ministry of Justice' OR form = 'other government department' OR form = 'council' OR "
    "form = 'police force' OR form = 'fire and rescue authority' OR form = 'health body' OR "
    "form = 'charity' OR form = 'community interest company' OR form = 'company' OR "
    "form = 'school or university' OR form = 'other'"
)
_BID_STATES = (
    "state = 'draft' OR state = 'CSP approved' OR state = 'submitted' OR state = 'approved' OR "
    "state = 'part approved' OR state = 'deferred' OR state = 'rejected' OR state = 'offered' OR "
    "state = 'accepted' OR state = 'live' OR state = 'on hold' OR state = 'complete' OR "
    "state = 'financially closed' OR state = 'withdrawn' OR state = 'terminated'"
)


def upgrade() -> None:
    """Brings a file of version 2 to version 3; nothing that it holds is lost, and no total changes."""
    _parties()
    _plan()
    _agreements()
    _bids()
    _projects()
    _claims()
    _widened()
    _kinds()
    _terms_of_funds()
    _awards_of_bids()


def _parties() -> None:
    """People, and places with all their names."""
    op.create_table(
        "contact",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("party_id", WHOLE, nullable=True),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("is_deputy", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role = 'single point of contact' OR role = 'senior responsible owner' OR "
            "role = 'section 151 officer' OR role = 'monitoring and evaluation lead' OR "
            "role = 'project lead' OR role = 'finance officer' OR role = 'chair' OR "
            "role = 'portfolio holder' OR role = 'grant officer' OR role = 'other'",
            name=op.f("ck_contact_role_known"),
        ),
        real_day("contact", "valid_from"),
        real_day("contact", "valid_to"),
        sa.CheckConstraint("is_deputy = 0 OR is_deputy = 1", name=op.f("ck_contact_deputy_or_not")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_contact_party_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_contact_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_strict=True,
    )
    op.create_table(
        "area",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent_id", WHOLE, nullable=True),
        sa.Column("aliases_json", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'partnership' OR kind = 'district' OR kind = 'ward' OR kind = 'beat' OR "
            "kind = 'LSOA' OR kind = 'zone'",
            name=op.f("ck_area_kind_known"),
        ),
        real_day("area", "valid_from"),
        real_day("area", "valid_to"),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sqlite_strict=True,
    )


def _plan() -> None:
    """Themes and priorities, and how projects serve them."""
    op.create_table(
        "theme",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=True),
        sa.Column("to_year", sa.Integer(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sqlite_strict=True,
    )
    op.create_table(
        "priority",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("theme_id", WHOLE, nullable=True),
        sa.Column("from_year", sa.Integer(), nullable=True),
        sa.Column("to_year", sa.Integer(), nullable=True),
        sa.Column("owner_group", sa.Text(), nullable=False),
        sa.Column("is_cross_cutting", sa.Integer(), nullable=False),
        sa.Column("commissioner_priority", sa.Text(), nullable=False),
        sa.Column("succeeded_by_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "is_cross_cutting = 0 OR is_cross_cutting = 1", name=op.f("ck_priority_cross_cutting_or_not")
        ),
        sa.ForeignKeyConstraint(
            ["succeeded_by_id"], ["priority.id"], name=op.f("fk_priority_succeeded_by_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_priority_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority")),
        sqlite_strict=True,
    )
    op.create_table(
        "share",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("split", sa.Text(), nullable=False),
        sa.Column("percent", sa.Text(), nullable=False),
        sa.Column("theme_id", WHOLE, nullable=True),
        sa.Column("priority_id", WHOLE, nullable=True),
        sa.Column("area_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "split = 'theme' OR split = 'priority' OR split = 'area'", name=op.f("ck_share_split_known")
        ),
        sa.CheckConstraint(
            "CASE WHEN theme_id IS NULL THEN 0 ELSE 1 END + CASE WHEN priority_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN area_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_share_shares_one"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_share_area_id")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_share_priority_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_share_project_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_share_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sqlite_strict=True,
    )


def _agreements() -> None:
    """Agreements with their terms and years, consents, conditions, the calendar."""
    op.create_table(
        "agreement",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("to_year", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Text(), nullable=True),
        sa.Column("terms_json", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("agreement", "signed_on"),
        sa.CheckConstraint("from_year <= to_year", name=op.f("ck_agreement_years_in_order")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_agreement_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sqlite_strict=True,
    )
    op.create_table(
        "agreement_sum",
        sa.Column("agreement_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'",
            name=op.f("ck_agreement_sum_kind_known"),
        ),
        sa.CheckConstraint("amount_pence >= 0", name=op.f("ck_agreement_sum_amount_not_negative")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_agreement_sum_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_sum_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_sum")),
        sa.UniqueConstraint(
            "agreement_id", "kind", "year", name=op.f("uq_agreement_sum_agreement_id_kind_year")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "consent",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("consent", "dated"),
        sa.CheckConstraint(
            "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'",
            name=op.f("ck_consent_kind_known"),
        ),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_consent_amount_above_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_consent_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_consent_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_strict=True,
    )
    op.create_table(
        "grant_condition",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("condition_text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("bid_id", WHOLE, nullable=True),
        sa.Column("owned_by", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("before_release", sa.Integer(), nullable=False),
        sa.Column("gauge", sa.Text(), nullable=True),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("limit_pence", WHOLE, nullable=True),
        sa.Column("limit_percent", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("grant_condition", "due"),
        sa.CheckConstraint(
            "gauge = 'unallocated' OR gauge = 'forecast underspend' OR gauge = 'cash held' OR "
            "gauge = 'match, % of cost' OR gauge = 'capital, % of spend' OR "
            "gauge = 'contingency, % of available'",
            name=op.f("ck_grant_condition_gauge_known"),
        ),
        sa.CheckConstraint(
            "kind = 'before payment' OR kind = 'reporting' OR kind = 'publicity' OR "
            "kind = 'data protection' OR kind = 'safeguarding' OR kind = 'audit' OR kind = 'asset' OR "
            "kind = 'tolerance' OR kind = 'special'",
            name=op.f("ck_grant_condition_kind_known"),
        ),
        sa.CheckConstraint(
            "state = 'open' OR state = 'met' OR state = 'waived' OR state = 'breached'",
            name=op.f("ck_grant_condition_state_known"),
        ),
        sa.CheckConstraint(
            "(gauge IS NULL) = (limit_pence IS NULL AND limit_percent IS NULL)",
            name=op.f("ck_grant_condition_limit_when_measured"),
        ),
        sa.CheckConstraint("at_most = 0 OR at_most = 1", name=op.f("ck_grant_condition_at_most_or_least")),
        sa.CheckConstraint(
            "before_release = 0 OR before_release = 1", name=op.f("ck_grant_condition_before_release_or_not")
        ),
        sa.CheckConstraint(
            "limit_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_grant_condition_limit_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_grant_condition_bid_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_grant_condition_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_grant_condition_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_condition")),
        sqlite_strict=True,
    )
    op.create_table(
        "schedule_entry",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("from_period", sa.Integer(), nullable=True),
        sa.Column("to_period", sa.Integer(), nullable=True),
        sa.Column("amount_pence", WHOLE, nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("schedule_entry", "done_on"),
        real_day("schedule_entry", "due"),
        sa.CheckConstraint(
            "kind = 'claim' OR kind = 'report' OR kind = 'payment' OR "
            "kind = 'carry-forward request' OR kind = 'board meeting' OR kind = 'other'",
            name=op.f("ck_schedule_entry_kind_known"),
        ),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_schedule_entry_amount_pence_in_range"),
        ),
        sa.CheckConstraint(
            "from_period BETWEEN 1 AND 13", name=op.f("ck_schedule_entry_from_period_in_year")
        ),
        sa.CheckConstraint("to_period BETWEEN 1 AND 13", name=op.f("ck_schedule_entry_to_period_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_schedule_entry_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_entry")),
        sqlite_strict=True,
    )


def _bids() -> None:
    """What a bid says and costs, and the papers on its way."""
    op.create_table(
        "bid_cost",
        sa.Column("bid_id", WHOLE, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "category = 'staff' OR category = 'training' OR category = 'marketing' OR "
            "category = 'assets and equipment' OR category = 'materials' OR "
            "category = 'subcontracting' OR category = 'travel and subsistence' OR "
            "category = 'premises' OR category = 'overheads' OR category = 'other'",
            name=op.f("ck_bid_cost_category_known"),
        ),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_bid_cost_amount_pence_in_range"),
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_bid_cost_quarter_in_year")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_cost_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_cost")),
        sqlite_strict=True,
    )
    op.create_table(
        "bid_text",
        sa.Column("bid_id", WHOLE, nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("section_text", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "section = 'description' OR section = 'aims' OR section = 'beneficiaries' OR "
            "section = 'evidence of need' OR section = 'prevention and early intervention' OR "
            "section = 'outcomes and how they are measured' OR "
            "section = 'milestones at 3, 6, 9 and 12 months' OR "
            "section = 'similar provision elsewhere' OR section = 'partners' OR section = 'places' OR "
            "section = 'exit or sustainability plan' OR section = 'risks' OR "
            "section = 'safeguarding' OR section = 'equality' OR section = 'data protection'",
            name=op.f("ck_bid_text_section_known"),
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_text_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_text")),
        sa.UniqueConstraint("bid_id", "section", name=op.f("uq_bid_text_bid_id_section")),
        sqlite_strict=True,
    )
    op.create_table(
        "board_decision",
        sa.Column("bid_id", WHOLE, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("met_on", sa.Text(), nullable=False),
        sa.Column("minute_ref", sa.Text(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("score", sa.Text(), nullable=False),
        sa.Column("is_delegated", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("board_decision", "met_on"),
        sa.CheckConstraint(
            "is_delegated = 0 OR is_delegated = 1", name=op.f("ck_board_decision_delegated_or_not")
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_board_decision_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_decision")),
        sqlite_strict=True,
    )
    op.create_table(
        "offer",
        sa.Column("bid_id", WHOLE, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("accept_by", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=True),
        sa.Column("ends_on", sa.Text(), nullable=True),
        sa.Column("accepted_on", sa.Text(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("offer", "accept_by"),
        real_day("offer", "accepted_on"),
        real_day("offer", "dated"),
        real_day("offer", "ends_on"),
        real_day("offer", "starts_on"),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_offer_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_offer_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sqlite_strict=True,
    )
    op.create_table(
        "step",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", WHOLE, nullable=False),
        sa.Column("state_before", sa.Text(), nullable=False),
        sa.Column("state_after", sa.Text(), nullable=False),
        sa.Column("dated", sa.Text(), nullable=True),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("step", "dated"),
        sa.CheckConstraint(
            "subject = 'allocation' OR subject = 'bid' OR subject = 'claim' OR subject = 'virement' OR "
            "subject = 'condition' OR subject = 'agreement'",
            name=op.f("ck_step_subject_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_step_subject_subject_id"), "step", ["subject", "subject_id"], unique=False)


def _projects() -> None:
    """Match funding, shared posts, profiles, kept forecasts, reasons."""
    op.create_table(
        "match_funding",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("planned_pence", WHOLE, nullable=False),
        sa.Column("party_id", WHOLE, nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("is_in_kind", sa.Integer(), nullable=False),
        sa.Column("is_secured", sa.Integer(), nullable=False),
        sa.Column("received_pence", WHOLE, nullable=False),
        sa.Column("spent_pence", WHOLE, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "type = 'public' OR type = 'private' OR type = 'third sector'",
            name=op.f("ck_match_funding_type_known"),
        ),
        sa.CheckConstraint("is_in_kind = 0 OR is_in_kind = 1", name=op.f("ck_match_funding_in_kind_or_cash")),
        sa.CheckConstraint("is_secured = 0 OR is_secured = 1", name=op.f("ck_match_funding_secured_or_not")),
        sa.CheckConstraint(
            "planned_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_match_funding_planned_pence_in_range"),
        ),
        sa.CheckConstraint(
            "received_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_match_funding_received_pence_in_range"),
        ),
        sa.CheckConstraint(
            "spent_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_match_funding_spent_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_match_funding_party_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_match_funding_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_funding")),
        sqlite_strict=True,
    )
    op.create_table(
        "post",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("fte", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("cost_pence", WHOLE, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cost_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_post_cost_pence_in_range"),
        ),
        sa.CheckConstraint("months BETWEEN 1 AND 12", name=op.f("ck_post_months_in_year")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_post_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sqlite_strict=True,
    )
    op.create_table(
        "post_share",
        sa.Column("post_id", WHOLE, nullable=False),
        sa.Column("percent", sa.Text(), nullable=False),
        sa.Column("fund_id", WHOLE, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_post_share_fund_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_share_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_share")),
        sqlite_strict=True,
    )
    op.create_table(
        "profile",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("months_json", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'",
            name=op.f("ck_profile_kind_known"),
        ),
        sa.CheckConstraint(
            "shape = 'even' OR shape = 'seasonal' OR shape = 'last year''s shape' OR "
            "shape = 'typed' OR shape = 'pasted'",
            name=op.f("ck_profile_shape_known"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_profile_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_profile_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint(
            "project_id", "fund_id", "kind", "year", name=op.f("uq_profile_project_id_fund_id_kind_year")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "forecast_kept",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("cut_off", sa.Integer(), nullable=False),
        sa.Column("months_json", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'",
            name=op.f("ck_forecast_kept_kind_known"),
        ),
        sa.CheckConstraint("cut_off BETWEEN 0 AND 13", name=op.f("ck_forecast_kept_cut_off_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_forecast_kept_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_forecast_kept_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast_kept")),
        sqlite_strict=True,
    )
    op.create_table(
        "variance_reason",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'",
            name=op.f("ck_variance_reason_kind_known"),
        ),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_variance_reason_period_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_variance_reason_fund_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_variance_reason_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variance_reason")),
        sa.UniqueConstraint(
            "project_id",
            "fund_id",
            "kind",
            "year",
            "period",
            name=op.f("uq_variance_reason_project_id_fund_id_kind_year_period"),
        ),
        sqlite_strict=True,
    )


def _claims() -> None:
    """Claims, and the money that came for them."""
    op.create_table(
        "claim",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_period", sa.Integer(), nullable=False),
        sa.Column("to_period", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_final", sa.Integer(), nullable=False),
        sa.Column("submitted_on", sa.Text(), nullable=True),
        sa.Column("approved_on", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("comment_text", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("claim", "approved_on"),
        sa.CheckConstraint("basis = 'arrears' OR basis = 'advance'", name=op.f("ck_claim_basis_known")),
        sa.CheckConstraint(
            "state = 'new' OR state = 'draft' OR state = 'submitted' OR state = 'queried' OR "
            "state = 'awaiting certificate' OR state = 'approved' OR state = 'payment requested' OR "
            "state = 'paid' OR state = 'not used'",
            name=op.f("ck_claim_state_known"),
        ),
        real_day("claim", "submitted_on"),
        sa.CheckConstraint("from_period <= to_period", name=op.f("ck_claim_periods_in_order")),
        sa.CheckConstraint("from_period BETWEEN 1 AND 13", name=op.f("ck_claim_from_period_in_year")),
        sa.CheckConstraint("is_final = 0 OR is_final = 1", name=op.f("ck_claim_final_or_not")),
        sa.CheckConstraint("to_period BETWEEN 1 AND 13", name=op.f("ck_claim_to_period_in_year")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_claim_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("fund_id", "year", "number", name=op.f("uq_claim_fund_id_year_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "claim_line",
        sa.Column("claim_id", WHOLE, nullable=False),
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("eligible_pence", WHOLE, nullable=False),
        sa.Column("cap_pence", WHOLE, nullable=False),
        sa.Column("before_pence", WHOLE, nullable=False),
        sa.Column("claimed_pence", WHOLE, nullable=False),
        sa.Column("disallowed_pence", WHOLE, nullable=False),
        sa.Column("queried_pence", WHOLE, nullable=False),
        sa.Column("retained_pence", WHOLE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'revenue' OR kind = 'capital' OR kind = 'labour' OR kind = 'non-labour'",
            name=op.f("ck_claim_line_kind_known"),
        ),
        sa.CheckConstraint(
            "before_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_claim_line_before_pence_in_range"),
        ),
        sa.CheckConstraint(
            "cap_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_claim_line_cap_pence_in_range"),
        ),
        sa.CheckConstraint(
            "claimed_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_claim_line_claimed_pence_in_range"),
        ),
        sa.CheckConstraint(
            "disallowed_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_claim_line_disallowed_pence_in_range"),
        ),
        sa.CheckConstraint(
            "eligible_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_claim_line_eligible_pence_in_range"),
        ),
        sa.CheckConstraint(
            "queried_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_claim_line_queried_pence_in_range"),
        ),
        sa.CheckConstraint(
            "retained_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_claim_line_retained_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_line_claim_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_claim_line_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line")),
        sa.UniqueConstraint(
            "claim_id", "project_id", "kind", name=op.f("uq_claim_line_claim_id_project_id_kind")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "retention_release",
        sa.Column("claim_id", WHOLE, nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("retention_release", "dated"),
        sa.CheckConstraint("amount_pence <> 0", name=op.f("ck_retention_release_amount_not_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_retention_release_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_retention_release_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_release")),
        sqlite_strict=True,
    )
    op.create_table(
        "payment",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("payment", "dated"),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_payment_amount_above_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_payment_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_payment_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sqlite_strict=True,
    )
    op.create_table(
        "payment_match",
        sa.Column("payment_id", WHOLE, nullable=False),
        sa.Column("claim_id", WHOLE, nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_pence <> 0", name=op.f("ck_payment_match_amount_not_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_payment_match_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_payment_match_claim_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_match_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_match")),
        sqlite_strict=True,
    )
    op.create_table(
        "payment_line",
        sa.Column("payment_id", WHOLE, nullable=False),
        sa.Column("line_id", WHOLE, nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_pence <> 0", name=op.f("ck_payment_line_amount_not_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_payment_line_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_payment_line_line_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_line_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_line")),
        sqlite_strict=True,
    )
    op.create_table(
        "repayment",
        sa.Column("fund_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("invoice", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("claim_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("repayment", "dated"),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_repayment_amount_above_nought")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_repayment_amount_pence_in_range"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_repayment_claim_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_repayment_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment")),
        sqlite_strict=True,
    )


def _widened() -> None:
    """What tables of version 2 gain."""
    text, whole = "TEXT", whole_number()
    empty, no = "NOT NULL DEFAULT ''", "NOT NULL DEFAULT 0"

    gain(
        "party",
        ("form", text, "NOT NULL DEFAULT 'other'"),
        refers("party", "succeeded_by_id", "party"),
        ("identifier", text, empty),
        ("address", text, empty),
        ("aliases_json", text, "NOT NULL DEFAULT '[]'"),
    )
    check("party", form_known=_FORMS)
    gain("fund", ("origin", text, empty), ("divides_labour", "INTEGER", no))
    gain(
        "project",
        refers("project", "partner_id", "party"),
        ("purpose", text, "NOT NULL DEFAULT 'priority'"),
        ("description", text, empty),
    )
    check("project", purpose_known="purpose = 'priority' OR purpose = 'statutory duty' OR purpose = 'both'")
    gain("allocation", ("reason", text, empty), ("basis", text, empty))
    check(
        "allocation",
        status_known="status = 'indicative' OR status = 'confirmed' OR status = 'revised' OR "
        "status = 'withdrawn' OR status = 'closed'",
    )
    gain(
        "bid",
        ("reference", text, empty),
        refers("bid", "applicant_id", "party"),
        ("outside_allocation", "INTEGER", no),
        ("submitted_on", text, ""),
        ("answer_due", text, ""),
        ("awarded_pence", whole, ""),
    )
    check(
        "bid",
        state_known=_BID_STATES,
        awarded_pence_in_range=f"awarded_pence {_IN_RANGE}",
        outside_or_not="outside_allocation = 0 OR outside_allocation = 1",
        submitted_on_is_a_day=a_day("submitted_on"),
        answer_due_is_a_day=a_day("answer_due"),
    )
    gain("award", refers("award", "bid_id", "bid"), ("intervention_percent", text, ""))
    gain(
        "budget_movement",
        ("number", "INTEGER", no),
        ("state", text, "NOT NULL DEFAULT 'applied'"),
        ("decided_by", text, "NOT NULL DEFAULT 'own authority'"),
        ("to_kind", text, ""),
    )
    check(
        "budget_movement",
        state_known="state = 'draft' OR state = 'submitted' OR state = 'queried' OR state = 'approved' OR "
        "state = 'rejected' OR state = 'withdrawn' OR state = 'awaiting amendment letter' OR state = 'applied'",
        decided_by_known="decided_by = 'own authority' OR decided_by = 'board' OR "
        "decided_by = 'commissioner''s letter'",
        to_kind_known=_KINDS.replace("kind", "to_kind"),
        two_lines="source_id IS NOT NULL AND target_id IS NULL OR target_id IS NOT NULL AND source_id IS NULL OR "
        "source_id <> target_id OR to_kind IS NOT NULL",
    )
    gain("contingency", ("entry", text, "NOT NULL DEFAULT 'set aside'"))
    check("contingency", entry_known="entry = 'set aside' OR entry = 'top-up' OR entry = 'surrendered'")
    supported = {
        "agreement": "agreement",
        "allocation": "allocation",
        "bid": "bid",
        "condition": "grant_condition",
        "movement": "budget_movement",
        "consent": "consent",
        "claim": "claim",
        "payment": "payment",
    }
    gain("support", *(refers("support", f"{name}_id", to) for name, to in supported.items()))
    one = " + ".join(
        f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in ("adjustment", "accrual", *supported)
    )
    check("support", supports_one=f"{one} = 1")


def _kinds() -> None:
    """Labour and non-labour, where a fund divides its revenue."""
    for table in (
        "accrual",
        "adjustment",
        "allocation",
        "award",
        "bid",
        "budget_movement",
        "charge",
        "contingency",
        "forecast",
        "rejected_suggestion",
        "suggestion",
    ):
        check(table, kind_known=_KINDS)


def _terms_of_funds() -> None:
    """Payment basis and tolerance go from the fund to an agreement, where they were not the usual ones."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT fund.id, fund.name, fund.payment_basis, fund.tolerance_percent, min(allocation.year),"
            " max(allocation.year) FROM fund JOIN allocation ON allocation.fund_id = fund.id"
            " WHERE fund.payment_basis <> 'arrears' OR fund.tolerance_percent <> '10'"
            " GROUP BY fund.id, fund.name, fund.payment_basis, fund.tolerance_percent ORDER BY fund.id"
        )
    )
    for number, (fund, name, basis, tolerance, first, last) in enumerate(rows.all(), start=1):
        terms = json.dumps({"payment_basis": basis, "tolerance_percent": tolerance})
        op.execute(
            sa.text(
                "INSERT INTO agreement (id, version, fund_id, title, from_year, to_year, reference, terms_json)"
                " VALUES (:id, 1, :fund, :title, :first, :last, '', :terms)"
            ).bindparams(id=number, fund=fund, title=name, first=first, last=last, terms=terms)
        )
    check("fund", payment_basis_known=None, divides_or_not="divides_labour = 0 OR divides_labour = 1")
    op.execute("ALTER TABLE fund DROP COLUMN payment_basis")
    op.execute("ALTER TABLE fund DROP COLUMN tolerance_percent")


def _awards_of_bids() -> None:
    """Which bid each award answers, where only one can be meant."""
    same = (
        "bid.project_id = award.project_id AND bid.fund_id = award.fund_id AND bid.year = award.year"
        " AND bid.kind = award.kind"
    )
    op.execute(
        f"UPDATE award SET bid_id = (SELECT min(bid.id) FROM bid WHERE {same})"  # noqa: S608 - our own words
        f" WHERE (SELECT count(*) FROM bid WHERE {same}) = 1"
    )
    op.execute(
        "UPDATE bid SET awarded_pence = (SELECT sum(award.amount_pence) FROM award WHERE award.bid_id = bid.id)"
        " WHERE state = 'approved' OR state = 'part approved'"
    )
