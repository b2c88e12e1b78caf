"""What the commands share: the exit statuses, a file that can be written, and saying what was noticed."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.application.offices import Offices, OpenFile
from fundingapp.console.output import (
    Output,
)
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.findings import Finding

DONE, TO_LOOK_AT, WRONG_COMMAND, REFUSED = 0, 1, 2, 3


def writable(offices: Offices, target: str) -> OpenFile:
    """Opens a funding file to change it. Raises ExpectedError ``read_only`` where it can only be read."""
    opened = offices.open(target)
    if opened.notice:
        opened.close()
        raise ExpectedError("read_only", opened.notice, "Nothing was changed.")
    return opened


def say_findings(out: Output, findings: Sequence[Finding]) -> None:
    """Says what was noticed, on standard error."""
    if out.as_json:
        return
    for finding in findings:
        out.say(f"{finding.severity.value}: {finding.text}")
