"""Every side of every identity answers “why?”, on the sample with all that a lived year has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fundingapp.application.desk import Desk
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.results import ResultsOf
from fundingapp.application.queries.why import Why
from fundingapp.application.sample import make_sample
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import FundId
from tests.enriched import YEAR, enrich
from tests.footing import assert_grant_foots


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, FundId]]:
    offices = Assembly()
    opened = offices.open(str(make_sample(offices, tmp_path_factory.mktemp("lived") / "sample", filled=True)))
    yield opened.desk, enrich(opened.desk)
    opened.close()


def test_no_side_of_an_identity_is_a_bare_number(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    identities = desk.ask(PositionOf(fund, YEAR)).identities
    assert {each.id for each in identities} >= {f"R{number}" for number in (*range(1, 24), 31)} | {
        "R8b",
        "R22b",
    }
    bare = [(each.id, each.left_name) for each in identities if not each.left_figure]
    bare += [(each.id, part.name) for each in identities for part in each.right if not part.figure]
    assert bare == []


def test_each_side_is_what_why_makes_it(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    assert_grant_foots(desk, fund, YEAR, None)


def test_each_figure_of_what_was_achieved_is_what_why_makes_it(lived: tuple[Desk, FundId]) -> None:
    desk, fund = lived
    rows = desk.ask(ResultsOf(YEAR, 4, fund)).rows
    assert len(rows) > 20
    for row in rows:
        for number, result in enumerate(row.quarters, start=1):
            assert desk.ask(Why(row.figure(f"q{number}"))).shown == result.hidden
        to_date = desk.ask(Why(row.figure("to-date")))
        assert to_date.shown == row.to_date.hidden
        assert to_date.sources, "a figure rests on what was measured"
        assert desk.ask(Why(row.figure("progress"))).shown == row.safe_judgement.word
        for measure in ("baseline", "target"):
            assert desk.ask(Why(row.figure(measure))).shown
