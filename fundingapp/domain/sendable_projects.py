"""What a return may send of each of its projects.

Every amount is taken from the project's position; nothing is worked out here but its kinds of money put together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money, percentage
from fundingapp.domain.narratives import ProjectStatus
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.rag import Rag, rag_of
from fundingapp.domain.sendable import FigureSort, SentValue
from fundingapp.domain.sendable_entries import OfProject, ProjectRow, entry, text_of
from fundingapp.domain.templates import RowsOf

_POUNDS, _NUMBER, _TEXT, _DAY, _CHOICE = FigureSort
_RAGS: Final = tuple(each.value for each in Rag)
_PROJECTS: Final = (RowsOf.PROJECTS, RowsOf.HEADS)


def _entries_of_projects() -> tuple[OfProject, ...]:
    group = "Projects"
    found: list[OfProject] = []

    def words(source: str, label: str, of: Callable[[ProjectRow], str], also: str) -> None:
        found.append((entry(source, label, _TEXT, group, also, _PROJECTS), lambda each: text_of(of(each))))

    def pounds(
        source: str, label: str, measure: str, of: Callable[[ProjectPosition], Money], also: str
    ) -> None:
        found.append(
            (
                entry(source, label, _POUNDS, group, also, _PROJECTS),
                lambda each: each.amount(measure, of),
            )
        )

    words(
        "project/ref",
        "Reference",
        lambda each: each.first.ref,
        "ref;reference;project ref;project reference;id;code;project code",
    )
    words(
        "project/name",
        "Project",
        lambda each: each.first.project.name,
        "project;project name;scheme;initiative;name of project;title",
    )
    words(
        "project/named",
        "Reference and name",
        lambda each: f"{each.first.ref}: {each.first.project.name}",
        "project reference and name",
    )
    words(
        "project/kind",
        "Kinds of money",
        lambda each: ", ".join(head.kind.value for head in each.heads),
        "kind;capital or revenue;capital/revenue;type of spend;type",
    )
    words(
        "project/lead",
        "Lead",
        lambda each: each.first.project.lead,
        "lead;project lead;lead agency;lead organisation;owner;delivery body",
    )
    words(
        "project/theme",
        "Theme",
        lambda each: each.sent.document.served_by(each.first).theme,
        "theme;plan theme",
    )
    words(
        "project/priority",
        "Priority",
        lambda each: each.sent.document.served_by(each.first).priority,
        "priority;priority area",
    )
    words(
        "project/area",
        "Area",
        lambda each: each.sent.document.served_by(each.first).area,
        "area;ward;location",
    )
    words(
        "project/description",
        "Description",
        lambda each: each.first.project.description,
        "description;summary;project description",
    )
    for source, label, day, also in (
        ("project/starts", "Starts on", lambda each: each.first.project.starts_on, "start date;starts;start"),
        ("project/ends", "Ends on", lambda each: each.first.project.ends_on, "end date;ends;finish;end"),
    ):
        found.append(
            (
                entry(source, label, _DAY, group, also, _PROJECTS),
                lambda each, day=day: SentValue(day(each)),  # type: ignore[misc]
            )
        )
    pounds(
        "project/award",
        "Award",
        "award",
        lambda each: each.budget.award,
        "award;grant awarded;original budget;amount awarded;approved",
    )
    pounds(
        "project/brought-forward",
        "Brought forward",
        "brought forward",
        lambda each: each.budget.brought_forward,
        "brought forward;b/f",
    )
    pounds(
        "project/budget",
        "Current budget",
        "budget",
        lambda each: each.budget.current,
        "budget;current budget;allocation;revised budget;annual budget;approved budget",
    )
    pounds(
        "project/virement-in",
        "Virements in",
        "virements/in",
        lambda each: each.budget.virement_in,
        "virement in;virements in",
    )
    pounds(
        "project/virement-out",
        "Virements out",
        "virements/out",
        lambda each: -each.budget.virement_out,
        "virement out;virements out",
    )
    for quarter in range(1, 5):
        pounds(
            f"project/spent/q{quarter}",
            f"Spent in quarter {quarter}",
            f"stated/Q{quarter}",
            lambda each, quarter=quarter: each.quarters[quarter - 1],  # type: ignore[misc]
            f"q{quarter} actual;q{quarter};q{quarter} spend;quarter {quarter};spend q{quarter};actual q{quarter}",
        )
    pounds(
        "project/prior-adjustment",
        "Prior-period adjustment",
        "prior",
        lambda each: each.prior_period_adjustment,
        "prior period adjustment;adjustment",
    )
    pounds(
        "project/spent",
        "Spent to date",
        "spend",
        lambda each: each.spent,
        "spent to date;year to date;spend to date;actual to date;ytd;total spend;expenditure;actual;actual spend",
    )
    found += [
        (
            entry(
                "project/spent/before",
                "Spent in the quarters before",
                _POUNDS,
                group,
                "previously claimed;cumulative prior;spend before this quarter;prior quarters;previous spend",
                _PROJECTS,
            ),
            lambda each: SentValue(each.total(_before)),
        ),
        (
            entry(
                "project/spent/quarter",
                "Spent in the return's quarter",
                _POUNDS,
                group,
                "this quarter;spend this quarter;actual this quarter;current quarter",
                _PROJECTS,
            ),
            lambda each: each.amount(f"stated/Q{each.sent.document.quarter}", _in_quarter),
        ),
    ]
    pounds(
        "project/ledger",
        "Charged from the ledger",
        "ledger",
        lambda each: each.spent_ledger,
        "ledger;per ledger",
    )
    pounds(
        "project/accrued",
        "Accruals less reversals",
        "accrued",
        lambda each: each.spent_accrued,
        "accruals;accrued",
    )
    pounds(
        "project/profile",
        "Profile to date",
        "profile",
        lambda each: each.profile_to_date,
        "profile to date;budget to date;profile;planned to date",
    )
    pounds(
        "project/expected",
        "Still expected",
        "remaining",
        lambda each: each.forecast_remaining,
        "still expected;remaining forecast;forecast remaining;to come;committed",
    )
    pounds(
        "project/outturn",
        "Forecast outturn",
        "outturn",
        lambda each: each.outturn,
        "forecast outturn;outturn;forecast;year end forecast;projected outturn;full year forecast",
    )
    pounds(
        "project/variance",
        "Variance: outturn less budget",
        "variance",
        lambda each: each.variance,
        "variance;over/under;over/(under);overspend;variance to budget",
    )
    found.append(
        (
            entry(
                "project/underspend",
                "Underspend: budget less outturn",
                _POUNDS,
                group,
                "underspend;under/over",
                _PROJECTS,
            ),
            lambda each: SentValue(each.total(lambda head: -head.variance)),
        )
    )
    pounds(
        "project/left",
        "Left to spend",
        "left",
        lambda each: each.left,
        "left to spend;balance;remaining;remaining budget;unspent",
    )
    found += [
        (
            entry(
                "project/used-percent",
                "Spent, as per cent of budget",
                _NUMBER,
                group,
                "% spent;percent spent",
                _PROJECTS,
            ),
            lambda each: SentValue(
                percentage(each.total(lambda head: head.spent), each.total(lambda head: head.budget.current))
            ),
        ),
        (
            entry(
                "project/rag",
                "RAG of spend",
                _CHOICE,
                group,
                "rag;rag rating;rag status;spend rag rating;spend rag",
                _PROJECTS,
                _RAGS,
            ),
            _spend_rag,
        ),
        (
            entry(
                "project/delivery-rag",
                "RAG of delivery",
                _CHOICE,
                group,
                "delivery rag;delivery rag rating",
                _PROJECTS,
                _RAGS,
            ),
            lambda each: text_of(
                each.progress.delivery_rag.value
                if each.progress is not None and each.progress.delivery_rag
                else ""
            ),
        ),
        (
            entry(
                "project/status",
                "Status",
                _CHOICE,
                group,
                "status;project status;stage",
                _PROJECTS,
                tuple(each.value.capitalize() for each in ProjectStatus),
            ),
            lambda each: text_of(
                each.progress.status.value.capitalize()
                if each.progress is not None and each.progress.status
                else ""
            ),
        ),
    ]
    words(
        "project/reason",
        "Why it is off its budget",
        _reason,
        "comment;reason;reason for variance;explanation of variance;comments;variance explanation;notes",
    )
    words(
        "project/explanation",
        "Explanation of its colours",
        lambda each: each.progress.explanation if each.progress is not None else "",
        "explanation;why have you given these ratings;narrative;commentary",
    )
    for kind in Kind:
        found += _of_kind_of_project(kind)
    return tuple(found)


def _before(head: ProjectPosition) -> Money:
    return Money.total(head.quarters[: _quarter_at(head) - 1])


def _in_quarter(head: ProjectPosition) -> Money:
    return head.quarters[_quarter_at(head) - 1]


def _quarter_at(head: ProjectPosition) -> int:
    """The quarter with whose last period the position ends."""
    return min((head.to_period + 2) // 3, 4)


def _spend_rag(project: ProjectRow) -> SentValue:
    if not project.is_head and project.progress is not None:
        return SentValue(project.progress.spend.value)
    variance, budget = (
        project.total(lambda head: head.variance),
        project.total(lambda head: head.budget.current),
    )
    return SentValue(rag_of(variance, budget, project.first.rag_percents).value)


def _reason(project: ProjectRow) -> str:
    said = {head.kind: head.reason for head in project.heads if head.reason}
    if len(said) < 2:
        return next(iter(said.values()), "")
    return "; ".join(f"{kind.value}: {reason}" for kind, reason in said.items())


def _of_kind_of_project(kind: Kind) -> list[OfProject]:
    name = kind.value

    def put(
        source: str, label: str, measure: str, of: Callable[[ProjectPosition], Money], also: str
    ) -> OfProject:
        words = ";".join(f"{name} {word};{word} {name};{word} ({name})" for word in also.split(";"))
        return (
            entry(
                f"project/{source}/{name}",
                f"{label}, {name}",
                _POUNDS,
                f"Projects, {name}",
                words,
                (RowsOf.PROJECTS,),
            ),
            lambda each: each.of_kind(measure, kind, of),
        )

    return [
        put("award", "Award", "award", lambda each: each.budget.award, "award"),
        put("budget", "Current budget", "budget", lambda each: each.budget.current, "budget;allocation"),
        put("spent", "Spent to date", "spend", lambda each: each.spent, "spend;spent;actual;expenditure"),
        *(
            put(
                f"spent/q{quarter}",
                f"Spent in quarter {quarter}",
                f"stated/Q{quarter}",
                lambda each, quarter=quarter: each.quarters[quarter - 1],  # type: ignore[misc]
                f"q{quarter}",
            )
            for quarter in range(1, 5)
        ),
        put("outturn", "Forecast outturn", "outturn", lambda each: each.outturn, "outturn;forecast"),
    ]


#: All that a project's row has.
OF_PROJECT: Final[tuple[OfProject, ...]] = _entries_of_projects()
