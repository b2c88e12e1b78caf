"""The sample partnership: Charnwood's Locality Fund 2018/19, a real grant with an invented ledger."""

from __future__ import annotations

import shutil
from pathlib import Path

from fundingapp.application.commands.grants import SetUpPartnership
from fundingapp.application.offices import Offices
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


def make_sample(offices: Offices, folder: Path) -> Path:
    """Writes the sample's input files into *folder* and beside them a funding file that holds the partnership only.

    Returns the funding file. Refuses to overwrite one. Raises ExpectedError.
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
    finally:
        opened.close()
    return target
