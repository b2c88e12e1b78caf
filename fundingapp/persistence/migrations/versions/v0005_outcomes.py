"""The fifth version of the funding file: outcomes, performance tables, and what is known of each piece of evidence.

One function for each capability; what tables of version 4 gain comes last.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fundingapp.persistence.migrations.tables import WHOLE, a_day, check, gain, real_day, refers, whole_number

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_IN_RANGE = "BETWEEN -1000000000000000 AND 1000000000000000"


def upgrade() -> None:
    """Brings a file of version 4 to version 5; nothing that it holds is lost, and no total changes."""
    _outcomes()
    _tables()
    _value()
    _indicators()
    _evidence()
    _erasing()


def _outcomes() -> None:
    """Outcomes, what is said of them, milestones, targets of years, and how results are judged."""
    op.create_table(
        "outcome",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("project_id", WHOLE, nullable=True),
        sa.Column("theme_id", WHOLE, nullable=True),
        sa.Column("priority_id", WHOLE, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=True),
        sa.Column("to_year", sa.Integer(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_year <= to_year", name=op.f("ck_outcome_years_in_order")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_outcome_priority_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_outcome_project_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_outcome_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sqlite_strict=True,
    )
    op.create_table(
        "outcome_statement",
        sa.Column("outcome_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=True),
        sa.Column("what_changed", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("working_well", sa.Text(), nullable=False),
        sa.Column("to_improve", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_outcome_statement_quarter_in_year")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_outcome_statement_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_statement")),
        sa.UniqueConstraint(
            "outcome_id", "year", "quarter", name=op.f("uq_outcome_statement_outcome_id_year_quarter")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "milestone",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("outcome_id", WHOLE, nullable=True),
        sa.Column("expected", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Text(), nullable=True),
        sa.Column("is_cancelled", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("milestone", "done_on"),
        real_day("milestone", "due"),
        real_day("milestone", "expected"),
        sa.CheckConstraint(
            "is_cancelled = 0 OR is_cancelled = 1", name=op.f("ck_milestone_cancelled_or_not")
        ),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_milestone_outcome_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_milestone_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
        sqlite_strict=True,
    )
    op.create_table(
        "indicator_year",
        sa.Column("indicator_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_indicator_year_indicator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_year")),
        sa.UniqueConstraint("indicator_id", "year", name=op.f("uq_indicator_year_indicator_id_year")),
        sqlite_strict=True,
    )
    op.create_table(
        "results_rules",
        sa.Column("fund_id", WHOLE, nullable=True),
        sa.Column("bands_json", sa.Text(), nullable=False),
        sa.Column("steady", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("small_base", sa.Integer(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("small_base >= 0", name=op.f("ck_results_rules_small_base_not_negative")),
        sa.CheckConstraint("threshold >= 0", name=op.f("ck_results_rules_threshold_not_negative")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_results_rules_fund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results_rules")),
        sa.UniqueConstraint("fund_id", name=op.f("uq_results_rules_fund_id")),
        sqlite_strict=True,
    )


def _tables() -> None:
    """Files of figures that were taken in, performance tables, and what was published of them."""
    op.create_table(
        "figure_import",
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_kept", sa.Integer(), nullable=False),
        sa.Column("rows_skipped", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("as_at", sa.Text(), nullable=True),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("figure_import", "as_at"),
        sa.CheckConstraint(
            "layout = 'figures by indicator and period' OR layout = 'performance table' OR "
            "layout = 'recorded crime by partnership' OR layout = 'street-level crimes' OR "
            "layout = 'crime by area'",
            name=op.f("ck_figure_import_layout_known"),
        ),
        sa.CheckConstraint(
            "rows_read = rows_kept + rows_skipped", name=op.f("ck_figure_import_every_row_accounted_for")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_import")),
        sqlite_strict=True,
    )
    op.create_table(
        "skipped_figure",
        sa.Column("figure_import_id", WHOLE, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("row_text", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["figure_import_id"], ["figure_import.id"], name=op.f("fk_skipped_figure_figure_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skipped_figure")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_skipped_figure_figure_import_id"), "skipped_figure", ["figure_import_id"], unique=False
    )
    op.create_table(
        "performance_table",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("figure_import_id", WHOLE, nullable=True),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("area_id", WHOLE, nullable=True),
        sa.Column("footnotes", sa.Text(), nullable=False),
        sa.Column("is_provisional", sa.Integer(), nullable=False),
        sa.Column("is_comparable", sa.Integer(), nullable=False),
        sa.Column("comparability", sa.Text(), nullable=False),
        sa.Column("family_group", sa.Text(), nullable=False),
        sa.Column("rank_as_at", sa.Text(), nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("performance_table", "rank_as_at"),
        sa.CheckConstraint(
            "is_comparable = 0 OR is_comparable = 1", name=op.f("ck_performance_table_comparable_or_not")
        ),
        sa.CheckConstraint(
            "is_provisional = 0 OR is_provisional = 1", name=op.f("ck_performance_table_provisional_or_not")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_performance_table_area_id")),
        sa.ForeignKeyConstraint(
            ["figure_import_id"], ["figure_import.id"], name=op.f("fk_performance_table_figure_import_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_table")),
        sqlite_strict=True,
    )
    op.create_table(
        "performance_figure",
        sa.Column("performance_table_id", WHOLE, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("area_name", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=True),
        sa.Column("area_id", WHOLE, nullable=True),
        sa.Column("sort", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("family_rank", sa.Integer(), nullable=True),
        sa.Column("rank_of", sa.Integer(), nullable=True),
        sa.Column("footnote", sa.Text(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_number", sa.Integer(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("performance_figure", "first_day"),
        real_day("performance_figure", "last_day"),
        sa.CheckConstraint(
            "sort = 'ordinary' OR sort = 'total' OR sort = 'sub-total' OR sort = 'unassigned'",
            name=op.f("ck_performance_figure_sort_known"),
        ),
        sa.CheckConstraint(
            "family_rank BETWEEN 1 AND rank_of", name=op.f("ck_performance_figure_rank_in_family")
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_performance_figure_days_in_order")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_performance_figure_area_id")),
        sa.ForeignKeyConstraint(
            ["performance_table_id"],
            ["performance_table.id"],
            name=op.f("fk_performance_figure_performance_table_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_figure")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_performance_figure_performance_table_id"),
        "performance_figure",
        ["performance_table_id"],
        unique=False,
    )
    op.create_table(
        "performance_finding",
        sa.Column("performance_table_id", WHOLE, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("should_be", sa.Text(), nullable=False),
        sa.Column("finding_text", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["performance_table_id"],
            ["performance_table.id"],
            name=op.f("fk_performance_finding_performance_table_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_finding")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_performance_finding_performance_table_id"),
        "performance_finding",
        ["performance_table_id"],
        unique=False,
    )
    op.create_table(
        "publication",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("primary_cells", sa.Integer(), nullable=False),
        sa.Column("secondary_cells", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("threshold >= 0", name=op.f("ck_publication_threshold_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sqlite_strict=True,
    )


def _value() -> None:
    """What a case is said to cost, and sentences made of figures."""
    op.create_table(
        "reference_value",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount_pence", WHOLE, nullable=False),
        sa.Column("prices_of", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("caveat", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("is_withdrawn", sa.Integer(), nullable=False),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        real_day("reference_value", "edition"),
        sa.CheckConstraint("amount_pence >= 0", name=op.f("ck_reference_value_amount_not_negative")),
        sa.CheckConstraint(
            "amount_pence BETWEEN -1000000000000000 AND 1000000000000000",
            name=op.f("ck_reference_value_amount_pence_in_range"),
        ),
        sa.CheckConstraint(
            "is_withdrawn = 0 OR is_withdrawn = 1", name=op.f("ck_reference_value_withdrawn_or_not")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_value")),
        sqlite_strict=True,
    )
    op.create_table(
        "sentence",
        sa.Column("project_id", WHOLE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("output_id", WHOLE, nullable=True),
        sa.Column("outcome_id", WHOLE, nullable=True),
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["outcome_id"], ["indicator.id"], name=op.f("fk_sentence_outcome_id")),
        sa.ForeignKeyConstraint(["output_id"], ["indicator.id"], name=op.f("fk_sentence_output_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_sentence_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentence")),
        sqlite_strict=True,
    )


def _indicators() -> None:
    """What an indicator belongs to and how it is made; where a figure comes from."""
    text, empty = "TEXT", "NOT NULL DEFAULT ''"
    gain(
        "indicator",
        refers("indicator", "outcome_id", "outcome"),
        ("level", text, "NOT NULL DEFAULT 'output'"),
        ("counted", text, "NOT NULL DEFAULT 'number'"),
        refers("indicator", "area_id", "area"),
        ("code", text, empty),
        ("code_list", text, empty),
        ("method", text, empty),
        ("baseline_first", text, ""),
        ("baseline_last", text, ""),
        ("is_comparable", "INTEGER", "NOT NULL DEFAULT 1"),
        ("comparability", text, empty),
        ("is_sensitive", "INTEGER", "NOT NULL DEFAULT 0"),
        ("is_closed", "INTEGER", "NOT NULL DEFAULT 0"),
    )
    check(
        "indicator",
        level_known="level = 'output' OR level = 'outcome'",
        counted_known="counted = 'number' OR counted = 'people' OR counted = 'contacts' OR "
        "counted = 'share of a number' OR counted = 'average'",
        comparable_or_not="is_comparable = 0 OR is_comparable = 1",
        sensitive_or_not="is_sensitive = 0 OR is_sensitive = 1",
        closed_or_not="is_closed = 0 OR is_closed = 1",
        baseline_first_is_a_day=a_day("baseline_first"),
        baseline_last_is_a_day=a_day("baseline_last"),
    )
    gain(
        "indicator_figure",
        refers("indicator_figure", "area_id", "area"),
        ("as_at", text, ""),
        ("source_text", text, empty),
        ("marks", text, empty),
        refers("indicator_figure", "figure_import_id", "figure_import"),
        ("cell", text, empty),
    )
    check("indicator_figure", as_at_is_a_day=a_day("as_at"))


def _evidence() -> None:
    """What is known of a piece of evidence, and what more it may support."""
    text, whole, empty = "TEXT", whole_number(), "NOT NULL DEFAULT ''"
    gain(
        "evidence",
        ("title", text, empty),
        ("sort", text, "NOT NULL DEFAULT 'other'"),
        ("dated", text, ""),
        ("body_text", text, empty),
        ("media_type", text, empty),
        ("personal", text, "NOT NULL DEFAULT 'not looked at'"),
        ("what_was_found", text, empty),
        ("agreed", text, "NOT NULL DEFAULT 'not needed'"),
        ("agreed_note", text, empty),
        ("marking", text, "NOT NULL DEFAULT 'no marking'"),
        ("lawful_basis", text, empty),
        ("retain_until", text, ""),
        ("sample", whole, ""),
        ("method", text, empty),
        ("limits", text, empty),
        ("cleaned_from", text, empty),
        refers("evidence", "replaces_id", "evidence"),
        ("erased_at", text, ""),
        ("erased_by", text, empty),
        ("erased_why", text, empty),
    )
    check(
        "evidence",
        sample_not_negative="sample >= 0",
        sort_known="sort = 'other' OR sort = 'case study' OR sort = 'survey' OR sort = 'dataset' OR "
        "sort = 'evaluation' OR sort = 'minutes' OR sort = 'photo' OR sort = 'report' OR "
        "sort = 'invoice' OR sort = 'letter'",
        personal_known="personal = 'not looked at' OR personal = 'none' OR personal = 'personal data' OR "
        "personal = 'special category data'",
        agreed_known="agreed = 'not needed' OR agreed = 'consent held' OR agreed = 'consent missing' OR "
        "agreed = 'consent withdrawn'",
        marking_known="marking = 'no marking' OR marking = 'OFFICIAL' OR marking = 'OFFICIAL-SENSITIVE'",
        dated_is_a_day=a_day("dated"),
        retain_until_is_a_day=a_day("retain_until"),
    )
    gained = {
        "project": "project",
        "line": "ledger_line",
        "outcome": "outcome",
        "indicator": "indicator",
        "figure": "indicator_figure",
        "milestone": "milestone",
        "table": "performance_table",
    }
    gain("support", *(refers("support", f"{name}_id", to) for name, to in gained.items()))
    before = (
        "adjustment",
        "accrual",
        "agreement",
        "allocation",
        "bid",
        "condition",
        "movement",
        "consent",
        "claim",
        "payment",
        "carry_forward",
        "settlement",
        "repayment",
        "reconciliation",
        "certificate",
    )
    one = " + ".join(f"CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END" for name in (*before, *gained))
    check("support", supports_one=f"{one} = 1")


def _erasing() -> None:
    """Details of the history can be put out where something was erased (R05), and changed in no other way.

    The chain tells of every other change, and an entry of its own tells of each of these.
    """
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER journal_detail_no_update")
        op.execute(
            "CREATE TRIGGER journal_detail_no_update BEFORE UPDATE ON journal_detail "
            "WHEN NEW.sequence <> OLD.sequence OR NEW.salt = OLD.salt "
            "OR instr(NEW.detail_json, '\"erased\": true') = 0 "
            "BEGIN SELECT RAISE(ABORT, 'the history can only be added to'); END"
        )
    else:
        op.execute("DROP TRIGGER journal_detail_append_only ON journal_detail")
        op.execute(
            "CREATE TRIGGER journal_detail_append_only BEFORE DELETE OR TRUNCATE ON journal_detail "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )
        op.execute(
            "CREATE TRIGGER journal_detail_no_update BEFORE UPDATE ON journal_detail FOR EACH ROW "
            "WHEN (NEW.sequence <> OLD.sequence OR NEW.salt = OLD.salt "
            "OR position('\"erased\": true' in NEW.detail_json) = 0) "
            "EXECUTE FUNCTION journal_is_append_only()"
        )
