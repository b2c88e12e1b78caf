"""Seeded faults in Charnwood's return of the fourth quarter: each is found once, at its cell, and nothing else is
accused; a return without a fault has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from fundingapp.application.progress import SilentProgress
from fundingapp.domain.hands import Planned, Planning, hand_of_file, puts_of_file
from fundingapp.domain.identities import Identity, Part
from fundingapp.domain.ids import FundId, IndicatorId, TemplateId
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.match_funding import MatchRow
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.received import At
from fundingapp.domain.return_results import IndicatorLine, ReturnResults, SafeFigure
from fundingapp.domain.returns import ReturnDocument
from fundingapp.domain.returns_in_hand import FileOnDisk, FoundBefore
from fundingapp.domain.sending import Grade, SendingCheck
from fundingapp.domain.sending_checks import sending_checks, title_of
from fundingapp.domain.sheet_looks import WorkbookLook
from fundingapp.domain.templates import (
    MappedCell,
    MappedColumn,
    MappedTable,
    Place,
    ReturnTemplate,
    RowsOf,
    ShownAs,
    TemplateMapping,
    TemplateState,
)
from fundingapp.domain.worked_out import Put, Worked, WorkedOut
from fundingapp.workbooks.formulas.book import FormulaBook
from fundingapp.workbooks.recalculation import Result, recalculate
from fundingapp.workbooks.receiving import received_of
from fundingapp.workbooks.template_reader import look_of_package
from tests.builders import charnwood_document
from tests.conftest import ROOT, WorkedCase
from tests.workbooks.planting import Planted

TODAY = date(2019, 4, 12)
EXPENDITURE, OUTCOMES, COVER = "Expenditure", "Outcomes", "Cover"
NARRATIVE, DECLARATION = "Narrative", "Declaration"
_POUNDS, _TEXT, _CHOICE, _DAY, _NUMBER = (
    ShownAs.POUNDS,
    ShownAs.TEXT,
    ShownAs.CHOICE,
    ShownAs.DAY,
    ShownAs.NUMBER,
)
#: Where each value of the whole return stands, and what it is; None where it comes from the document.
SINGLES: dict[str, tuple[str, str, ShownAs, Put]] = {
    "partnership/name": (COVER, "C4", _TEXT, "Charnwood Community Safety Partnership"),
    "body/name": (COVER, "C5", _TEXT, "Charnwood Borough Council"),
    "fund/name": (COVER, "C6", _TEXT, "Locality Fund"),
    "return/year": (COVER, "C7", _CHOICE, "2018/19"),
    "return/quarter": (COVER, "C8", _CHOICE, "Q4"),
    "contact/name": (COVER, "C9", _TEXT, "Sam Officer"),
    "contact/email": (COVER, "C10", _TEXT, "community.safety@charnwood.gov.uk"),
    "return/date": (COVER, "C11", _DAY, TODAY),
    "grant/available": (COVER, "C13", _POUNDS, Decimal("75500.00")),
    "grant/brought-forward": (COVER, "C14", _POUNDS, Decimal("0.00")),
    "narrative/progress": (
        NARRATIVE,
        "B5",
        _TEXT,
        "The hub was open on 46 weeks, and fewer people came back.",
    ),
    "narrative/issues": (NARRATIVE, "B11", _TEXT, "The outreach post was empty in May; it is filled."),
    "narrative/milestones": (NARRATIVE, "B17", _TEXT, "The summer programme is agreed with the schools."),
    "certifier/name": (DECLARATION, "C6", _TEXT, "Robin Treasurer"),
    "certifier/role": (DECLARATION, "C7", _TEXT, "Section 151 officer"),
    "certifier/date": (DECLARATION, "C8", _DAY, TODAY),
}
PROJECT_COLUMNS = {
    "B": ("project/ref", _TEXT),
    "C": ("project/name", _TEXT),
    "D": ("project/award", _POUNDS),
    "E": ("project/spent/q1", _POUNDS),
    "F": ("project/spent/q2", _POUNDS),
    "G": ("project/spent/q3", _POUNDS),
    "H": ("project/spent/q4", _POUNDS),
    "J": ("project/outturn", _POUNDS),
    "L": ("project/spend-rag", _CHOICE),
    "M": ("project/reason", _TEXT),
}
INDICATOR_COLUMNS = {
    "B": ("project/ref", _TEXT),
    "C": ("project/name", _TEXT),
    "D": ("indicator/name", _TEXT),
    "E": ("indicator/unit", _TEXT),
    "F": ("indicator/baseline", _NUMBER),
    "G": ("indicator/target", _NUMBER),
    "H": ("indicator/q1", _NUMBER),
    "I": ("indicator/q2", _NUMBER),
    "J": ("indicator/q3", _NUMBER),
    "K": ("indicator/q4", _NUMBER),
    "L": ("indicator/to-date", _NUMBER),
    "M": ("indicator/evidence", _CHOICE),
}
COLOURS = {"Green": "Green", "Amber/Green": "Green", "Amber": "Amber", "Amber/Red": "Amber", "Red": "Red"}
REASON = "Agreed with the project's board and the commissioner's office."


def figure(number: int | None, text: str = "") -> SafeFigure:
    return SafeFigure(None if number is None else Decimal(number), text)


def indicator(number: int, ref: str, name: str, quarters: tuple[int, int, int, int]) -> IndicatorLine:
    """An output that was counted in each quarter, with its paper."""
    one, two, three, four = (figure(each) for each in quarters)
    return IndicatorLine(
        IndicatorId(number),
        ref,
        f"Project {ref}",
        ResultLevel.OUTPUT,
        name,
        "people",
        figure(40),
        figure(100),
        (one, two, three, four),
        figure(sum(quarters)),
        "on track",
        adds=True,
        papers=("register.pdf",),
        figure=f"{ref}/2018/19/result/{number}",
    )


def faultless() -> ReturnDocument:
    """The return of Charnwood's fourth quarter, every variance explained, with eight outputs."""
    document = charnwood_document(4, prepared_on=TODAY)
    explained = tuple(replace(project, reason=REASON) for project in document.position.projects)
    lines = [
        indicator(at, ref, f"People supported {at}", (10 + at, 12, 15, 20 + at))
        for at, ref in enumerate(
            ("LF-01", "LF-02", "LF-03", "LF-04", "LF-05", "LF-06", "LF-07", "LF-08"), start=1
        )
    ]
    hidden = replace(
        lines[1],
        quarters=(figure(11), figure(12), figure(15), figure(None, "<5")),
        to_date=figure(None, "[c]"),
    )
    lines[1] = replace(hidden, to_date=figure(None, "<45"))
    return replace(
        document,
        position=replace(document.position, projects=explained),
        results=ReturnResults(tuple(lines)),
    )


@dataclass
class Case:
    """A return that is still to be planted with faults: our records, what is put where, and edits of the file."""

    document: ReturnDocument = field(default_factory=faultless)
    singles: dict[str, Put] = field(default_factory=dict)
    edits: list[Callable[[Planted], None]] = field(default_factory=list)
    #: What is done to the file when the results of its formulas are in it.
    late: list[Callable[[Planted], None]] = field(default_factory=list)
    template: ReturnTemplate | None = None
    found: list[FoundBefore] = field(default_factory=list)
    is_same: bool = True

    def change_project(self, ref: str, **fields: object) -> None:
        position = self.document.position
        projects = tuple(
            replace(each, **fields) if each.ref == ref else each  # type: ignore[arg-type]
            for each in position.projects
        )
        self.document = replace(self.document, position=replace(position, projects=projects))

    def rename(self, ref: str, **fields: object) -> None:
        """Other *fields* of the project itself."""
        project = next(each for each in self.document.position.projects if each.ref == ref)
        self.change_project(ref, project=replace(project.project, **fields))  # type: ignore[arg-type]

    def change_line(self, number: int, **fields: object) -> None:
        results = self.document.results
        assert results is not None
        lines = tuple(
            replace(line, **fields) if at == number else line  # type: ignore[arg-type]
            for at, line in enumerate(results.lines, start=1)
        )
        self.document = replace(self.document, results=replace(results, lines=lines))


def plan_of(case: Case) -> dict[At, Planned]:
    """What the mapping puts where."""
    planned: dict[At, Planned] = {}
    for source, (sheet, cell, _, usual) in SINGLES.items():
        value = case.singles.get(source, usual)
        planned[sheet, cell] = Planned(value, source, "", "")  # type: ignore[arg-type]
    for row, project in enumerate(case.document.position.projects, start=8):
        values = values_of(project)
        for column, (source, _) in PROJECT_COLUMNS.items():
            name = f"{project.ref}/2018/19/{source.rpartition('/')[2]}" if column in "DEFGHJ" else ""
            planned[EXPENDITURE, f"{column}{row}"] = Planned(values[source], source, name)  # type: ignore[arg-type]
    assert case.document.results is not None
    for row, line in enumerate(case.document.results.lines, start=7):
        shown: dict[str, Put] = {
            "project/ref": line.ref,
            "project/name": line.project,
            "indicator/name": line.name,
            "indicator/unit": line.unit,
            "indicator/baseline": of(line.baseline),
            "indicator/target": of(line.target),
            **{f"indicator/q{at}": of(each) for at, each in enumerate(line.quarters, start=1)},
            "indicator/to-date": of(line.to_date),
            "indicator/evidence": "Yes",
        }
        for column, (source, _) in INDICATOR_COLUMNS.items():
            planned[OUTCOMES, f"{column}{row}"] = Planned(shown[source], source, line.figure)  # type: ignore[arg-type]
    return planned


def of(shown: SafeFigure) -> Put:
    return shown.number if shown.number is not None else shown.text or None


def values_of(project: ProjectPosition) -> dict[str, Put]:
    return {
        "project/ref": project.ref,
        "project/name": project.project.name,
        "project/award": project.budget.current.pounds,
        **{f"project/spent/q{at}": amount.pounds for at, amount in enumerate(project.quarters, start=1)},
        "project/outturn": project.outturn.pounds,
        "project/spend-rag": COLOURS[project.spend_rag.value],
        "project/reason": project.reason or None,
    }


MAPPING = TemplateMapping(
    TemplateId(1),
    tuple(
        MappedCell(Place(sheet, cell), source, shown) for source, (sheet, cell, shown, _) in SINGLES.items()
    ),
    (
        MappedTable(
            EXPENDITURE,
            EXPENDITURE,
            8,
            32,
            "B",
            "project/ref",
            RowsOf.PROJECTS,
            tuple(MappedColumn(column, source, shown) for column, (source, shown) in PROJECT_COLUMNS.items()),
            heading_row=7,
        ),
        MappedTable(
            OUTCOMES,
            OUTCOMES,
            7,
            46,
            "D",
            "indicator/name",
            RowsOf.INDICATORS,
            tuple(
                MappedColumn(column, source, shown) for column, (source, shown) in INDICATOR_COLUMNS.items()
            ),
            heading_row=6,
        ),
    ),
)


@pytest.fixture(scope="session")
def template_path(charnwood: WorkedCase) -> Path:
    """The commissioner's workbook of the worked case."""
    name = "OPCC_monitoring_template.xlsx"
    beside = ROOT.parent / "shared" / "fixtures" / "charnwood" / name
    for path in (charnwood.folder / name, beside):
        if path.is_file():
            return path
    pytest.skip("the commissioner's workbook of the worked case is not here")


@dataclass
class Desk:
    """Looks at planted returns; the template is read once."""

    path: Path
    contents: bytes = field(init=False)
    look: WorkbookLook = field(init=False)
    filled: Planted = field(init=False)

    def __post_init__(self) -> None:
        self.contents = self.path.read_bytes()
        self.look = self._look(self.contents)
        self.filled = Planted(self.path)

    def _look(self, contents: bytes) -> WorkbookLook:
        return look_of_package(BytesIO(contents), self.path.name, SilentProgress().report)

    def checks(self, case: Case) -> tuple[SendingCheck, ...]:
        planned = plan_of(case)
        file = self.filled.copy()
        for (sheet, cell), each in planned.items():
            file.put(sheet, cell, each.value)  # type: ignore[arg-type]
        for edit in case.edits:
            edit(file)
        for (sheet, cell), result in self._results(file.bytes()).items():
            file.result(sheet, cell, result.kind, result.text)
        for edit in case.late:
            edit(file)
        contents = file.bytes()
        template = case.template or ReturnTemplate(
            "Monitoring return", self.path.name, self.look.sha256, 1, "Ann", datetime(2018, 5, 1), FundId(1)
        )
        planning = Planning(case.document, TODAY, self.look, MAPPING, planned, template, tuple(case.found))
        look = self._look(contents)
        found = recalculate(self.contents, puts_of_file(self.look, look), today=TODAY)
        results = WorkedOut(
            {place: Worked(each.kind, each.text) for place, each in found.values.items()}, found.not_computed
        )
        on_disk = FileOnDisk(self.path.name, case.is_same, True, "Ann", datetime(2019, 4, 12, 9, 0))
        received = received_of(FormulaBook.read(contents), {}, TODAY)
        return sending_checks(hand_of_file(planning, look, on_disk, results, received))

    def _results(self, contents: bytes) -> Mapping[At, Result]:
        """What the formulas of a planted file come to, as its maker's program would have stored it."""
        look = self._look(contents)
        formulas = {
            (sheet.name, cell.cell) for sheet in look.sheets for cell in sheet.cells.values() if cell.formula
        }
        puts = {at: value for at, value in puts_of_file(self.look, look).items() if at not in formulas}
        return recalculate(contents, puts, today=TODAY).values


@pytest.fixture(scope="session")
def desk(template_path: Path) -> Desk:
    return Desk(template_path)


# The faults


Plant = Callable[[Case], None]


def put(sheet: str, cell: str, value: Put) -> Plant:
    return lambda case: case.edits.append(lambda file: file.put(sheet, cell, value))


def formula(sheet: str, cell: str, text: str) -> Plant:
    return lambda case: case.edits.append(lambda file: file.formula(sheet, cell, text))


def edit(change: Callable[[Planted], None]) -> Plant:
    return lambda case: case.edits.append(change)


def row(sheet: str, number: int, **values: Put) -> Plant:
    def plant(file: Planted) -> None:
        for column, value in values.items():
            file.put(sheet, f"{column}{number}", value)

    return edit(plant)


def clear(sheet: str, number: int, columns: str) -> Plant:
    return row(sheet, number, **dict.fromkeys(columns))


def record(change: Callable[[Case], None]) -> Plant:
    return change


@dataclass(frozen=True)
class Fault:
    """A fault: how it is planted, and the check that is to find it, with words that its text must have."""

    name: str
    plant: Plant
    code: str
    sheet: str
    cell: str
    says: str = ""
    grade: Grade = Grade.ERROR

    @property
    def key(self) -> str:
        return f"{self.code}|{self.sheet}|{self.cell}"


def broken_identity(case: Case) -> None:
    identity = Identity(
        "R10",
        "Every line is placed",
        "",
        "Ledger",
        Money(100_00),
        (Part("Charged", Money(90_00)),),
        advice="Place the lines.",
    )
    others = tuple(each for each in case.document.identities if each.id != "R10")
    case.document = replace(case.document, identities=(*others, identity))


def unsecured(case: Case) -> None:
    match = MatchRow("LF-01", "Hub", "A trust", "public", False, False, Money(500_00), Money(0), Money(0))
    case.document = replace(case.document, match=(match,))


def replaced_template(case: Case) -> None:
    case.template = ReturnTemplate(
        "Monitoring return",
        "t.xlsx",
        "",
        1,
        "Ann",
        datetime(2018, 5, 1),
        FundId(1),
        state=TemplateState.REPLACED,
    )


def not_as_written(case: Case) -> None:
    case.is_same = False


FAULTS = (
    Fault("a blank name", put(COVER, "C4", None), "blank.required", COVER, "C4", "should be “Charnwood"),
    Fault("another body", put(COVER, "C5", "Leicester City Council"), "return.body", COVER, "C5"),
    Fault(
        "another fund",
        put(COVER, "C6", "Serious Violence Duty"),
        "return.fund",
        COVER,
        "C6",
        "“Locality Fund”",
    ),
    Fault("the wrong year", put(COVER, "C7", "2017/18"), "return.year", COVER, "C7", "should be “2018/19”"),
    Fault("the wrong quarter", put(COVER, "C8", "Q3"), "return.quarter", COVER, "C8", "should be “Q4”"),
    Fault("spaces that do not show", put(COVER, "C9", "Sam\u00a0Officer "), "text.spaces", COVER, "C9"),
    Fault("no e-mail address", put(COVER, "C10", "charnwood.gov.uk"), "form.email", COVER, "C10"),
    Fault("a day to come", put(COVER, "C11", date(2019, 7, 1)), "date.future", COVER, "C11", "01/07/2019"),
    Fault("a number as text", put(COVER, "C13", "£75,500.00"), "number.as_text", COVER, "C13", "£75,500.00"),
    Fault(
        "brought forward of nowhere",
        put(COVER, "C14", Decimal(500)),
        "figure.differs",
        COVER,
        "C14",
        "£500.00",
    ),
    Fault(
        "a total typed over",
        put(COVER, "C15", Decimal(75000)),
        "formula.gone",
        COVER,
        "C15",
        "Expenditure!D33",
    ),
    Fault(
        "another formula", formula(COVER, "C16", "Grant_Total-C14"), "formula.changed", COVER, "C16", "-C15"
    ),
    Fault(
        "an old result",
        lambda case: case.late.append(lambda file: file.result(COVER, "C17", "n", "74120")),
        "formula.old",
        COVER,
        "C17",
        "£74,120.00",
    ),
    Fault(
        "a note beside", put(COVER, "E5", "ask Kim"), "cell.not_mapped", COVER, "E5", "“ask Kim”", Grade.LOOK
    ),
    Fault("a sheet unprotected", edit(lambda file: file.unprotect(COVER)), "sheet.unprotected", COVER, ""),
    Fault(
        "words of the template",
        put("Guidance", "A7", "Add rows as you like."),
        "label.changed",
        "Guidance",
        "A7",
    ),
    Fault(
        "a hidden sheet shown",
        edit(
            lambda file: file.change_part(
                "xl/workbook.xml", lambda text: text.replace(' state="veryHidden"', "")
            )
        ),
        "sheet.state",
        "Lists",
        "",
        "very hidden",
    ),
    Fault("text in a number", put(EXPENDITURE, "E8", "tbc"), "number.text", EXPENDITURE, "E8", "“tbc”"),
    Fault(
        "parts of a penny", put(EXPENDITURE, "H9", Decimal("877.715")), "amount.fraction", EXPENDITURE, "H9"
    ),
    Fault("a blank for nought", put(EXPENDITURE, "H10", None), "blank.number", EXPENDITURE, "H10", "£667.87"),
    Fault(
        "a quarter that was sent",
        put(EXPENDITURE, "G11", Decimal("281.04")),
        "quarter.sent",
        EXPENDITURE,
        "G11",
    ),
    Fault(
        "digits that changed places",
        put(EXPENDITURE, "H12", Decimal("454.89")),
        "figure.differs",
        EXPENDITURE,
        "H12",
        "changed places",
    ),
    Fault(
        "a colour that is none",
        put(EXPENDITURE, "L13", "Purple"),
        "list.not_in",
        EXPENDITURE,
        "L13",
        "“Purple”",
    ),
    Fault(
        "too long a comment",
        put(EXPENDITURE, "M14", "late " * 60),
        "text.too_long",
        EXPENDITURE,
        "M14",
        "250",
    ),
    Fault(
        "another award", put(EXPENDITURE, "D15", Decimal(12000)), "figure.differs", EXPENDITURE, "D15", "more"
    ),
    Fault("a variance turned", formula(EXPENDITURE, "K16", "J16-D16"), "formula.changed", EXPENDITURE, "K16"),
    Fault(
        "a quarter left out",
        formula(EXPENDITURE, "I17", "SUM(E17:G17)"),
        "formula.changed",
        EXPENDITURE,
        "I17",
        "less",
    ),
    Fault(
        "a row outside the total",
        formula(EXPENDITURE, "F33", "SUM(F8:F23)-F25"),
        "formula.changed",
        EXPENDITURE,
        "F33",
        "SUM(F8:F32)",
    ),
    Fault(
        "a sign turned round",
        put(EXPENDITURE, "J18", Decimal("-1039.83")),
        "figure.differs",
        EXPENDITURE,
        "J18",
    ),
    Fault("another project's name", put(EXPENDITURE, "C19", "The hub"), "row.name", EXPENDITURE, "C19"),
    Fault(
        "a hidden row", edit(lambda file: file.hide_row(EXPENDITURE, 20)), "hidden.row", EXPENDITURE, "B20"
    ),
    Fault(
        "a reference with a space",
        put(EXPENDITURE, "B21", "LF-14 "),
        "text.spaces",
        EXPENDITURE,
        "B21",
        "“LF-14”",
    ),
    Fault(
        "not started, and spent",
        put(EXPENDITURE, "L22", "Not started"),
        "status.contradicts",
        EXPENDITURE,
        "L22",
    ),
    Fault("a reason taken out", put(EXPENDITURE, "M23", None), "blank.reason", EXPENDITURE, "M23"),
    Fault(
        "a project left out",
        clear(EXPENDITURE, 24, "BCDEFGHJLM"),
        "row.missing.LF-18",
        EXPENDITURE,
        "B24",
        "£7,425.20",
    ),
    Fault(
        "a project twice",
        row(EXPENDITURE, 25, B="LF-02", E=Decimal(10)),
        "row.twice",
        EXPENDITURE,
        "B25",
        "row 9",
    ),
    Fault(
        "another's project",
        row(EXPENDITURE, 26, B="HB-07", E=Decimal(10)),
        "row.not_ours",
        EXPENDITURE,
        "B26",
    ),
    Fault("a row of nobody", row(EXPENDITURE, 27, E=Decimal(50)), "row.no_key", EXPENDITURE, "B27", "£50.00"),
    Fault(
        "figures too wide to see",
        edit(lambda file: file.narrow(EXPENDITURE, 4, "4")),
        "number.too_wide",
        EXPENDITURE,
        "D8",
        "####",
        Grade.LOOK,
    ),
    Fault("another unit", put(OUTCOMES, "E7", "sessions"), "unit.wrong", OUTCOMES, "E7", "“people”"),
    Fault("a small count shown", put(OUTCOMES, "K8", Decimal(3)), "count.small", OUTCOMES, "K8", "“<5”"),
    Fault("neither yes nor no", put(OUTCOMES, "M9", "Maybe"), "list.not_in", OUTCOMES, "M9", "“Maybe”"),
    Fault("a sum that is none", put(OUTCOMES, "L10", Decimal(80)), "figure.differs", OUTCOMES, "L10"),
    Fault("words for a count", put(OUTCOMES, "J11", "n/a"), "number.text", OUTCOMES, "J11"),
    Fault(
        "a count under five",
        record(lambda case: case.change_line(6, baseline=figure(3))),
        "count.under_five",
        OUTCOMES,
        "F12",
        "Guidance!A8",
    ),
    Fault("a quarter without its count", put(OUTCOMES, "K13", None), "blank.number", OUTCOMES, "K13"),
    Fault(
        "no figure of the quarter",
        record(
            lambda case: case.change_line(
                8,
                quarters=(figure(18), figure(12), figure(15), figure(None)),
                to_date=figure(45),
                missing=(4,),
            )
        ),
        "blank.result",
        OUTCOMES,
        "K14",
        "Q4",
    ),
    Fault(
        "an indicator of our own making",
        row(OUTCOMES, 15, B="LF-01", C="Project LF-01", D="Cups of tea", K=Decimal(90)),
        "row.indicator_not_ours",
        OUTCOMES,
        "D15",
    ),
    Fault(
        "an indicator twice",
        row(OUTCOMES, 16, B="LF-05", C="Project LF-05", D="People supported 5", K=Decimal(25)),
        "row.twice",
        OUTCOMES,
        "D16",
    ),
    Fault("nothing said", put(NARRATIVE, "B5", None), "blank.required", NARRATIVE, "B5"),
    Fault("too much said", put(NARRATIVE, "B11", "word " * 400), "text.too_long", NARRATIVE, "B11", "1,500"),
    Fault(
        "a person's number",
        record(lambda case: case.singles.update({"narrative/milestones": "Ring Jo Smith on 07700 900123."})),
        "personal.data",
        NARRATIVE,
        "B17",
        "phone number",
    ),
    Fault("another signs", put(DECLARATION, "C6", "Pat Assistant"), "signoff.name", DECLARATION, "C6"),
    Fault("no position", put(DECLARATION, "C7", None), "signoff.role", DECLARATION, "C7"),
    Fault(
        "signed too early",
        put(DECLARATION, "C8", date(2019, 3, 15)),
        "date.early",
        DECLARATION,
        "C8",
        "31/03/2019",
    ),
    Fault(
        "a total certified by hand",
        put(DECLARATION, "C10", Decimal(70000)),
        "formula.gone",
        DECLARATION,
        "C10",
    ),
    Fault("an identity that fails", record(broken_identity), "identity.R10", "", "", "£10.00"),
    Fault(
        "no reason for a variance",
        record(lambda case: case.change_project("LF-09", reason="")),
        "variance.no_reason",
        EXPENDITURE,
        "M16",
        "LF-09",
    ),
    Fault(
        "spent before it starts",
        record(lambda case: case.rename("LF-03", starts_on=date(2019, 5, 1))),
        "project.not_begun",
        EXPENDITURE,
        "C10",
        "01/05/2019",
    ),
    Fault(
        "match not secured", record(unsecured), "match.unsecured.LF-01 A trust", "", "", "£500.00", Grade.LOOK
    ),
    Fault(
        "a mapping not looked at",
        record(
            lambda case: case.found.append(
                FoundBefore(
                    "mapping.review_open",
                    Grade.ERROR,
                    COVER,
                    "C6",
                    "Cover!C6 was carried over.",
                    "Look at it.",
                )
            )
        ),
        "mapping.review_open",
        COVER,
        "C6",
    ),
    Fault(
        "changed on disk", record(not_as_written), "file.changed", "", "", "since it was written", Grade.LOOK
    ),
)


def told(checks: tuple[SendingCheck, ...]) -> list[str]:
    return [f"{check.key}: {check.text}" for check in checks]


def test_a_faultless_return_has_nothing_to_see_to(desk: Desk) -> None:
    assert told(desk.checks(Case())) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_is_found_once_at_its_cell_and_nothing_else_is_accused(desk: Desk, fault: Fault) -> None:
    case = Case()
    fault.plant(case)
    checks = desk.checks(case)
    assert [check.key for check in checks] == [fault.key], told(checks)
    [check] = checks
    assert check.grade is fault.grade
    assert fault.says in check.text
    assert title_of(check.code) != "Other"
    assert check.advice


def test_all_faults_together_are_found_in_one_pass(desk: Desk) -> None:
    assert len(FAULTS) >= 50
    case = Case()
    for fault in FAULTS:
        fault.plant(case)
    checks = desk.checks(case)
    found = [check.key for check in checks]
    assert len(set(found)) == len(found)
    assert sorted(found) == sorted(fault.key for fault in FAULTS), told(checks)
