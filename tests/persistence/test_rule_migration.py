"""Rules of a file of version 1 ask the same after the upgrade, and the charges that they made still name them."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from fundingapp.domain.conditions import fits
from fundingapp.domain.matching import How
from fundingapp.persistence.database import open_file
from tests.conftest import ROOT

OLD = ROOT / "tests" / "data" / "files" / "v1.funding"


def test_every_rule_asks_what_it_asked_and_its_charges_keep_their_reasons(tmp_path: Path) -> None:
    path = tmp_path / "old.funding"
    shutil.copy(OLD, path)
    with closing(sqlite3.connect(path)) as old:
        names = ("type", "cost_centre", "account", "supplier", "description")
        before = old.execute(
            f"SELECT id, version, place, target, {', '.join(names)} FROM coding_rule"
        ).fetchall()
        charges = old.execute("SELECT line_id, rule_id, reason FROM charge ORDER BY line_id, part").fetchall()
    assert len(before) == 28
    database = open_file(path, lambda: datetime(2026, 1, 1, tzinfo=UTC), "S. Officer")
    try:
        with database.open_work(reading=True) as work:
            rules = {kept.id: kept for kept in work.rules.all()}
            held = work.ledger.charges_of(sorted({line for line, _, _ in charges}))
    finally:
        database.close()
    assert len(rules) == len(before)
    for id, version, place, target, *asked in before:
        rule = rules[id].value
        assert (rules[id].version, rule.order, str(rule.target), rule.name, rule.on) == (
            version,
            place,
            target,
            "",
            True,
        )
        assert rule.conditions == fits(**dict(zip(names, asked, strict=True)))
        assert all(condition.values for condition in rule.conditions)
    found = [
        (line, entry.charge.rule, entry.charge.reason) for line, entries in held.items() for entry in entries
    ]
    assert sorted(found, key=str) == sorted(charges, key=str)
    by_rule = [entry for entries in held.values() for entry in entries if entry.how is How.RULE]
    assert by_rule
    assert {entry.charge.rule for entry in by_rule} <= set(rules)
