"""The papers behind something: listed in the inspector, and opened as a read-only copy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from fundingapp.application.ports import Kept
from fundingapp.application.queries.evidence import EvidenceCopy
from fundingapp.application.wording import short_date
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.ids import EvidenceId
from fundingapp.ui.inspector import Block, Step, StepsBlock, SumBlock, SumRow
from fundingapp.ui.office import Office

#: What the window opens; anything else might be a program, so its folder is shown instead.
OPENED = frozenset(
    {".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".txt", ".csv", ".xlsx", ".docx", ".odt", ".ods"}
)


def paper_blocks(
    office: Office, owner: QObject, evidence: Sequence[Kept[Evidence]], caption: str = "Papers"
) -> list[Block]:
    """*evidence* with who added it and when, and a button for each file; nothing where there is none."""
    if not evidence:
        return []
    rows = [
        SumRow(
            kept.value.name,
            f"{kept.value.size:,} bytes" if kept.value.is_file else "reference",
            note=f"added by {kept.value.added_by} on {short_date(kept.value.added_at.astimezone().date())}",
        )
        for kept in evidence
    ]
    steps = [
        Step(f"Open a copy of {kept.value.name}", partial(open_copy, office, owner, kept))
        for kept in evidence
        if kept.value.is_file
    ]
    return [SumBlock(rows, caption), *(StepsBlock([step]) for step in steps)]


def open_copy(office: Office, owner: QObject, kept: Kept[Evidence]) -> None:
    """Opens a read-only copy of the attached file; *owner* is who asks."""
    office.ask("papers.copy", EvidenceCopy(EvidenceId(kept.id)), show_paper, owner)


def show_paper(path: Path) -> bool:
    """Opens *path*; of what might run when it is opened, only its folder, and then False."""
    known = path.suffix.casefold() in OPENED
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if known else path.parent)))
    return known
