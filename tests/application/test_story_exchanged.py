"""What returns say beside the money goes out into the exchange workbook whole, and comes back the same; what says a
thing otherwise than the file, or can't be, is named by its row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from fundingapp.application.commands.exceptions import AcceptException
from fundingapp.application.commands.exchange import ExchangeRefusedError
from fundingapp.application.commands.records import AddRecords, Record
from fundingapp.application.ports import SavedReturn
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.assets import Asset, AssetState
from fundingapp.domain.exchange.reading import RawSheet
from fundingapp.domain.ids import AreaId, FundId, OutcomeId, ProjectId, TemplateId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.ledger import RawRow
from fundingapp.domain.money import Money
from fundingapp.domain.narratives import NarrativeSection, ProjectProgress, ProjectStatus, ReturnText
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.domain.partner_books import PartnerStatement
from fundingapp.domain.rag import Rag
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.risks import Risk
from fundingapp.domain.states import Step, Subject
from fundingapp.domain.templates import ReturnTemplate
from tests.application.test_exchange_books import AGAIN, Office
from tests.builders_core import YEAR, set_up_grant
from tests.storied import tell

FUND, PROJECTS = FundId(1), (ProjectId(1), ProjectId(2), ProjectId(3))
NOON = datetime(2019, 5, 2, 12, 0, tzinfo=UTC)
KINDS = ("return_texts", "project_progress", "risks", "assets", "partner_statements", "accepted_exceptions")


def storied() -> Office:
    """A file of one grant with everything that a return says in words."""
    office = Office()
    tell(office.desk, set_up_grant(office.desk, more=("P-03",)), YEAR)
    office.desk.do(
        AcceptException(FUND, YEAR, 4, "waiting", "Four lines wait.", "as agreed with the commissioner")
    )
    return office


def story_of(office: Office) -> dict[str, list[Any]]:
    with office.tools.open_work(reading=True) as work:
        return {kind: [kept.value for kept in getattr(work, kind).all()] for kind in KINDS}


def asset_steps(office: Office) -> list[tuple[Any, ...]]:
    with office.tools.open_work(reading=True) as work:
        steps = (kept.value for kept in work.steps.all())
        return [(each.subject, each.before, each.after) for each in steps if each.subject.value == "asset"]


def test_a_return_made_from_a_template_leaves_with_its_moves_and_without_its_file() -> None:
    office, there = Office(), Office()
    set_up_grant(office.desk)
    sent = SavedReturn(
        *(FUND, YEAR, 4, 1, ReturnState.CHECKED, NOON, "Ann", "q4.xlsx", "ab" * 32, 12, Money(100)),
        template=TemplateId(7),
        sequence=40,
        size=9000,
        sent_to="The Commissioner",
    )
    step = Step(Subject.RETURN, 1, "draft", "checked", None, NOON, "Ann")
    form = ReturnTemplate("Their form", "form.xlsx", "cd" * 32, 5000, "Ann", NOON)
    office.desk.do(
        AddRecords(
            (Record("templates", 7, form), Record("returns", 1, sent), Record("steps", 99, step)), "send"
        )
    )
    there.load(office.export())
    with there.tools.open_work(reading=True) as work:
        [held] = [kept.value for kept in work.returns.all()]
        [moved] = [kept.value for kept in work.steps.all() if kept.value.subject is Subject.RETURN]
    # Its file is not there, so nothing may look for it, nor for the entry of another file's history.
    assert held == replace(sent, template=None, sequence=0, size=0)
    assert moved == step


def changed(sheets: list[RawSheet], name: str, row: int, heading: str, cell: Any) -> list[RawSheet]:
    """*sheets* with another cell in a row of one of them."""
    made = []
    for sheet in sheets:
        if sheet.name == name:
            at = list(sheet.headings).index(heading)
            rows = [
                RawRow(each.row, (*each.cells[:at], cell, *each.cells[at + 1 :])) if each.row == row else each
                for each in sheet.rows
            ]
            sheet = replace(sheet, rows=rows)
        made.append(sheet)
    return made


def test_what_returns_say_goes_out_and_comes_back_the_same() -> None:
    here, there = storied(), Office()
    written = here.export()
    there.load(written)
    assert story_of(there) == story_of(here)
    assert min(map(len, story_of(there).values())) > 0
    assert asset_steps(there) == asset_steps(here) != []
    assert there.export() == written
    assert there.load(written).new == 0
    there.desk.undo()
    assert not any(story_of(there).values())


NOT_SO = [
    ("return texts", "text", "Otherwise", "held.differs", "is held otherwise: text"),
    ("project progress", "status", "complete", "held.differs", "status in progress there, complete here"),
    ("accepted checks", "reason", "nobody said so", "held.differs", "reason as agreed with the commissioner"),
    ("return texts", "quarter", 5, "row.refused", "There is no quarter 5"),
    ("project progress", "quarter", 0, "row.refused", "There is no quarter 0"),
    ("risks", "likelihood", 6, "row.refused", "likelihood 6 is not on the scale"),
    ("assets", "share", 99999, "row.refused", "can't be the grant's share"),
    ("partner statements", "passed on", -1, "row.refused", "can't have been passed on"),
    ("risks", "project", "P-99", "reference.unknown", "there is no “P-99” that it names"),
]


@pytest.mark.parametrize(("sheet", "heading", "cell", "kind", "said"), NOT_SO)
def test_what_can_not_be_is_refused_by_sheet_and_row(
    sheet: str, heading: str, cell: Any, kind: str, said: str
) -> None:
    office = storied()
    before = story_of(office)
    with pytest.raises(ExchangeRefusedError) as refused:
        office.load(changed(office.export(), sheet, 2, heading, cell), AGAIN)
    [found] = [each for each in refused.value.noticed if each.contradicts]
    assert (found.kind, found.place) == (kind, (sheet, 2))
    assert said.casefold() in found.text.casefold()
    assert story_of(office) == before


def test_one_section_in_two_rows_is_a_contradiction() -> None:
    written = storied().export()
    twice = [
        replace(sheet, rows=[*sheet.rows, RawRow(99, sheet.rows[0].cells)])
        if sheet.name == "return texts"
        else sheet
        for sheet in written
    ]
    with pytest.raises(ExchangeRefusedError) as refused:
        Office().load(twice)
    [found] = [each for each in refused.value.noticed if each.contradicts]
    assert (found.kind, found.place, found.other) == (
        "key.repeated",
        ("return texts", 99),
        ("return texts", 2),
    )
    assert "just the same" in found.text


def with_results(names: tuple[str, ...]) -> Office:
    """A file with an outcome, a place and an indicator for each of *names*, in their order."""
    office = Office()
    set_up_grant(office.desk)
    for at, name in enumerate(names, start=1):
        rows = (
            ("areas", 2 * at, Area(f"Beat {name}", AreaKind.BEAT)),
            ("areas", 2 * at - 1, Area(f"Part of {name}", AreaKind.BEAT, parent=AreaId(2 * at))),
            ("outcomes", at, Outcome(f"Outcome {name}", PROJECTS[0])),
            ("outcome_statements", at, OutcomeStatement(OutcomeId(at), YEAR, 1, f"said of {name}")),
            (
                "indicators",
                at,
                Indicator(f"Counted {name}", None, outcome=OutcomeId(at), area=AreaId(2 * at)),
            ),
        )
        office.desk.do(AddRecords(tuple(Record(*row) for row in rows), f"add {name}"))
    return office


def test_rows_that_are_called_by_their_place_are_known_again_in_a_file_that_numbers_them_otherwise() -> None:
    """“outcomes 2” of a workbook is what it says, not the file's second outcome."""
    office = with_results(("b",))
    loaded = office.load(with_results(("a", "b")).export(), AGAIN)
    new = {each.sheet: each.new for each in loaded.counts}
    assert new == {
        name: {"areas": 2}.get(name, 1) for name in ("areas", "outcomes", "statements", "indicators")
    } | {name: 0 for name in new if name not in ("areas", "outcomes", "statements", "indicators")}
    with office.tools.open_work(reading=True) as work:
        outcomes = {kept.id: kept.value.name for kept in work.outcomes.all()}
        said = {kept.value.changed: outcomes[kept.value.outcome] for kept in work.outcome_statements.all()}
        of = {kept.value.name: outcomes[kept.value.outcome or 0] for kept in work.indicators.all()}
    assert said == {"said of a": "Outcome a", "said of b": "Outcome b"}
    assert of == {"Counted a": "Outcome a", "Counted b": "Outcome b"}


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12).map(
    lambda text: " ".join(text.split())
)
_NAMES = _WORDS.map(lambda text: f"x{text}")
_QUARTERS = st.integers(1, 4)
_DAYS = st.none() | st.dates(date(2018, 4, 1), date(2019, 3, 31))
_SCALE = st.integers(1, 5)


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, Any]]:
    """Records of all five kinds, as the rules of each have them."""
    made: list[tuple[str, Any]] = []
    for section, quarter in draw(
        st.sets(st.tuples(st.sampled_from(NarrativeSection), _QUARTERS), max_size=4)
    ):
        made.append(
            ("return_texts", ReturnText(FUND, YEAR, quarter, section, draw(_NAMES), draw(_WORDS), NOON))
        )
    rag = st.none() | st.sampled_from(Rag)
    for project, quarter in draw(st.sets(st.tuples(st.sampled_from(PROJECTS), _QUARTERS), max_size=4)):
        status = draw(st.sampled_from(ProjectStatus))
        judged = ProjectProgress(
            project, YEAR, quarter, status, draw(rag), draw(rag), draw(_WORDS), "Ann", NOON
        )
        made.append(("project_progress", judged))
    maybe_one = st.none() | st.sampled_from(PROJECTS)
    for _ in range(draw(st.integers(0, 3))):
        after = draw(st.none() | _SCALE)
        risk = Risk(
            *(FUND, draw(_NAMES), draw(_WORDS), draw(_SCALE), draw(_SCALE), draw(_NAMES), after, after),
            owner=draw(_WORDS),
            project=draw(maybe_one),
            closed=draw(_DAYS),
        )
        made.append(("risks", risk))
    pence = st.integers(1, 10**9)
    for _ in range(draw(st.integers(0, 3))):
        cost = draw(pence)
        asset = Asset(
            *(draw(st.sampled_from(PROJECTS)), FUND, draw(_NAMES), Money(cost)),
            *(Money(draw(st.integers(0, cost))), date(2018, 4, 1), draw(_WORDS), draw(_WORDS)),
            *(draw(st.none() | st.integers(1, 100)), draw(st.sampled_from(AssetState)), draw(_DAYS)),
            Money(draw(pence)),
            draw(_WORDS),
        )
        made.append(("assets", asset))
    for _ in range(draw(st.integers(0, 3))):
        received = draw(_DAYS)
        signed = draw(_NAMES) if received is not None else ""
        statement = PartnerStatement(
            *(
                draw(st.sampled_from(PROJECTS)),
                FUND,
                YEAR,
                draw(_NAMES),
                Money(draw(pence)),
                received,
                signed,
            ),
            draw(_DAYS) if signed else None,
            draw(_WORDS),
        )
        made.append(("partner_statements", statement))
    return made


@given(stories())
@settings(max_examples=10)
def test_whatever_returns_say_comes_back_the_same(story: list[tuple[str, Any]]) -> None:
    here, there = Office(), Office()
    set_up_grant(here.desk, more=("P-03",))
    numbers: dict[str, int] = {}
    for kind, value in story:
        numbers[kind] = numbers.get(kind, 0) + 1
        here.desk.do(AddRecords((Record(kind, numbers[kind], value),), "say it"))
    written = here.export()
    there.load(written)
    assert story_of(there) == story_of(here)
    assert there.export() == written
    assert there.load(written).new == 0
