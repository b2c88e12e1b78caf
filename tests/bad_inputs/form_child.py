"""A program of its own with one form: types into it and is killed, or takes up what was typed. Run by test_crash."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from fundingapp.ui import icons
from fundingapp.ui.drafts import Drafts
from fundingapp.ui.forms import LOOK_EVERY_MS, Form
from fundingapp.ui.settings import Settings
from fundingapp.ui.theme import Theme, ThemeChoice
from fundingapp.ui.widgets.links import LinkLabel


def main(settings: Path, typed: str) -> None:
    """With *typed*, types it and is gone without a word; without, takes up what is offered and says what stands there."""
    application = QApplication([])
    icons.use_folder(Path(__file__).resolve().parents[2] / "resources" / "icons")
    Theme.install(application, ThemeChoice.LIGHT)
    Drafts.use(Drafts(Settings.in_file(settings), "ours.funding", lambda: "1 2018/19"))
    form = Form("Keep it", lambda: "", lambda: None)
    amount = form.money("Amount, £")
    reason = form.text("Reason")
    form.show()
    application.processEvents()
    if typed:
        amount.field.setText("12.5")
        reason.setText(typed)
        QTimer.singleShot(2 * LOOK_EVERY_MS + 200, lambda: os._exit(9))
        application.exec()
        return
    for link in form.findChildren(LinkLabel):
        if link.text() == "Take it up again":
            link.click()
            break
    sys.stdout.write(f"{amount.amount}|{reason.text()}\n")
    form.hide()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
