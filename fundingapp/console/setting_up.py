"""The commands that begin a funding file: the sample, a new one, and a grant from its table."""

from __future__ import annotations

import argparse

from fundingapp.application.commands.grants import RecordPlan, SetUpPartnership
from fundingapp.application.offices import Offices
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.sample import make_sample
from fundingapp.application.wording import count
from fundingapp.console.demo import demonstrate
from fundingapp.console.files import DONE, TO_LOOK_AT, say_findings, writable
from fundingapp.console.output import (
    BarProgress,
    Output,
    finding_data,
    matters,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Partnership


def write_sample(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Writes the sample partnership."""
    file = make_sample(offices, given.folder, filled=given.filled)
    out.result({"file": str(file)}, [f"The sample is in {file}, with its input files beside it."])
    return DONE


def show_demo(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Does the whole job on the sample."""
    demonstrate(offices, given.folder, out, progress)
    return DONE


def new_file(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Makes an empty funding file."""
    partnership = Partnership(given.partnership.strip(), given.body.strip())
    if not partnership.name:
        raise ExpectedError("no_name", "A partnership needs a name.", "Give it with --partnership.")
    offices.create(given.file)
    opened = offices.open(str(given.file))
    try:
        opened.desk.do(SetUpPartnership(partnership))
    finally:
        opened.close()
    out.result({"file": str(given.file)}, [f"{given.file} is ready for {partnership.name}."])
    return DONE


def record_plan(given: argparse.Namespace, offices: Offices, out: Output, progress: BarProgress) -> int:
    """Records a grant from a table of its awards."""
    opened = writable(offices, given.file)
    try:
        plan = opened.desk.ask(ReadPlan(given.table))
        made = opened.desk.do(
            RecordPlan(plan, given.fund, given.commissioner, given.year, given.table.name)
        ).result
    finally:
        opened.close()
    say_findings(out, made.findings)
    out.result(
        {
            "available_pence": made.available.pence,
            "awarded_pence": made.awarded.pence,
            "contingency_pence": made.contingency.pence,
            "projects": made.projects,
            "findings": [finding_data(finding) for finding in made.findings],
        },
        [
            f"{given.fund} {given.year}: {made.available.in_words} available = {made.awarded.in_words} awarded to "
            f"{count(made.projects, 'project')} + {made.contingency.in_words} contingency."
        ],
    )
    return TO_LOOK_AT if matters(made.findings) else DONE
