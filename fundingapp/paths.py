"""Where things are: resources (source tree, wheel, frozen program), the user's data, the log."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
APPLICATION = "Funding Tracker"


def resources() -> Path:
    """The folder of icons, sample files and help."""
    frozen = getattr(sys, "_MEIPASS", None)  # where PyInstaller unpacks
    places = [Path(frozen) / "resources"] if frozen else []
    places += [_PACKAGE.parent / "resources", _PACKAGE / "_resources"]
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError("the program's resources folder is missing: install it again")


def user_data() -> Path:
    """The user's own folder for the sample, server files and the log; made when missing."""
    folder = Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_file() -> Path:
    """Where the program's log goes."""
    folder = Path(platformdirs.user_log_dir(APPLICATION, appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "fundingapp.log"
