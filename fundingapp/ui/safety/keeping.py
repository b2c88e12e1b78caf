"""Keeps the open file safe in the window: its backups, its check, a copy of it when it is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from fundingapp.ui.office import Office
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.message_bar import Message

if TYPE_CHECKING:
    from fundingapp.application.offices import Offices
    from fundingapp.domain.backups import Backup
    from fundingapp.ui.main_window import MainWindow

#: The file is checked so long after it was opened, when the first pages are there.
CHECK_AFTER_MS = 15_000
FUNDING_FILES = "Funding files (*.funding)"


class _Stop:
    """A progress that only knows when to stop: for the check in the background."""

    def __init__(self) -> None:
        self.asked = False

    def report(self, done: int, total: int, label: str) -> None:
        from fundingapp.application.progress import Cancelled

        if self.asked:
            raise Cancelled


class Keeping(QObject):
    """*close* closes the open file, *open_again* opens a target, also one that has gone back."""

    def __init__(
        self,
        window: MainWindow,
        office: Office,
        offices: Offices,
        close: Callable[[], object],
        open_again: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._office = office
        self._offices = offices
        self._close = close
        self._open_again = open_again
        self._stop = _Stop()
        self._told = ""
        # What was restored, told once the file is open again: opening takes older messages away.
        self._to_tell: Message | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._check_quietly)
        window.closing.connect(self.file_closed)

    # The file that is open

    def file_opened(self) -> None:
        """A file was opened: it will be checked, quietly, once the window stands."""
        self._told = ""
        self._timer.start(CHECK_AFTER_MS)
        if self._to_tell is not None:
            self._window.show_message(self._to_tell)
            self._to_tell = None

    def file_closed(self) -> None:
        """The file is being closed: what still reads it is stopped."""
        self._timer.stop()
        self._stop.asked = True

    def words(self) -> str:
        """What the status bar says of the last backup; "" for a server and a file that can only be read."""
        opened = self._office.opened
        if opened is None or opened.safety is None or self._office.is_read_only:
            return ""
        if opened.safety.trouble:
            if opened.safety.trouble != self._told:
                self._told = opened.safety.trouble
                self._window.show_message(
                    Message(
                        "The last backup could not be made.",
                        self._told,
                        Tone.ATTENTION,
                        "Backups…",
                        self.show_backups,
                    )
                )
            return "Backup failed"
        last = opened.safety.last()
        return "No backup yet" if last is None else f"Backup {_when(last)}"

    # Backups

    def show_backups(self) -> None:
        """The backups of the open file, or of one that is chosen, which need not open any more."""
        opened = self._office.opened
        if opened is not None:
            self.show_backups_of(opened.place, opened.name)
            return
        path = self._office.files.to_open(self._window, "The file whose backups you need", FUNDING_FILES)
        if path is not None:
            self.show_backups_of(str(path), path.name)

    def show_backups_of(self, target: str, name: str) -> None:
        from fundingapp.ui.safety.backups_window import BackupsWindow

        if "://" in target:
            self._window.show_message(
                Message(
                    "A database on a server is backed up by the server.",
                    "Ask whoever looks after it how far back its backups go.",
                )
            )
            return
        shown = BackupsWindow(self._office, self._offices, target, name, self._window)
        shown.restore_wanted.connect(lambda backup: self._restore(target, backup))
        shown.show()

    def _restore(self, target: str, backup: Backup) -> None:
        offices = self._offices
        if self._office.opened is not None:
            self._close()
        job = self._office.work(
            f"Restore the backup of {backup.at.astimezone():%d/%m/%Y %H:%M}",
            lambda progress: offices.restore(target, backup.id, progress),
            self._restored,
        )
        job.ended.connect(lambda _job: self._open_again(target))

    def _restored(self, restored: Any) -> None:
        there = (
            f"What was there could not be read; it was put aside as “{Path(restored.aside).name}”."
            if restored.aside
            else "What was there before is in the newest backup."
        )
        self._to_tell = Message(
            f"The backup of {restored.backup.at.astimezone():%d/%m/%Y %H:%M} is in its place.",
            there,
            Tone.ATTENTION if restored.aside else Tone.GOOD,
        )

    def offer_backups(self, target: str, error: object) -> None:
        """Offers the backups of a file that can't be opened any more (F03, F04)."""
        from fundingapp.domain.backups import NeedsBackupError

        if not isinstance(error, NeedsBackupError):
            return
        message = Message.of_error(
            error, "Backups…", lambda: self.show_backups_of(str(Path(target).resolve()), Path(target).name)
        )
        # After the window has told of it by itself: the same words again take the place of the first.
        QTimer.singleShot(0, self, lambda: self._window.show_message(message))

    # A copy

    def save_copy(self) -> None:
        """Writes the whole content as another file, also when the file itself is gone (F06)."""
        opened = self._office.opened
        if opened is None or opened.safety is None:
            self._window.show_message(Message("No file is open that could be copied.", "Open one first."))
            return
        proposed = f"{Path(opened.name).stem} copy.funding"
        path = self._office.files.to_save(self._window, "Save a copy", proposed, FUNDING_FILES)
        if path is None:
            return
        out = path if path.suffix else path.with_suffix(".funding")
        safety = opened.safety
        self._office.work(
            f"Save {out.name}",
            lambda progress: safety.save_copy(out, progress),
            lambda _none: self._window.show_message(
                Message(
                    f"“{out.name}” holds everything that the file held.",
                    "You go on working in the first.",
                    Tone.GOOD,
                )
            ),
        )

    # The check

    def check(self) -> None:
        """Checks the database, every record, the history's chain, the kept originals and every identity."""
        opened = self._office.opened
        if opened is None:
            self._window.show_message(Message("No file is open.", "Open one first."))
            return
        self._office.work("Check my file", opened.check, self._checked)

    def _checked(self, problems: object) -> None:
        found = problems if isinstance(problems, list) else []
        if not found:
            self._window.show_message(
                Message("The file is sound: database, history, originals and figures agree.", "", Tone.GOOD)
            )
            return
        self._show_problems(found)

    def offer_safety(self, target: str | None) -> None:
        """Says that the last starts went badly and no file was opened; offers the check and the backups of *target*."""
        name = Path(target).name if target is not None else ""
        what = f"“{name}” was not opened" if name else "no file was opened"
        self._window.show_message(
            Message(
                f"The last two starts of the program ended badly, so this time {what}.",
                "Look at its backups, or check it first; then open it as always.",
                Tone.ATTENTION,
                "Backups…",
                self.show_backups
                if target is None
                else lambda: self.show_backups_of(str(Path(target).resolve()), name),
            )
        )
        if target is not None and "://" not in target:
            self._window.show_message(
                Message(
                    f"“{name}” can be checked without being opened to be changed.",
                    "",
                    Tone.ATTENTION,
                    "Check it",
                    lambda: self._check_unopened(target),
                )
            )

    def _check_unopened(self, target: str) -> None:
        offices = self._offices

        def look(progress: Any) -> list[str]:
            opened = offices.open(target, writing=False)
            try:
                return opened.check(progress)
            finally:
                opened.close()

        job = self._office.work(f"Check {Path(target).name}", look, self._checked)
        job.failed.connect(lambda error: self.offer_backups(target, error))

    def _check_quietly(self) -> None:
        opened = self._office.opened
        if opened is None:
            return
        stop = self._stop = _Stop()

        def look() -> list[str]:
            from fundingapp.application.progress import Cancelled

            try:
                return opened.check(stop)
            except Cancelled:
                return []

        def answered(found: list[str]) -> None:
            if found and self._office.opened is opened:
                self._show_problems(found)

        self._office.asker.ask("safety.check", look, answered, lambda _error: None, 0, self)

    def _show_problems(self, found: list[str]) -> None:
        from fundingapp.application.offices import OpenWork, PaperProblem
        from fundingapp.application.wording import count

        damage = [said for said in found if not isinstance(said, OpenWork)]
        first = (damage or found)[0]
        if not damage:
            advice = "The file itself is sound. Reconcile says what the difference is made of."
        elif all(isinstance(said, PaperProblem) for said in damage):
            advice = "Attach the same file again under Evidence, or fetch it from a backup."
        else:
            advice = "Keep this file as it is and open the newest backup."
        more = f" ({count(len(found) - 1, 'more problem')})" if len(found) > 1 else ""
        self._window.show_message(
            Message(
                f"{first}{more}",
                advice,
                Tone.BAD if damage else Tone.ATTENTION,
                "What was found…",
                lambda: self.show_findings(found),
            )
        )

    def show_findings(self, found: list[str]) -> None:
        from fundingapp.ui.evidence.papers_view import CHECK
        from fundingapp.ui.safety.findings_window import FindingsWindow

        opened = self._office.opened
        name = opened.name if opened is not None else "the file"
        FindingsWindow(
            name,
            found,
            self.show_backups,
            lambda: self._window.go_to("reconcile"),
            lambda: self._window.go_to("evidence", ("papers", CHECK)),
            self._window,
        ).show()


def _when(backup: Backup) -> str:
    """“today 09:00”, “12/04/2019 17:20”."""
    at = backup.at.astimezone()
    today = datetime.now().astimezone().date()
    return f"today {at:%H:%M}" if at.date() == today else f"{at:%d/%m/%Y %H:%M}"
