"""The sample partnership: Charnwood's Locality Fund 2018/19, a real grant with an invented ledger."""

from __future__ import annotations

import shutil
from pathlib import Path

from fundingapp.application.commands.grants import RecordPlan, SetUpPartnership
from fundingapp.application.commands.imports import Imported, ImportLedger
from fundingapp.application.commands.matching import AddRules, ApplyRules, Matched
from fundingapp.application.commands.templates import AddTemplate, ReviewMapping
from fundingapp.application.desk import Desk
from fundingapp.application.offices import Offices
from fundingapp.application.progress import Progress, SilentProgress
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.tables import ReadPlan, ReadRules
from fundingapp.application.queries.workspace import FundNamed
from fundingapp.application.sample_results import record_results
from fundingapp.application.sample_tables import keep_tables
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership
from fundingapp.domain.periods import FinancialYear

FILE = "charnwood.funding"
PARTNERSHIP = Partnership("Charnwood CSP", "Charnwood Borough Council", "Charnwood")
FUND = "Locality Fund"
COMMISSIONER = "Leicestershire Police and Crime Commissioner"
YEAR = FinancialYear(2018)
PLAN = "funding_2018_19.csv"
RULES = "coding_rules.csv"
LEDGER = "GL_extract_P10.xlsx"
TEMPLATE = "OPCC_monitoring_template.xlsx"


def make_sample(offices: Offices, folder: Path, *, filled: bool = False) -> Path:
    """Writes the sample's input files into *folder* and beside them a funding file that holds the partnership only.

    *filled* also records its grant and rules and imports the first download. Returns the funding file. Refuses to
    overwrite one. Raises ExpectedError.
    """
    target = folder / FILE
    if target.exists():
        raise ExpectedError(
            "file_exists", f"“{target}” is there already.", "Choose another folder; nothing was changed."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in offices.sample_files():
            shutil.copyfile(source, folder / source.name)
    except OSError as error:
        raise ExpectedError(
            "cannot_write",
            f"The sample can't be written to “{folder}”: {(error.strerror or str(error)).lower()}.",
            "Choose a folder where you may write.",
        ) from error
    offices.create(target)
    opened = offices.open(str(target))
    try:
        opened.desk.do(SetUpPartnership(PARTNERSHIP))
        if filled:
            fill_sample(opened.desk, folder, SilentProgress())
    finally:
        opened.close()
    return target


def fill_sample(desk: Desk, folder: Path, progress: Progress) -> tuple[Imported, Matched]:
    """Records the sample's grant, results, published tables and rules, imports its first download and applies the
    rules."""
    desk.do(RecordPlan(desk.ask(ReadPlan(folder / PLAN)), FUND, COMMISSIONER, YEAR, PLAN))
    keep_tables(desk, folder, record_results(desk), progress)
    # What is suggested for this workbook was looked through by us, so it comes confirmed.
    template = desk.do(
        AddTemplate(folder / TEMPLATE, "OPCC monitoring return", desk.ask(FundNamed(FUND))), progress
    ).result
    desk.do(ReviewMapping(template.id), progress)
    desk.do(AddRules(desk.ask(ReadRules(folder / RULES)).rules, f"add rules from {RULES}"))
    download = desk.ask(ReadDownload(folder / LEDGER), progress)
    try:
        imported = desk.do(ImportLedger(download), progress).result
    finally:
        download.copy.path.unlink(missing_ok=True)
    return imported, desk.do(ApplyRules(), progress).result
