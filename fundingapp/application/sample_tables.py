"""The published tables of the sample partnership: the crime figures of Charnwood's report of 6 March 2019 to its
scrutiny board, as they were printed, misprints included."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from fundingapp.application.commands.papers import LinkPapers
from fundingapp.application.commands.performance import ImportPerformanceTable, TableChoices
from fundingapp.application.desk import Desk
from fundingapp.application.progress import Progress
from fundingapp.application.queries.performance import ReadPerformanceFile
from fundingapp.application.sample_results import REPORT
from fundingapp.domain.changes import Days
from fundingapp.domain.evidence import Supported
from fundingapp.domain.ids import EvidenceId

#: The days that the report is about, and the same of the year before.
_BEFORE, _NOW = Days(date(2017, 4, 1), date(2018, 1, 31)), Days(date(2018, 4, 1), date(2019, 1, 31))
_TO_JANUARY = {"31 January 2018": _BEFORE, "31 January 2019": _NOW}
#: Those whom the report names as most like Charnwood, and Charnwood itself.
_FAMILY = (
    "Eastleigh; North Hertfordshire; Wycombe; Hertsmere; Arun; Chelmsford; Epping Forest; York; Maidstone; Canterbury; "
    "Bath and North East Somerset; South Gloucestershire; Dacorum; Rugby; Charnwood"
)


class _Table(NamedTuple):
    """A *file* of the sample with the *days* that its headings mean, and *where* it stands in the report."""

    file: str
    name: str
    days: dict[str, Days]
    where: str
    family: str = ""


#: The one that is shown first comes last.
_TABLES = (
    _Table(
        "charnwood_three_years.csv",
        "Recorded crime over three years",
        {"2018/19": _NOW},
        "Figure 3, Charnwood. The last count is of ten months; figure 1 has 11,258 for the same days.",
    ),
    _Table(
        "charnwood_family_group.csv",
        "Position in the family group",
        _TO_JANUARY,
        "Appendix A. Positions as at December 2018.",
        _FAMILY,
    ),
    _Table("charnwood_crime_2018_19.csv", "Crime in Charnwood", _TO_JANUARY, "Figure 1."),
    _Table(
        "charnwood_crime_by_beat.csv", "Crime by police beat", {"2018": _BEFORE, "2019": _NOW}, "Figure 2."
    ),
)
#: The files that hold them, beside the sample's others.
TABLE_FILES = tuple(each.file for each in _TABLES)


def keep_tables(desk: Desk, folder: Path, report: EvidenceId | None, progress: Progress) -> None:
    """Keeps the tables that lie in *folder*, each on the *report* that it is from."""
    tables = []
    for each in _TABLES:
        file = desk.ask(ReadPerformanceFile(folder / each.file), progress)
        choices = TableChoices(
            each.name,
            each.days,
            "Charnwood Borough Council",
            footnotes=f"{REPORT}. {each.where}",
            family=each.family,
        )
        try:
            tables.append(desk.do(ImportPerformanceTable(file, choices), progress).result.table)
        finally:
            file.read.copy.path.unlink(missing_ok=True)
    if report is not None:
        desk.do(LinkPapers((report,), tuple(Supported("table", table) for table in tables)))
