"""The table of coding rules, as a finance officer keeps it: conditions, and what to charge to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fundingapp.domain.cells import clean_text
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.matching import CodingRule, parse_target

_HEADINGS = {
    "order": ("order", "no", "number", "rule"),
    "cost_centre": ("cost centre", "costc", "cost center", "centre"),
    "account": ("account", "subjective", "subj", "nominal"),
    "supplier": ("supplier contains", "supplier"),
    "description": ("description contains", "description", "narrative contains", "narrative"),
    "type": ("type", "transaction type"),
    "target": ("charge to", "project", "target"),
}


@dataclass(frozen=True, slots=True)
class ParsedRules:
    """The rules of a table in its order; any ERROR finding means that it can't be used."""

    rules: tuple[CodingRule, ...]
    findings: tuple[Finding, ...]


def parse_rules(headings: Sequence[str], rows: Sequence[RawRow], file: str) -> ParsedRules:
    """Reads coding rules out of a table; blank rows are passed over, anything unclear is a finding with its row."""
    columns: dict[str, int] = {}
    for name, words in _HEADINGS.items():
        for at, heading in enumerate(headings):
            if " ".join(heading.casefold().split()) in words and name not in columns:
                columns[name] = at
    findings: list[Finding] = []
    if "target" not in columns:
        text = f"The table has no column “charge to”; its headings are {', '.join(headings) or 'empty'}."
        return ParsedRules((), (Finding(Severity.ERROR, "rules.no_target", text, Source(file)),))
    rules: list[CodingRule] = []
    for row in rows:
        values = {
            name: clean_text(row.cells[at]) if at < len(row.cells) else "" for name, at in columns.items()
        }
        if not any(values.values()):
            continue
        source = Source(file, row=row.row)
        order = values.get("order", "")
        if order and not order.isdecimal():
            findings.append(
                Finding(
                    Severity.ERROR,
                    "rules.order",
                    f"Row {row.row}, column “order”: “{order}” is not a whole number.",
                    source,
                )
            )
            continue
        try:
            target = parse_target(values["target"])
        except ValueError as error:
            findings.append(Finding(Severity.ERROR, "rules.target", f"Row {row.row}: {error}.", source))
            continue
        rule = CodingRule(
            order=int(order) if order else len(rules) + 1,
            target=target,
            **{
                name: values.get(name, "")
                for name in ("cost_centre", "account", "supplier", "description", "type")
            },
        )
        if rule.conditions == "every line":
            findings.append(
                Finding(
                    Severity.WARNING,
                    "rules.everything",
                    f"Row {row.row} has no condition: it charges every line that is left to {rule.target}.",
                    source,
                )
            )
        rules.append(rule)
    return ParsedRules(tuple(rules), tuple(findings))
