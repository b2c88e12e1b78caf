"""What is due and what to see to before it goes wrong: the calendar, the conditions, the early warnings."""

from __future__ import annotations

import argparse

from fundingapp.application.offices import Offices
from fundingapp.application.queries.conditions import ConditionRow, ConditionsOf
from fundingapp.application.queries.deadlines import Deadlines, ExportCalendar
from fundingapp.application.queries.warnings import EarlyWarnings
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.wording import count, short_date
from fundingapp.console.files import DONE, TO_LOOK_AT
from fundingapp.console.output import BarProgress, Output, Part, table
from fundingapp.domain.early_warnings import EarlyWarning
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.gauges import Reading
from fundingapp.domain.grant_conditions import ConditionState
from fundingapp.domain.money import Money


def show_calendar(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """What is due, and the same as a calendar file."""
    if given.ics is not None and given.ics.suffix.casefold() != ".ics":
        raise ExpectedError(
            "not_a_calendar",
            f"“{given.ics.name}” does not end in .ics.",
            "Name the calendar so that it does.",
        )
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund)) if given.fund else None
        answer = opened.desk.ask(Deadlines(given.year, fund, given.today))
        written = (
            opened.desk.ask(ExportCalendar(given.ics, given.year, fund)) if given.ics is not None else None
        )
    finally:
        opened.close()
    rows = [
        (
            short_date(row.due),
            answer.reminder(row),
            row.kind,
            row.title,
            f"{row.fund} {row.year}",
            str(row.amount) if row.amount is not None else "",
        )
        for row in answer.rows
    ]
    words: list[Part] = [
        table("What is due", ("Due", "When", "What", "Title", "Grant", "Amount £"), rows, (5,))
        if rows
        else "Nothing is due."
    ]
    if written is not None:
        words.append(f"{count(written, 'event')} written to {given.ics}.")
    out.result(
        {
            "today": answer.today.isoformat(),
            "deadlines": [
                {
                    "id": row.key,
                    "due": row.due.isoformat(),
                    "days": (row.due - answer.today).days,
                    "kind": row.kind,
                    "title": row.title,
                    "fund": row.fund,
                    "year": str(row.year),
                    "amount_pence": row.amount.pence if row.amount is not None else None,
                    "done": row.is_done,
                    "done_on": row.done_on.isoformat() if row.done_on is not None else None,
                    "overdue": answer.is_overdue(row),
                }
                for row in answer.rows
            ],
            "overdue": answer.overdue,
            "ics": str(given.ics) if given.ics is not None else None,
        },
        words,
    )
    return TO_LOOK_AT if answer.overdue else DONE


def show_warnings(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """What will go wrong unless somebody does something."""
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund)) if given.fund else None
        found = opened.desk.ask(EarlyWarnings(given.year, fund, given.today))
    finally:
        opened.close()
    words: list[Part] = [part for warning in found for part in _in_words(warning)]
    out.result({"warnings": [_warning_data(warning) for warning in found]}, words or ["Nothing to warn of."])
    return TO_LOOK_AT if found else DONE


def _in_words(warning: EarlyWarning) -> list[Part]:
    rows = [
        (f"{'= ' if term.is_total else ''}{term.name}", str(term.amount), term.figure)
        for term in warning.terms
    ]
    return [
        f"{warning.severity.value.capitalize()}: {warning.about}. {warning.sentence}",
        table("", ("Made of", "£", "Ask"), rows, (1,)),
    ]


def _warning_data(warning: EarlyWarning) -> dict[str, object]:
    return {
        "kind": warning.kind.value,
        "severity": warning.severity.value,
        "about": warning.about,
        "sentence": warning.sentence,
        "terms": [
            {
                "name": term.name,
                "amount_pence": term.amount.pence if isinstance(term.amount, Money) else None,
                "text": "" if isinstance(term.amount, Money) else term.amount,
                "figure": term.figure,
            }
            for term in warning.terms
        ],
    }


def show_conditions(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """The conditions register and its gauges."""
    opened = offices.open(given.file, writing=False)
    try:
        fund = opened.desk.ask(FundNamed(given.fund))
        answer = opened.desk.ask(ConditionsOf(fund, given.year, given.today))
    finally:
        opened.close()
    rows = [
        (
            row.condition.clause,
            row.condition.text,
            row.condition.kind.value,
            row.ref,
            row.condition.owner,
            " ".join(part for part in (short_date(row.condition.due), row.due) if part),
            row.condition.state.value,
        )
        for row in answer.rows
    ]
    words: list[Part] = [reading.sentence for reading in answer.gauges]
    words.append(
        table(
            f"Conditions of {given.fund} {given.year}",
            ("Clause", "Text", "Kind", "Project", "Owner", "Due", "State"),
            rows,
        )
        if rows
        else "No condition is recorded."
    )
    out.result(
        {
            "conditions": [_condition_data(row) for row in answer.rows],
            "gauges": [_gauge_data(reading) for reading in answer.gauges],
        },
        words,
    )
    is_well = all(reading.is_well or reading.condition.is_settled for reading in answer.gauges)
    return DONE if is_well and not answer.overdue else TO_LOOK_AT


def _condition_data(row: ConditionRow) -> dict[str, object]:
    condition = row.condition
    return {
        "id": row.id,
        "clause": condition.clause,
        "text": condition.text,
        "kind": condition.kind.value,
        "project": row.ref or None,
        "owner": condition.owner,
        "due": condition.due.isoformat() if condition.due is not None else None,
        "state": condition.state.value,
        "overdue": row.is_overdue and condition.state is ConditionState.OPEN,
        "before_release": condition.before_release,
        "evidence": [{"name": kept.value.name, "sha256": kept.value.sha256 or None} for kept in row.evidence],
    }


def _gauge_data(reading: Reading) -> dict[str, object]:
    whole = reading.measured.whole
    return {
        "condition": reading.id,
        "gauge": reading.gauge.value,
        "value": reading.value_in_words,
        "part_pence": reading.measured.part.pence,
        "whole_pence": whole.pence if whole is not None else None,
        "limit": reading.limit_in_words,
        "room_pence": reading.room.pence if reading.is_measurable else None,
        "state": reading.state.value,
        "ok": reading.is_well,
    }
