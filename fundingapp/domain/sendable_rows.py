"""What a return may send in rows beside its projects: indicators, outcomes, risks, virements, claims, conditions, match
funding, assets. Counts are as they may leave the house (R40)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from fundingapp.domain.allocations import BudgetMovement
from fundingapp.domain.assets import AssetState
from fundingapp.domain.claiming import figures
from fundingapp.domain.claims import ClaimState
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.return_results import NO_FIGURE, IndicatorLine, SafeFigure
from fundingapp.domain.sendable import NOT_HELD, FigureRow, FigureSort, Sendable, SentValue
from fundingapp.domain.sendable_entries import Sent, entry, text_of
from fundingapp.domain.templates import RowsOf

_POUNDS, _NUMBER, _TEXT, _DAY, _CHOICE = FigureSort
_YES_NO: Final = ("Yes", "No", "Partly")

#: An entry, and what a line of its rows holds for it.
Of = tuple[Sendable, Callable[[Sent, Any], SentValue]]


def _safe(figure: SafeFigure, name: str) -> SentValue:
    """A count as it may leave the house: the number, or the mark in its place; what is not available is not held."""
    if figure.number is not None:
        return SentValue(figure.number, name)
    if not figure.text or figure == NO_FIGURE:
        return NOT_HELD
    return SentValue(figure.text, name, is_small=figure.is_hidden)


def _named(line: IndicatorLine, measure: str) -> str:
    """The name of a measure of an indicator, beside the one that the line has."""
    return f"{line.figure.rpartition('/')[0]}/{measure}{_at(line.figure)}" if line.figure else ""


def _at(figure: str) -> str:
    _, mark, period = figure.rpartition("@")
    return f"{mark}{period}" if mark else ""


def _evidence(line: IndicatorLine) -> str:
    if not line.papers:
        return "No"
    return "Partly" if line.missing else "Yes"


def _indicators() -> tuple[Of, ...]:
    rows, group = (RowsOf.INDICATORS,), "Results"

    def words(source: str, label: str, of: Callable[[IndicatorLine], str], also: str) -> Of:
        return entry(source, label, _TEXT, group, also, rows), lambda _, line: text_of(of(line))

    def number(
        source: str, label: str, of: Callable[[IndicatorLine], SafeFigure], measure: str, also: str
    ) -> Of:
        return (
            entry(source, label, _NUMBER, group, also, rows),
            lambda _, line: _safe(of(line), _named(line, measure)),
        )

    return (
        words("indicator/ref", "Project's reference", lambda line: line.ref, "ref;reference;project ref"),
        words("indicator/project", "Project", lambda line: line.project, "project;project name"),
        words(
            "indicator/name",
            "Indicator",
            lambda line: line.name,
            "indicator;output;measure;outcome;output or outcome;description",
        ),
        words("indicator/level", "Output or outcome", lambda line: line.level.value, "level;type"),
        words(
            "indicator/unit", "Unit", lambda line: line.unit, "unit;uom;unit of measurement;unit of measure"
        ),
        words(
            "indicator/outcome",
            "Outcome that it serves",
            lambda line: line.outcome,
            "outcome;intended outcome",
        ),
        number("indicator/baseline", "Baseline", lambda line: line.baseline, "baseline", "baseline;start"),
        number(
            "indicator/target",
            "Target",
            lambda line: line.target,
            "target",
            "target;annual target;target for the year",
        ),
        *(
            number(
                f"indicator/q{quarter}",
                f"Quarter {quarter}",
                lambda line, quarter=quarter: line.quarters[quarter - 1],  # type: ignore[misc]
                f"q{quarter}",
                f"q{quarter};quarter {quarter};q{quarter} actual",
            )
            for quarter in range(1, 5)
        ),
        number(
            "indicator/to-date",
            "To date",
            lambda line: line.to_date,
            "to-date",
            "to date;total;year to date;ytd;cumulative",
        ),
        words("indicator/state", "State", lambda line: line.state, "state;status;progress"),
        words("indicator/direction", "Better when", lambda line: line.direction, "direction;polarity"),
        words(
            "indicator/source",
            "Source of the figures",
            lambda line: line.source,
            "source;data source;how measured",
        ),
        words(
            "indicator/papers",
            "Evidence, by name",
            lambda line: "; ".join(line.papers),
            "evidence;evidence list",
        ),
        words(
            "indicator/marks", "Marks of figures", lambda line: "; ".join(line.marks), "marks;notes;footnotes"
        ),
        (
            entry(
                "indicator/evidence",
                "Evidence held",
                _CHOICE,
                group,
                "evidence held;evidence;evidenced",
                rows,
                _YES_NO,
            ),
            lambda _, line: SentValue(_evidence(line)),
        ),
        (
            entry("indicator/as-at", "Day of the figures", _DAY, group, "as at;date", rows),
            lambda _, line: SentValue(line.as_at),
        ),
    )


def _plain(
    rows: RowsOf,
    group: str,
    *entries: tuple[str, str, FigureSort, Callable[[Any], Any], str],
    choices: dict[str, tuple[str, ...]] | None = None,
) -> tuple[Of, ...]:
    """Entries whose value is read from the line as it is."""
    return tuple(
        (
            entry(source, label, sort, group, also, (rows,), (choices or {}).get(source, ())),
            lambda _, line, of=of: SentValue(of(line) or None if isinstance(of(line), str) else of(line)),
        )
        for source, label, sort, of, also in entries
    )


def _outcomes() -> tuple[Of, ...]:
    return _plain(
        RowsOf.OUTCOMES,
        "Outcomes of the year",
        ("outcome/ref", "Project's reference", _TEXT, lambda line: line.ref, "ref;reference"),
        ("outcome/project", "Project", _TEXT, lambda line: line.project, "project"),
        ("outcome/name", "Outcome", _TEXT, lambda line: line.outcome, "outcome"),
        ("outcome/changed", "What changed", _TEXT, lambda line: line.changed, "what changed;change;result"),
        ("outcome/method", "How it is known", _TEXT, lambda line: line.method, "method;how measured"),
        ("outcome/limits", "Limits", _TEXT, lambda line: line.limits, "limits;limitations;caveats"),
        ("outcome/papers", "Evidence, by name", _TEXT, lambda line: "; ".join(line.papers), "evidence"),
        (
            "outcome/case-studies",
            "Case studies",
            _TEXT,
            lambda line: "; ".join(line.case_studies),
            "case study",
        ),
    )


def _risks() -> tuple[Of, ...]:
    return _plain(
        RowsOf.RISKS,
        "Risks",
        ("risk/ref", "Project's reference", _TEXT, lambda line: line.ref, "ref;project ref"),
        ("risk/project", "Project", _TEXT, lambda line: line.project, "project;project name"),
        ("risk/name", "Risk", _TEXT, lambda line: line.risk.name, "risk name;risk;risk title"),
        ("risk/category", "Category", _TEXT, lambda line: line.risk.category, "category;risk category;type"),
        (
            "risk/description",
            "Description",
            _TEXT,
            lambda line: line.risk.description,
            "description;short description;cause",
        ),
        (
            "risk/consequence",
            "Consequence",
            _TEXT,
            lambda line: line.risk.consequence,
            "consequence;consequences;impact description;effect",
        ),
        (
            "risk/likelihood",
            "Likelihood, 1 to 5",
            _NUMBER,
            lambda line: line.risk.likelihood,
            "likelihood;pre-mitigated likelihood score;inherent likelihood;probability",
        ),
        (
            "risk/impact",
            "Impact, 1 to 5",
            _NUMBER,
            lambda line: line.risk.impact,
            "impact;pre-mitigated impact score;inherent impact",
        ),
        (
            "risk/score",
            "Score",
            _NUMBER,
            lambda line: line.risk.score,
            "score;total risk score;pre-mitigated total risk score;rating",
        ),
        (
            "risk/mitigation",
            "Mitigation",
            _TEXT,
            lambda line: line.risk.mitigation,
            "mitigation;mitigations;controls;action",
        ),
        (
            "risk/likelihood-after",
            "Likelihood after mitigation",
            _NUMBER,
            lambda line: line.risk.likelihood_after,
            "post-mitigated likelihood score;residual likelihood",
        ),
        (
            "risk/impact-after",
            "Impact after mitigation",
            _NUMBER,
            lambda line: line.risk.impact_after,
            "post-mitigated impact score;residual impact",
        ),
        (
            "risk/score-after",
            "Score after mitigation",
            _NUMBER,
            lambda line: line.risk.score_after,
            "post-mitigated total risk score;residual score",
        ),
        ("risk/proximity", "Proximity", _TEXT, lambda line: line.risk.proximity, "proximity;when"),
        ("risk/owner", "Owner", _TEXT, lambda line: line.risk.owner, "owner;risk owner;role"),
    )


def _assets() -> tuple[Of, ...]:
    return _plain(
        RowsOf.ASSETS,
        "Assets",
        ("asset/ref", "Project's reference", _TEXT, lambda line: line.ref, "ref;project ref"),
        ("asset/project", "Project", _TEXT, lambda line: line.project, "project"),
        ("asset/description", "Asset", _TEXT, lambda line: line.description, "asset;description;item"),
        ("asset/cost", "Cost", _POUNDS, lambda line: line.cost, "cost;purchase price;value"),
        (
            "asset/share",
            "Paid by the grant",
            _POUNDS,
            lambda line: line.share,
            "grant share;grant funded;paid by grant",
        ),
        (
            "asset/bought",
            "Bought on",
            _DAY,
            lambda line: line.bought_on,
            "bought on;purchase date;date acquired",
        ),
        ("asset/custodian", "Held by", _TEXT, lambda line: line.custodian, "custodian;held by;owner"),
        ("asset/location", "Where it is", _TEXT, lambda line: line.location, "location;place"),
        ("asset/life", "Years of use", _NUMBER, lambda line: line.life_years, "life;useful life;years"),
        ("asset/state", "State", _CHOICE, lambda line: line.state.value.capitalize(), "state;status"),
        (
            "asset/disposed",
            "Disposed of on",
            _DAY,
            lambda line: line.disposed_on,
            "disposed on;disposal date",
        ),
        ("asset/proceeds", "Proceeds", _POUNDS, lambda line: line.proceeds, "proceeds;disposal proceeds"),
        choices={"asset/state": tuple(each.value.capitalize() for each in AssetState)},
    )


def _ends(sent: Sent, move: BudgetMovement, *, source: bool) -> str:
    project = move.source if source else move.target
    return (
        "Contingency"
        if project is None
        else {head.project_id: head.ref for head in sent.position.projects}[project]
    )


def _virements() -> tuple[Of, ...]:
    rows, group = (RowsOf.VIREMENTS,), "Virements"
    return (
        (
            entry("virement/number", "Number", _NUMBER, group, "number;no;ref", rows),
            lambda _, line: SentValue(line.number or None),
        ),
        (entry("virement/day", "Day", _DAY, group, "date;day", rows), lambda _, line: SentValue(line.dated)),
        (
            entry("virement/from", "From", _TEXT, group, "from;from project;out of", rows),
            lambda sent, line: text_of(_ends(sent, line, source=True)),
        ),
        (
            entry("virement/to", "To", _TEXT, group, "to;to project;into", rows),
            lambda sent, line: text_of(_ends(sent, line, source=False)),
        ),
        (
            entry("virement/amount", "Amount", _POUNDS, group, "amount;value", rows),
            lambda _, line: SentValue(line.amount),
        ),
        (
            entry("virement/kind", "Kind of money", _TEXT, group, "kind;capital or revenue", rows),
            lambda _, line: text_of(line.kind.value),
        ),
        (
            entry("virement/reason", "Reason", _TEXT, group, "reason;justification", rows),
            lambda _, line: text_of(line.reason),
        ),
        (
            entry("virement/authority", "Authority", _TEXT, group, "authority;approved by;approval", rows),
            lambda _, line: text_of(line.authority),
        ),
    )


def _claims() -> tuple[Of, ...]:
    rows, group = (RowsOf.CLAIMS,), "Claims"

    def money(source: str, label: str, part: str, also: str) -> Of:
        def value(sent: Sent, line: Any) -> SentValue:
            became = figures(sent.document.claims, claim=line[0]) if sent.document.claims else None
            if became is None:
                return NOT_HELD
            return SentValue(getattr(became, part), sent.grant(f"claim/{line[1].number}/{part}"))

        return entry(source, label, _POUNDS, group, also, rows), value

    return (
        (
            entry("claim/number", "Number", _NUMBER, group, "claim;claim number;number", rows),
            lambda _, line: SentValue(line[1].number),
        ),
        (
            entry(
                "claim/state",
                "State",
                _CHOICE,
                group,
                "state;status",
                rows,
                tuple(each.value for each in ClaimState),
            ),
            lambda _, line: text_of(line[1].state.value),
        ),
        money("claim/claimed", "Claimed", "claimed", "claimed;amount claimed;amount"),
        money("claim/approved", "Approved", "approved", "approved;amount approved"),
        money("claim/paid", "Paid", "paid", "paid;amount paid"),
        (
            entry("claim/submitted", "Sent on", _DAY, group, "submitted;date submitted;date of claim", rows),
            lambda _, line: SentValue(line[1].submitted_on),
        ),
        (
            entry("claim/approved-on", "Approved on", _DAY, group, "approved on;date approved", rows),
            lambda _, line: SentValue(line[1].approved_on),
        ),
        (
            entry("claim/reference", "Reference", _TEXT, group, "reference;claim ref", rows),
            lambda _, line: text_of(line[1].reference),
        ),
    )


def _conditions() -> tuple[Of, ...]:
    return _plain(
        RowsOf.CONDITIONS,
        "Conditions",
        ("condition/clause", "Clause", _TEXT, lambda line: line.clause, "clause;ref;number"),
        ("condition/text", "Condition", _TEXT, lambda line: line.text, "condition;requirement;text"),
        ("condition/owner", "Owner", _TEXT, lambda line: line.owner, "owner;responsible"),
        ("condition/due", "Due", _DAY, lambda line: line.due, "due;due date;deadline"),
        ("condition/state", "State", _CHOICE, lambda line: line.state.value.capitalize(), "state;status;met"),
        ("condition/proof", "Evidence", _TEXT, lambda line: line.proof, "evidence;proof"),
        choices={"condition/state": tuple(each.value.capitalize() for each in ConditionState)},
    )


def _match() -> tuple[Of, ...]:
    return _plain(
        RowsOf.MATCH,
        "Match funding",
        ("match/ref", "Project's reference", _TEXT, lambda line: line.ref, "ref;project ref"),
        ("match/project", "Project", _TEXT, lambda line: line.project, "project"),
        ("match/source", "Source", _TEXT, lambda line: line.source, "source;funder;source of match"),
        ("match/type", "Type", _TEXT, lambda line: line.type, "type;sector"),
        (
            "match/in-kind",
            "In kind",
            _CHOICE,
            lambda line: "Yes" if line.is_in_kind else "No",
            "in kind;in-kind",
        ),
        (
            "match/secured",
            "Secured",
            _CHOICE,
            lambda line: "Yes" if line.is_secured else "No",
            "secured;confirmed",
        ),
        ("match/planned", "Planned", _POUNDS, lambda line: line.planned, "planned;amount;pledged;budget"),
        ("match/received", "Received", _POUNDS, lambda line: line.received, "received"),
        ("match/spent", "Spent", _POUNDS, lambda line: line.spent, "spent;actual"),
        choices={"match/in-kind": _YES_NO[:2], "match/secured": _YES_NO[:2]},
    )


#: The entries of each sort of row.
OF_ROWS: Final[dict[RowsOf, tuple[Of, ...]]] = {
    RowsOf.INDICATORS: _indicators(),
    RowsOf.OUTCOMES: _outcomes(),
    RowsOf.RISKS: _risks(),
    RowsOf.ASSETS: _assets(),
    RowsOf.VIREMENTS: _virements(),
    RowsOf.CLAIMS: _claims(),
    RowsOf.CONDITIONS: _conditions(),
    RowsOf.MATCH: _match(),
}


def lines_of(sent: Sent) -> dict[RowsOf, Sequence[tuple[str, str, Any]]]:
    """The lines of each sort of row, each with its key and what it is called."""
    document = sent.document
    results, story = document.results, document.story
    claims = document.claims.in_order() if document.claims is not None else ()
    return {
        RowsOf.INDICATORS: [(line.figure or line.named, line.named, line) for line in results.lines]
        if results
        else [],
        RowsOf.OUTCOMES: [(f"{line.ref} {line.outcome}", line.outcome, line) for line in results.outcomes]
        if results
        else [],
        RowsOf.RISKS: [(str(line.id), line.risk.name, line) for line in story.risks],
        RowsOf.ASSETS: [(str(line.id), line.description, line) for line in story.assets],
        RowsOf.VIREMENTS: [
            (str(at), f"Virement {move.number or at}", move)
            for at, move in enumerate(document.position.movements, start=1)
            if move.dated <= sent.last_day
        ],
        RowsOf.CLAIMS: [(str(claim.number), f"Claim {claim.number}", (id, claim)) for id, claim in claims],
        RowsOf.CONDITIONS: [(line.clause or line.text, line.in_short, line) for line in document.conditions],
        RowsOf.MATCH: [
            (f"{line.ref} {line.source} {at}", f"{line.ref} {line.source}", line)
            for at, line in enumerate(document.match, start=1)
        ],
    }


def rows_of_sort(sent: Sent, rows: RowsOf, lines: Sequence[tuple[str, str, Any]]) -> tuple[FigureRow, ...]:
    """*lines* with what each holds for the entries of their sort."""
    return tuple(
        FigureRow(key, label, {each.source: value(sent, line) for each, value in OF_ROWS[rows]})
        for key, label, line in lines
    )
