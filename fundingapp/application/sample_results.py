"""The results of the sample partnership: what Charnwood's report of 6 March 2019 to its scrutiny board says was done
and what changed, figure by figure; nothing is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.outcomes import AddOutcome, WriteStatement
from fundingapp.application.commands.papers import AddPapers, NewPaper
from fundingapp.application.commands.results import AddIndicator, ChangeIndicator
from fundingapp.application.commands.value import WriteSentence
from fundingapp.application.desk import Desk
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.indicators import ProjectNamed
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.evidence import About, EvidenceType, Supported
from fundingapp.domain.ids import EvidenceId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.indicators import Counted, Due, GoodDirection, Indicator, Measure, ResultLevel
from fundingapp.domain.outcomes import Outcome
from fundingapp.domain.periods import FinancialYear

REPORT = "Report to the Scrutiny Management Board, 6 March 2019"
_POLICE = f"police recorded crime, {REPORT}, figure 1"
_YEAR = FinancialYear(2018)
_UP, _DOWN, _NEITHER = GoodDirection.UP, GoodDirection.DOWN, GoodDirection.NONE
#: Quarters 1 to 3, and the days of figure 1 in both years.
_Q1_TO_Q3 = (date(2018, 4, 1), date(2018, 12, 31))
_THIS_YEAR, _LAST_YEAR = (date(2018, 4, 1), date(2019, 1, 31)), (date(2017, 4, 1), date(2018, 1, 31))
_RULES_CHANGED = (
    "The recording rules (NCRS) changed in 2018: some anti-social behaviour is recorded as crime since."
)


_SATISFIED = "Satisfied with the service (excellent or good)"
#: What was over in November 2018, so that no figure of it is missing.
_OVER = "Domestic abuse campaign"


class _Figure(NamedTuple):
    first: date
    last: date
    text: str
    note: str = ""


class _Measured(NamedTuple):
    """An indicator of a project ("" for the partnership) with its figures; *outcome* is a place in _OUTCOMES."""

    ref: str
    outcome: int | None
    indicator: Indicator
    figures: tuple[_Figure, ...]


_OUTCOMES = (
    (
        "LF-10",
        Outcome(
            "Positive outcomes for victims of domestic abuse",
            description="Priority 4 of the plan for 2017/20.",
        ),
        WriteStatement(
            OutcomeId(0),
            _YEAR,
            None,
            "195 clients were supported in the first three quarters; satisfaction was 100%, all aspects of the service "
            "being rated excellent or good.",
            "The service's own performance indicators for quarter 3.",
            "The report doesn't say how many clients were asked.",
        ),
    ),
    (
        "LF-12",
        Outcome("Less residential burglary", description="Priority 1 of the plan for 2017/20."),
        WriteStatement(
            OutcomeId(0),
            _YEAR,
            None,
            "Residential burglary rose by 131 offences on the same ten months of the year before.",
            "Police recorded crime from 1 April to 31 January of both years.",
            "How many burglaries the packs prevented can't be measured.",
            "360 packs were given to homes near a burgled one.",
        ),
    ),
    ("LF-01", Outcome("Less transient noise related to student anti-social behaviour"), None),
    (
        "",
        Outcome(
            "Less crime in Charnwood",
            description="A target of the plan for 2017/20: a reduction in all crime.",
        ),
        None,
    ),
)


def _crime(name: str, before: str, now: str, note: str = "") -> _Measured:
    """A crime type of figure 1 with both of its counts; the plan wants a reduction of each."""
    indicator = Indicator(
        name,
        None,
        "offences",
        _DOWN,
        baseline=before,
        target="reduction",
        source=_POLICE,
        level=ResultLevel.OUTCOME,
        baseline_first=_LAST_YEAR[0],
        baseline_last=_LAST_YEAR[1],
        comparability=_RULES_CHANGED,
    )
    return _Measured("", 3, indicator, (_Figure(*_LAST_YEAR, before), _Figure(*_THIS_YEAR, now, note)))


_BURGLARY = _crime("Burglary – Residential", "823", "954")
_MEASURED = (
    _Measured(
        "LF-10",
        0,
        Indicator("Clients supported", None, "clients", _UP, counted=Counted.PEOPLE, source=REPORT),
        (_Figure(*_Q1_TO_Q3, "195"),),
    ),
    _Measured(
        "LF-10",
        0,
        Indicator("Freedom Programme sessions", None, "sessions", _UP, source=REPORT),
        (_Figure(*_Q1_TO_Q3, "10"),),
    ),
    _Measured(
        "LF-10",
        0,
        Indicator(
            _SATISFIED,
            None,
            "% of those who answered",
            _UP,
            source=REPORT,
            level=ResultLevel.OUTCOME,
            counted=Counted.SHARE,
        ),
        (_Figure(*_Q1_TO_Q3, "100%", "the number of clients who answered is not stated"),),
    ),
    _Measured(
        "LF-10",
        None,
        Indicator(
            "Domestic abuse campaign: impressions",
            None,
            "impressions",
            _UP,
            counted=Counted.CONTACTS,
            source=REPORT,
        ),
        (_Figure(date(2018, 11, 1), date(2018, 11, 30), "1,862"),),
    ),
    _Measured(
        "LF-10",
        None,
        Indicator(
            "Domestic abuse campaign: engagements",
            None,
            "engagements",
            _UP,
            counted=Counted.CONTACTS,
            source=REPORT,
        ),
        (_Figure(date(2018, 11, 1), date(2018, 11, 30), "86"),),
    ),
    _Measured(
        "LF-12",
        1,
        Indicator(
            "Cocooning packs given out",
            None,
            "packs",
            _UP,
            source=REPORT,
            method="Reported under priorities 1 and 8 and counted once.",
        ),
        (_Figure(*_Q1_TO_Q3, "360"),),
    ),
    _Measured(
        "LF-12", 1, replace(_BURGLARY.indicator, name="Residential burglary, police"), _BURGLARY.figures
    ),
    _Measured(
        "LF-06",
        None,
        Indicator(
            "#CelebrateSafely: impressions", None, "impressions", _UP, counted=Counted.CONTACTS, source=REPORT
        ),
        (_Figure(*_THIS_YEAR, "3,101", "“so far” in the report, whose figures go to 31 January"),),
    ),
    _Measured(
        "LF-06",
        None,
        Indicator(
            "#CelebrateSafely: engagements", None, "engagements", _UP, counted=Counted.CONTACTS, source=REPORT
        ),
        (_Figure(*_THIS_YEAR, "116", "“so far” in the report, whose figures go to 31 January"),),
    ),
    _Measured(
        "LF-01",
        2,
        Indicator(
            "Street noise complaints in October (Freshers)",
            None,
            "complaints",
            _DOWN,
            source=REPORT,
            level=ResultLevel.OUTCOME,
            due=Due.YEAR,
        ),
        tuple(
            _Figure(date(year, 10, 1), date(year, 10, 31), count)
            for year, count in ((2015, "108"), (2016, "56"), (2017, "20"), (2018, "19"))
        ),
    ),
    _crime("All crime", "9,993", "11,258", "figure 3 of the same report has 10,844 for the same days"),
    _crime("Violence against the person with injury", "832", "765"),
    _crime("Burglary – Business and Community", "451", "305"),
    _crime("Theft of vehicles", "191", "302"),
    _crime("Theft from vehicles", "950", "978"),
    _crime("Robbery", "90", "75"),
    _crime("Cycle theft", "291", "362"),
    _crime("Shoplifting", "945", "994"),
    _Measured(
        "",
        None,
        Indicator(
            "Young people assessed as high risk on all three criteria",
            None,
            "people",
            _NEITHER,
            Measure.STOCK,
            counted=Counted.PEOPLE,
            source=f"Youth JAG, {REPORT}",
            is_sensitive=True,
            due=Due.YEAR,
        ),
        (_Figure(date(2019, 2, 14), date(2019, 2, 14), "13", "between 8 and 13 since September 2018"),),
    ),
    *(
        _Measured(
            "",
            None,
            Indicator(
                f"Feel safe in Loughborough {when}",
                None,
                "% of those who answered",
                _UP,
                Measure.STOCK,
                source=f"consultation on the injunction and the protection order, {REPORT}",
                level=ResultLevel.OUTCOME,
                counted=Counted.SHARE,
                method="“Safe” or “very safe”, out of the 288 members of the public who completed the survey.",
                due=Due.ONCE,
            ),
            (_Figure(*_THIS_YEAR, share, "the report doesn't say on which days people were asked"),),
        )
        for when, share in (("during the day", "61%"), ("during the night", "26%"))
    ),
)

#: What the money bought, in a line: the numbers are drawn from the records. The report gives neither service a target.
_SENTENCES = (
    ("LF-10", "{spent} → {output} → {outcome}", "Clients supported", _SATISFIED),
    ("LF-12", "{spent} → {output}, {output cost}", "Cocooning packs given out", ""),
)


def record_results(desk: Desk) -> EvidenceId | None:
    """Records the outcomes, indicators, figures and sentences of the sample's projects, as far as these are held.
    Returns the report that they rest on; None where none of the projects is held."""
    outcomes: list[OutcomeId | None] = []
    for ref, outcome, said in _OUTCOMES:
        project = _project(desk, ref)
        if ref and project is None:
            outcomes.append(None)
            continue
        id = desk.do(AddOutcome(replace(outcome, project=project))).result
        outcomes.append(id)
        if said is not None:
            desk.do(replace(said, outcome=id))
    cells: list[FigureCell] = []
    made_of: dict[str, IndicatorId] = {}
    proved: list[bool] = []
    over: list[tuple[IndicatorId, Indicator]] = []
    for ref, at, indicator, measured in _MEASURED:
        project = _project(desk, ref)
        if ref and project is None:
            continue
        made = replace(indicator, project=project, outcome=outcomes[at] if at is not None else None)
        of = desk.do(AddIndicator(made)).result
        made_of[made.name] = of
        proved += [project is not None] * len(measured)
        cells += [
            FigureCell(of, each.first, each.last, each.text, note=each.note, source=REPORT)
            for each in measured
        ]
        if made.name.startswith(_OVER):
            over.append((of, made))
    figures = desk.do(RecordFigures(tuple(cells))).result.figures
    paper = NewPaper(
        REPORT, About("Report on crime and community safety", EvidenceType.REPORT, date(2019, 3, 6))
    )
    of_projects = [figure for figure, has_project in zip(figures, proved, strict=True) if has_project]
    report: EvidenceId | None = None
    if of_projects:
        supports = tuple(Supported("figure", figure) for figure in of_projects)
        report = desk.do(AddPapers((paper,), supports)).result[0].id
    for of, made in over:
        desk.do(ChangeIndicator(of, replace(made, is_closed=True)))
    for ref, wording, output, change in _SENTENCES:
        project = _project(desk, ref)
        if project is not None:
            about = (made_of[output], made_of[change] if change else None)
            desk.do(WriteSentence(project, _YEAR, wording, *about))
    return report


def _project(desk: Desk, ref: str) -> ProjectId | None:
    """The project of that reference; None for the partnership, and where it is not held."""
    if not ref:
        return None
    try:
        return ProjectId(desk.ask(ProjectNamed(ref)).id)
    except NotFoundError:
        return None
