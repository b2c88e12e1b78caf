"""LibreOffice, the outside judge of what formulas come to: every formula is worked out anew when it opens a file."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

#: "Always" for files of Excel and of OpenDocument; otherwise it believes what is stored (``trust.md`` E55).
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def recalculated(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The workbooks at *paths* with every formula worked out by LibreOffice; all in one run, which takes seconds."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice, the outside judge of formulas, is not installed")
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            folder / "judged",
            *paths,
        ],
        check=True,
        capture_output=True,
        timeout=110,
    )
    return [folder / "judged" / path.name for path in paths]
