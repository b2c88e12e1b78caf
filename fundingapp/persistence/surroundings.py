"""What is told about the place and the moment when a funding file is opened (bad-inputs F12, F15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

#: What the folders of services begin with that copy files to other computers by themselves.
_SERVICES: Final = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "iclouddrive": "iCloud",
    "icloud drive": "iCloud",
    "box sync": "Box",
}
#: The clocks of two PCs may differ by so much.
_CLOCKS_DIFFER: Final = timedelta(minutes=5)


def synced_by(path: Path) -> str:
    """The service that copies the folder of *path* to other computers; "" when none is known to."""
    for folder in path.absolute().parent.parts:
        low = folder.casefold()
        for begins, service in _SERVICES.items():
            if low.startswith(begins):
                return service
    return ""


def warnings(path: Path | None, newest_entry: datetime | None, now: datetime) -> list[tuple[str, str]]:
    """What a person should know before working on the file at *path*, each with what to do.

    *path* is None for a database on a server; *newest_entry* is the moment of the last entry of the history.
    """
    found = []
    service = synced_by(path) if path is not None else ""
    if path is not None and service:
        found.append(
            (
                f"“{path.name}” lies in a folder that {service} copies to other computers: somebody who works on it "
                "there at the same time can replace your work.",
                f"Pause {service} while you work, or keep the file in another folder.",
            )
        )
    if newest_entry is not None and now < newest_entry - _CLOCKS_DIFFER:
        found.append(
            (
                f"The clock of this PC says {_said(now)}, but the newest entry of the history was made at "
                f"{_said(newest_entry)}.",
                "Set the clock right before you go on; the history keeps its order whatever the clock says.",
            )
        )
    return found


def _said(moment: datetime) -> str:
    return f"{moment.astimezone():%d/%m/%Y %H:%M}"
