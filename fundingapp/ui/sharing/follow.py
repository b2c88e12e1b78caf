"""Follows how the open file is published, tells what a person has to know, and asks what only they can decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fundingapp.ui.jobs.delivery import Delivery
from fundingapp.ui.jobs.runner import Job
from fundingapp.ui.main_window import MainWindow
from fundingapp.ui.office import Office
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.message_bar import Message

# Nothing of this is needed before a file is open.
if TYPE_CHECKING:
    from fundingapp.application.offices import OpenFile
    from fundingapp.application.sharing import Comparison, HeldBy, Reading, Renewed, ShareState, Sharing


class Following(QObject):
    """The sharing of the open file, for the window. *open_again* closes it and opens it as is said."""

    changed = Signal(object)  # ShareState

    def __init__(self, window: MainWindow, office: Office, open_again: Callable[..., object]) -> None:
        super().__init__()
        self._window = window
        self._office = office
        self._open_again = open_again
        self._delivery = Delivery(self)
        self._sharing: Sharing | None = None
        self._shown: ShareState | None = None
        self._reading: Reading | None = None

    @property
    def state(self) -> ShareState | None:
        """How it stands; None for a file that is not worked on as a copy."""
        return self._sharing.state if self._sharing is not None else None

    def follow(self, opened: OpenFile | None) -> None:
        """Follows *opened* from now on."""
        sharing = opened.sharing if opened is not None else None
        self._sharing, self._shown = sharing, None
        reading = self._reading = opened.reading if opened is not None else None
        if reading is not None:
            reading.watch(lambda news: self._delivery.hand_in(lambda: self._renewed(reading, news)))
        if sharing is None:
            return
        sharing.watch(lambda state: self._delivery.hand_in(lambda: self._heard(sharing, state)))
        self._heard(sharing, sharing.state)

    def _heard(self, sharing: Sharing, state: ShareState) -> None:
        from fundingapp.application.sharing import Stage

        if sharing is not self._sharing or self._office.opened is None:
            return
        before, self._shown = self._shown, state
        name = self._office.opened.name
        stage_before = before.stage if before is not None else Stage.PUBLISHED
        if stage_before is Stage.NOT_YET and state.stage is not Stage.NOT_YET:
            self._window.messages.take_back(f"“{name}” is not yet published:")
        match state.stage:
            case Stage.NOT_YET if stage_before is not Stage.NOT_YET:
                self._tell(
                    Message(f"“{name}” is not yet published: {state.why}.", state.advice, Tone.ATTENTION)
                )
            case Stage.PUBLISHED if stage_before is Stage.NOT_YET:
                self._tell(Message(f"“{name}” is published.", "", Tone.GOOD))
            case Stage.TAKEN if stage_before is not Stage.TAKEN:
                again = partial(self._open_again)
                self._tell(Message(f"{state.why}.", state.advice, Tone.BAD, "Open it again", again))
            case Stage.DIFFERS if stage_before is not Stage.DIFFERS:
                self._tell(Message(f"{state.why}.", state.advice, Tone.BAD, "Compare…", self.compare))
        self.changed.emit(state)

    def _tell(self, message: Message) -> None:
        self._window.show_message(message)

    # Somebody else has it

    def tell_of_holder(self, notice: str, held_by: HeldBy) -> None:
        """Says who has the file open, and what can be done about it."""
        if held_by.may_take_over:
            self._tell(
                Message(
                    notice,
                    f"Nothing can be changed. {held_by.seen_in_words} If they no longer work on it you can take it "
                    "over.",
                    Tone.ATTENTION,
                    "Take it over…",
                    partial(self._ask_to_take_over, held_by),
                )
            )
        else:
            self._tell(
                Message(
                    notice,
                    "Nothing can be changed. Open it again for what has been published since, or to change it when "
                    "they have closed it.",
                    Tone.ATTENTION,
                    "Open it again",
                    partial(self._open_again),
                )
            )

    def _renewed(self, reading: Reading, news: Renewed) -> None:
        """Says that what is read here is no longer what lies there, or that the file can be changed now."""
        opened = self._office.opened
        if reading is not self._reading or opened is None:
            return
        name = opened.name
        for over in (f"“{name}” is open by ", f"“{name}” was published anew"):
            self._window.messages.take_back(over)
        still = "You still see it as it was when you opened it here."
        if news.free:
            text = f"“{name}” is no longer open by {opened.held_by.person if opened.held_by else 'somebody else'}."
            if news.published:
                text = f"{text[:-1]}, and was published anew: the last change is {news.last_in_words}."
                advice = f"{still} Open it again for what has changed, and to change it."
            else:
                advice = "Open it again to change it."
        else:
            text = f"“{name}” was published anew: the last change is {news.last_in_words}."
            advice = f"{still} Open it again for what has changed."
        self._tell(Message(text, advice, Tone.ATTENTION, "Open it again", partial(self._open_again)))

    def _ask_to_take_over(self, held_by: HeldBy) -> None:
        self._tell(
            Message(
                f"Take the file over from {held_by.in_words}?",
                "What they have not published stays on their PC, and they compare it when they open the file again. A "
                "backup is made first, and the history tells of it.",
                Tone.ATTENTION,
                "Take it over",
                partial(self._open_again, take_over=True),
            )
        )

    # Two versions

    def compare(self) -> None:
        """Fetches what lies in the file's place and shows both."""
        sharing = self._sharing
        if sharing is not None:
            self._office.work("Compare the two versions", lambda _progress: sharing.compare(), self._compared)

    def _compared(self, comparison: Comparison) -> None:
        from fundingapp.ui.sharing.compare import CompareDialog

        opened, sharing = self._office.opened, self._sharing
        if opened is None or sharing is None:
            return
        folder = str(Path(opened.place).parent)
        dialog = CompareDialog(comparison, opened.name, folder, self._office.files, self._window)
        dialog.save_wanted.connect(self._save)
        dialog.theirs_wanted.connect(self._take_theirs)
        dialog.ours_wanted.connect(self._publish_mine)
        dialog.rejected.connect(self._remind)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _remind(self) -> None:
        """It was put off: the way back to the comparison stays."""
        state = self.state
        if state is not None and state.why:
            self._tell(Message(f"{state.why}.", state.advice, Tone.BAD, "Compare…", self.compare))

    def _save(self, out: object) -> None:
        sharing = self._sharing
        if sharing is None or not isinstance(out, Path):
            return

        def save(_progress: object) -> Path:
            sharing.save_mine(out)
            return out

        job = self._office.work(f"Save {out.name}", save, self._saved)
        job.ended.connect(self._not_saved)

    def _saved(self, out: object) -> None:
        self._remind()
        self._tell(
            Message(
                f"Yours is saved as “{out}”.",
                "The two still differ: take theirs now, or compare once more.",
                Tone.ATTENTION,
                "Take theirs",
                self._take_theirs,
            )
        )

    def _not_saved(self, job: object) -> None:
        if isinstance(job, Job) and job.error is not None:
            self._remind()

    def _take_theirs(self) -> None:
        sharing = self._sharing
        if sharing is None:
            return
        job = self._office.work("Take theirs", lambda _progress: sharing.take_theirs(), self._taken)
        job.ended.connect(self._not_saved)

    def _taken(self, kept: object) -> None:
        said = Message(
            "The file is open as it lies there.", f"Yours was set aside as “{kept}”.", Tone.ATTENTION
        )
        self._open_again(then=said)

    def _publish_mine(self) -> None:
        sharing = self._sharing
        if sharing is not None:
            job = self._office.work("Publish mine", lambda _progress: sharing.publish_mine())
            job.ended.connect(self._not_saved)
