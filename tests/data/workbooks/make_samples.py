"""Makes the sample workbooks beside it: `python tests/data/workbooks/make_samples.py`, with LibreOffice installed.

One small ledger in the formats that only LibreOffice writes here: an error in a used and in an unused column, a
formula, a merged cell, a hidden row, a hidden column and a hidden sheet.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent


def make(folder: Path) -> None:
    """Writes ledger.ods, ledger.xls and ledger.xlsx (as LibreOffice writes it) into *folder*."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Ledger", 0)
    book.remove(book.worksheets[1])
    sheet.append(["Trans No", "Trans Date", "Supplier", "Net Amount", "Check"])
    for at in range(1, 9):
        divisor = 0 if at == 3 else 2
        sheet.append([f"T{at}", date(2018, 4, at), "Example Ltd", at * 100.25, f"=D{at + 1}/{divisor}"])
    sheet["E6"] = "=NA()"
    sheet["D8"] = "=1/0"
    sheet.merge_cells("C6:C7")
    sheet.row_dimensions[5].hidden = True
    sheet.column_dimensions["B"].hidden = True
    secret = book.create_sheet("Secret")
    secret.append(["Trans No", "Trans Date", "Net Amount"])
    secret.append(["S1", date(2018, 4, 1), 5])
    secret.sheet_state = "hidden"
    book.create_sheet("Notes")["C4"] = "a note"
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "ledger.xlsx"
        book.save(source)
        for kind in ("ods", "xls", "xlsx"):
            out = Path(temporary) / kind
            subprocess.run(
                ["soffice", "--headless", "--convert-to", kind, "--outdir", str(out), str(source)],
                check=True,
                capture_output=True,
                timeout=120,
            )
            shutil.copy(out / f"ledger.{kind}", folder / f"ledger.{kind}")


if __name__ == "__main__":
    make(HERE)
