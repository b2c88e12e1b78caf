"""A reconciliation of the ledger as a document: the statement, what explains its difference, and who signed it."""

from __future__ import annotations

from fundingapp.documents.paper import Cell, Column, Paper
from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.reconciliations import CentreRow, ReconciliationPaper, ReconciliationState, measure_of

_STATEMENT = (Column("", 13), Column("£", 4, figures=True))
_ITEMS = (Column("Explained by", 8), Column("Ledger line", 5.5), Column("£", 3.5, figures=True))
_CENTRES = (Column("Cost centre", 4), Column("Where it went", 9.5), Column("£", 3.5, figures=True))
_CHANGED = (Column("Figure", 9), Column("Was £", 4, figures=True), Column("Is now £", 4, figures=True))


def reconciliation_paper(paper: ReconciliationPaper) -> Paper:
    """The document, filled from top to bottom."""
    value = paper.reconciliation
    title = f"Reconciliation of the ledger, {value.in_words}"
    made = Paper(title, paper.partnership, paper.written, f"{paper.partnership} · {title}")
    made.title(title)
    made.subtitle(f"{paper.partnership} · dated {value.dated:%d/%m/%Y} · {value.state.value}")
    made.facts(_signatures(paper))
    if value.note:
        made.text(value.note)
    made.heading("Statement")
    lines = [_stated(name, amount) for name, amount in paper.lines]
    made.table(_STATEMENT, lines[:-1], lines[-1])
    made.heading("What explains the difference")
    if paper.items:
        rows: list[list[Cell]] = [[item.text, item.line or "–", item.amount] for item in paper.items]
        made.table(_ITEMS, rows, ["Together", "", Money.total(item.amount for item in paper.items)])
    else:
        made.text("Nothing had to be explained." if not value.difference else "Nothing is explained yet.")
    if paper.papers:
        made.note(f"Papers: {'; '.join(paper.papers)}")
    made.heading("By cost centre")
    entries: list[list[Cell]] = []
    for row in paper.statement.centres:
        entries += _centre(row)
    made.table(_CENTRES, entries, ["All", "Ledger balance", paper.statement.held])
    if paper.changed:
        made.heading("Changed since it was signed")
        made.table(_CHANGED, [[measure_of(name), was, now] for name, was, now in paper.changed])
    made.note(f"Written on {paper.written:%d/%m/%Y}. The history of changes ended with {paper.head}.")
    return made


def _stated(name: str, amount: Money | None) -> list[Cell]:
    return [name, amount if amount is not None else "not typed yet"]


def _signatures(paper: ReconciliationPaper) -> list[tuple[str, Cell]]:
    value = paper.reconciliation
    is_draft = value.state is ReconciliationState.DRAFT
    prepared = f"{value.prepared_by}, {value.prepared_at.astimezone():%d/%m/%Y %H:%M}"
    found: list[tuple[str, Cell]] = [
        ("Ledger", f"{value.year}, periods 1 to {value.to_period} ({period_name(value.to_period)})"),
        ("Begun by" if is_draft else "Prepared by", prepared),
        (
            "Reviewed by",
            f"{value.reviewed_by}, {value.reviewed_at.astimezone():%d/%m/%Y %H:%M}"
            if value.reviewed_at is not None
            else "nobody yet",
        ),
    ]
    if value.state is ReconciliationState.WITHDRAWN:
        found.append(("Withdrawn because", value.reason))
    return found


def _centre(row: CentreRow) -> list[list[Cell]]:
    """A cost centre's balance and where it went; what waits, and what does not add up, only where there is any."""
    found: list[list[Cell]] = [[row.cost_centre or "(none)", "Ledger balance", row.total]]
    found += [["", f"Charged to {name}", amount] for name, amount in row.charged.items()]
    if row.income:
        found.append(["", "Income", row.income])
    found += [["", f"Excluded: {reason}", amount] for reason, amount in row.excluded.items()]
    if row.waiting:
        found.append(["", "Waiting for a project", row.waiting])
    if row.difference:
        found.append(["", "Does not add up", row.difference])
    return found
