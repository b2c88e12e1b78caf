"""Suggestions are worked out by themselves: after every command, on the writer's thread, out of everybody's way."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from fundingapp.application.effect import Topic
from fundingapp.ui.jobs.runner import Job, JobState
from fundingapp.ui.office import Office

#: What suggestions rest on; after such a change they are looked at again.
_RESTS_ON = Topic.LEDGER | Topic.CHARGES | Topic.GRANTS | Topic.PROJECTS | Topic.SUGGESTIONS


class Suggesting(QObject):
    """Has what is due worked out when nothing else is to be done, and stops for whatever the user does next."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._office = office
        self._job: Job | None = None
        self._wanted = False
        self._stepped_aside = False
        office.runner.changed.connect(self._changed)
        office.runner.idle.connect(self._later)
        office.asker.rested.connect(self._later)
        office.work_begins.connect(self._step_aside)

    def want(self) -> None:
        """Asks for suggestions as they have to be now."""
        self._wanted = True
        self._later()

    def _changed(self, topics: object) -> None:
        own = self._job is not None and self._job.state is JobState.SUCCEEDED
        if isinstance(topics, Topic) and topics & _RESTS_ON and not own:
            self.want()

    def _later(self) -> None:
        # Not at once: who waits for the work to end may be closing the file.
        if self._wanted:
            QTimer.singleShot(0, self, self._start)

    def _start(self) -> None:
        office = self._office
        # While a page asks, two threads would take turns, and the page come later.
        if not self._wanted or office.runner.is_busy or not office.asker.is_idle:
            return
        self._wanted = False
        if office.opened is None or office.is_read_only:
            return
        from fundingapp.application.commands.suggestions import Suggest

        desk = office.desk
        self._job = office.runner.submit(
            "Work out suggestions", lambda progress: desk.do(Suggest(), progress)
        )
        self._job.ended.connect(self._ended)
        office.set_suggesting(True)

    def _step_aside(self) -> None:
        if self._job is not None:
            self._stepped_aside = True
            self._job.cancel()

    def _ended(self, job: object) -> None:
        # Stopped by the user it waits for the next change; stopped for other work it begins again after that.
        stopped = isinstance(job, Job) and job.state is JobState.CANCELLED
        again, self._stepped_aside = stopped and self._stepped_aside, False
        self._job = None
        self._office.set_suggesting(False)
        if again:
            self.want()
