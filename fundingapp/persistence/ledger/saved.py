"""Lines and charges as JSON with whole pence: the two sides of a change between downloads."""

from __future__ import annotations

import json
from datetime import date, datetime

from fundingapp.application.ports import Charged
from fundingapp.application.wording import plain
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, ProjectId, RuleId, RunId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Charge, Disposition, How
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear


def line_json(line: LedgerLine) -> str:
    return json.dumps(plain(line), ensure_ascii=False)


def line_from(text: str) -> LedgerLine:
    values = json.loads(text)
    values["year"] = FinancialYear.parse(values["year"])
    values["posted_on"] = date.fromisoformat(values["posted_on"]) if values["posted_on"] else None
    values["amount"] = Money(values["amount"])
    return LedgerLine(**values)


def charges_json(charges: tuple[Charged, ...]) -> str:
    return json.dumps(plain(charges), ensure_ascii=False)


def charges_from(text: str) -> tuple[Charged, ...]:
    found = []
    for entry in json.loads(text):
        charge = entry["charge"]
        head = charge["head"]
        found.append(
            Charged(
                Charge(
                    Disposition(charge["disposition"]),
                    BudgetHead(ProjectId(head["project"]), FundId(head["fund"]), Kind(head["kind"]))
                    if head
                    else None,
                    Money(charge["amount"]),
                    charge["reason"],
                    RuleId(charge["rule"]) if charge["rule"] is not None else None,
                ),
                How(entry["how"]),
                RunId(entry["run"]) if entry["run"] is not None else None,
                entry["by"],
                datetime.fromisoformat(entry["at"]),
            )
        )
    return tuple(found)
