"""Papers of every kind for the enriched sample: files, a link, a text, one that is due, one that tells of people."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.papers import AddPapers, ErasePaper, NewPaper, ReplacePaper
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.desk import Desk
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.queries.claims import ClaimsOf
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.lines import LineIds
from fundingapp.domain.evidence import About, Agreed, EvidenceType, Marking, PersonalData, Supported
from fundingapp.domain.ids import FigureId, FundId, ProjectId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.periods import FinancialYear

_NONE, _SOME, _SPECIAL = PersonalData.NONE, PersonalData.SOME, PersonalData.SPECIAL
_WHY = "the consent forms are held at the office"


def put_papers(desk: Desk, fund: FundId, project: ProjectId, year: FinancialYear) -> None:
    """Three indicators with figures, and the papers that some of them rest on; erasing one ends what can be undone."""
    figures = []
    for name in ("People supported", "Sessions held", "Felt safer afterwards"):
        indicator = desk.do(AddIndicator(Indicator(name, project))).result
        cells = tuple(
            FigureCell.of_quarter(indicator, year, quarter, str(20 + quarter)) for quarter in (1, 2, 3)
        )
        figures.append(desk.do(RecordFigures(cells)).result.figures)
    with tempfile.TemporaryDirectory() as folder:
        _fill(desk, fund, year, figures, Path(folder))


def _fill(
    desk: Desk, fund: FundId, year: FinancialYear, figures: list[tuple[FigureId, ...]], folder: Path
) -> None:
    def file(name: str, words: str) -> Path:
        path = folder / name
        path.write_text(words, encoding="utf-8")
        return path

    def keep(paper: NewPaper, *supports: Supported, accept: str = "") -> int:
        return desk.do(AddPapers((paper,), supports, accept)).result[0].id

    def of(at: int, quarter: int) -> Supported:
        return Supported("figure", figures[at][quarter - 1])

    report = About("Quarterly report of the service", EvidenceType.REPORT, date(2018, 7, 12), _NONE)
    first = keep(
        NewPaper(file("LWA_Q1_report.txt", "Twelve sessions were held."), report), of(0, 1), of(1, 1)
    )
    desk.do(ReplacePaper(first, file("LWA_Q1_report v2.txt", "Thirteen sessions were held.")))  # type: ignore[arg-type]
    keep(
        NewPaper(
            file("client_survey_2018.csv", "Name,Date of birth,Felt safer\nAnna Smith,03/04/1980,yes\n"),
            About(
                sort=EvidenceType.SURVEY,
                dated=date(2018, 12, 3),
                personal=_SOME,
                agreed=Agreed.HELD,
                agreed_note="forms at the office",
                marking=Marking.SENSITIVE,
                retain_until=date(2021, 3, 31),
                sample=288,
                method="paper forms after the last session",
                limits="only those who stayed to the end",
            ),
        ),
        of(2, 2),
        accept=_WHY,
    )
    keep(
        NewPaper(
            "What one family said",
            About(
                sort=EvidenceType.CASE_STUDY,
                dated=date(2018, 9, 20),
                personal=_SPECIAL,
                agreed=Agreed.WITHDRAWN,
            ),
            body="They moved into a home of their own, and the children went back to school.",
        ),
        of(2, 1),
    )
    keep(NewPaper("https://www.police.uk/pu/your-area/", About(sort=EvidenceType.DATASET, personal=_NONE)))
    minutes = About(
        sort=EvidenceType.MINUTES, dated=date(2018, 5, 2), personal=_NONE, retain_until=date(2019, 1, 1)
    )
    claims = desk.ask(ClaimsOf(fund, year)).claims
    keep(
        NewPaper(file("Board minutes May 2018.txt", "The claim was agreed."), minutes),
        *(Supported("claim", row.id) for row in claims[:1]),
    )
    [line, *_] = desk.ask(LineIds(LineFilter(), LineOrder()))
    keep(NewPaper(file("invoice 551844.txt", "£11.39")), Supported("line", line))
    old = keep(NewPaper(file("case study B.txt", "A story that is told no more.")))
    desk.do(ErasePaper(old, "the person asked for it", by_request=True))  # type: ignore[arg-type]
