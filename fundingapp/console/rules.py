"""Looking at the coding rules from the console: listing, trying, saving them as a table, and explaining a line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fundingapp.application.offices import Offices, OpenFile
from fundingapp.application.ports import LineFilter, LineOrder, LineRow
from fundingapp.application.queries.lines import LineIds, LineRows
from fundingapp.application.queries.rules import (
    ExplainLine,
    LineExplanation,
    Rules,
    RuleUses,
    TryRule,
    WriteRules,
)
from fundingapp.application.queries.tables import ReadRules
from fundingapp.application.wording import count
from fundingapp.console.files import DONE
from fundingapp.console.output import BarProgress, Output, table
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.findings import Severity
from fundingapp.domain.ids import RuleId
from fundingapp.domain.matching import CodingRule
from fundingapp.domain.rule_reasons import RuleCheck
from fundingapp.domain.rule_tables import ParsedRules
from fundingapp.domain.rule_trials import Meets


def usable_rules(opened: OpenFile, path: Path) -> ParsedRules:
    """The rules of a table. Raises ExpectedError when any row of it can't be used."""
    parsed = opened.desk.ask(ReadRules(path))
    errors = [finding for finding in parsed.findings if finding.severity is Severity.ERROR]
    if errors:
        raise ExpectedError(
            "rules_findings",
            f"“{path.name}” can't be used: {errors[0].text}",
            "Correct the table; no rule was added.",
        )
    return parsed


def look_at_rules(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Carries out ``rules`` without adding any; returns the exit status."""
    if given.trial and given.rules is None:
        raise ExpectedError("no_rules", "There is no table of rules to try.", "Name it after the file.")
    opened = offices.open(given.file, writing=False)
    try:
        if given.trial:
            return _try(given, opened, out, progress)
        if given.save is not None:
            number = opened.desk.ask(WriteRules(given.save), progress)
            out.result(
                {"rules": number, "file": str(given.save)},
                [f"{count(number, 'rule')} written to {given.save}."],
            )
            return DONE
        if given.explain is not None:
            return _explain(given, opened, out)
        return _list(opened, out)
    finally:
        opened.close()


def _data(rule: CodingRule) -> dict[str, Any]:
    return {
        "order": rule.order,
        "name": rule.name,
        "when": rule.when,
        "charge_to": str(rule.target),
        "on": rule.on,
    }


def _list(opened: OpenFile, out: Output) -> int:
    rules = opened.desk.ask(Rules())
    uses = opened.desk.ask(RuleUses())
    listed = []
    rows = []
    for kept in rules:
        rule, use = kept.value, uses.get(RuleId(kept.id))
        lines, pence = (use.lines, use.total.pence) if use is not None else (0, 0)
        listed.append(_data(rule) | {"lines": lines, "total_pence": pence})
        when = f"{rule.name}: {rule.when}" if rule.name else rule.when
        placed = f"{lines:,}" if rule.on else f"{lines:,} (off)"
        rows.append((str(rule.order), when, str(rule.target), placed, str(use.total) if use else "0.00"))
    words = table("", ("Order", "When a line’s …", "Charge to", "Lines", "£"), rows, (0, 3, 4))
    out.result({"rules": len(rules), "list": listed}, [words if rules else "There are no coding rules."])
    return DONE


def _try(given: argparse.Namespace, opened: OpenFile, out: Output, progress: BarProgress) -> int:
    tried = []
    words = []
    for rule in usable_rules(opened, given.rules).rules:
        answer = opened.desk.ask(TryRule(rule), progress)
        trial = answer.trial
        tried.append(
            _data(rule)
            | {
                "lines": len(trial.taken),
                "total_pence": trial.total.pence,
                "charged_elsewhere": len(trial.of(Meets.ELSEWHERE)),
                "taken_earlier": len(trial.of(Meets.EARLIER)),
                "stuck": len(trial.of(Meets.STUCK)),
                "sentence": answer.sentence,
            }
        )
        words.append(f"Rule {rule.order}, {rule.when}: {answer.sentence}")
    out.result({"tried": tried}, [*words, "Each was tried by itself; none was added."])
    return DONE


def _explain(given: argparse.Namespace, opened: OpenFile, out: Output) -> int:
    where = LineFilter(columns=(("transaction", given.explain),))
    ids = opened.desk.ask(LineIds(where, LineOrder()))
    rows = [row for row in opened.desk.ask(LineRows(tuple(ids))) if row.line.transaction == given.explain]
    if not rows:
        raise NotFoundError("transaction", given.explain, "Look at its number in the ledger.")
    lines = []
    words = []
    for row in rows:
        explained = opened.desk.ask(ExplainLine(row.id))
        lines.append(_explanation_data(row, explained))
        words += _explanation_words(row, explained)
    out.result({"lines": lines}, words)
    return DONE


def _check_data(check: RuleCheck) -> dict[str, Any]:
    return _data(check.known.rule) | {
        "conditions": [
            {"condition": str(each.condition), "holds": each.holds, "line": each.stated}
            for each in check.checks
        ]
    }


def _explanation_data(row: LineRow, explained: LineExplanation) -> dict[str, Any]:
    today = explained.today
    return {
        "transaction": row.line.transaction,
        "supplier": row.line.supplier,
        "amount_pence": row.line.amount.pence,
        "state": row.state.value,
        "charges": [
            {"amount_pence": entry.charge.amount.pence, "how": entry.how.value, "reason": entry.charge.reason}
            for entry in explained.charges
        ],
        "fits": _check_data(today.fits) if today.fits is not None else None,
        "problem": today.problem,
        "later": [check.known.rule.order for check in today.later],
        "off": [check.known.rule.order for check in today.off],
        "nearly": [_check_data(check) for check in today.nearly],
    }


def _explanation_words(row: LineRow, explained: LineExplanation) -> list[str]:
    line, today = row.line, explained.today
    words = [
        f"{line.transaction}, {line.supplier or line.description}, {line.amount.in_words}: {row.state.value}."
    ]
    words += [f"  {entry.charge.amount.in_words}: {entry.charge.reason}" for entry in explained.charges]
    if explained.removed:
        words.append("  The rule that charged it was removed since.")
    if today.fits is not None:
        rule = today.fits.known.rule
        words.append(f"  Today rule {rule.order} fits: {rule.when}; charge to {rule.target}.")
    else:
        words.append("  No rule fits it today.")
    if today.problem:
        words.append(f"  It can’t be carried out: {today.problem}")
    for verb, checks in (("would fit after it", today.later), ("would fit, but is switched off", today.off)):
        words += [f"  Rule {check.known.rule.order} {verb}." for check in checks]
    for check in today.nearly:
        words.append(f"  Rule {check.known.rule.order} nearly fits: {check.failed[0]}.")
    return words
