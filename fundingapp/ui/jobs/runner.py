"""The one thread that writes: jobs one after the other, with progress and a way to stop them."""

from __future__ import annotations

import queue
from collections.abc import Callable
from enum import Enum
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from fundingapp.application.progress import Cancelled, Progress
from fundingapp.ui.jobs.delivery import Delivery
from fundingapp.ui.jobs.progress import LatestProgress, ProgressState

#: How often the window looks at the progress of the running job.
LOOK_MS = 100


class JobState(Enum):
    """Where a job is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(QObject):
    """One piece of writing. Its signals come on the thread of the window; ``ended`` is always the last."""

    progressed = Signal(object)  # ProgressState
    succeeded = Signal(object)  # what the work returned
    failed = Signal(object)  # the exception
    cancelled = Signal()
    ended = Signal(object)  # this job

    def __init__(self, name: str, work: Callable[[Progress], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.state = JobState.WAITING
        self.result: object = None
        self.error: Exception | None = None
        self._work = work
        self._progress = LatestProgress()

    @property
    def progress(self) -> ProgressState:
        return self._progress.state

    @property
    def stop_came_too_late(self) -> bool:
        """Whether a stop was asked for when the work could no longer hear it, so that it is done."""
        return self.state is JobState.SUCCEEDED and self._progress.stop_asked

    def cancel(self) -> None:
        """Asks the work to stop at its next report; what it did so far is rolled back."""
        self._progress.ask_to_stop()

    def run(self) -> tuple[JobState, Any]:
        """Does the work; called by the writer thread only."""
        if self._progress.stop_asked:
            return JobState.CANCELLED, None
        try:
            return JobState.SUCCEEDED, self._work(self._progress)
        except Cancelled:
            return JobState.CANCELLED, None
        except Exception as error:
            return JobState.FAILED, error


class JobRunner(QObject):
    """Takes jobs and runs them in order. *topics_of* reads from a result what it changed (None: nothing)."""

    started = Signal(object)  # Job
    ended = Signal(object)  # Job
    changed = Signal(object)  # the topics that a finished job changed
    idle = Signal()  # nothing runs and nothing waits any more

    def __init__(
        self, topics_of: Callable[[Any], object] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._topics_of = topics_of or (lambda result: getattr(result, "changed", None))
        self._delivery = Delivery(self)
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: Thread | None = None
        self._jobs: list[Job] = []
        self._closed = False
        self._shown = ProgressState()
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._look_at_progress)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The running job and those that wait, in order."""
        return tuple(self._jobs)

    @property
    def is_busy(self) -> bool:
        return bool(self._jobs)

    def submit(self, name: str, work: Callable[[Progress], object]) -> Job:
        """Queues *work* under *name* (“Import the ledger”); connect to the job's signals at once."""
        assert not self._closed, "the runner is closed"
        job = Job(name, work, self)
        self._jobs.append(job)
        if self._thread is None:
            self._thread = Thread(target=self._write, name="writer")
            self._thread.start()
        self._queue.put(job)
        self._look.start()
        return job

    def cancel_all(self) -> None:
        """Asks the running job to stop, and those that wait never to start."""
        for job in self._jobs:
            job.cancel()

    def close(self) -> None:
        """Cancels, waits until the writer has finished or rolled back, and ends its thread."""
        if self._closed:
            return
        self._closed = True
        self.cancel_all()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
        self._look.stop()

    def _write(self) -> None:
        while (job := self._queue.get()) is not None:
            self._delivery.hand_in(lambda job=job: self._begin(job))  # type: ignore[misc]
            state, outcome = job.run()
            self._delivery.hand_in(
                lambda job=job, state=state, outcome=outcome: self._finish(job, state, outcome)  # type: ignore[misc]
            )

    def _begin(self, job: Job) -> None:
        job.state = JobState.RUNNING
        self._shown = ProgressState()
        self.started.emit(job)

    def _finish(self, job: Job, state: JobState, outcome: Any) -> None:
        self._jobs.remove(job)
        if not self._jobs:
            self._look.stop()
        job.state = state
        match state:
            case JobState.SUCCEEDED:
                job.result = outcome
                job.succeeded.emit(outcome)
                topics = self._topics_of(outcome)
                if topics:
                    self.changed.emit(topics)
            case JobState.FAILED:
                job.error = outcome
                job.failed.emit(outcome)
            case _:
                job.cancelled.emit()
        job.ended.emit(job)
        self.ended.emit(job)
        if not self._jobs:
            self.idle.emit()
        job.deleteLater()

    def _look_at_progress(self) -> None:
        if self._jobs and self._jobs[0].state is JobState.RUNNING:
            state = self._jobs[0].progress
            if state != self._shown:
                self._shown = state
                self._jobs[0].progressed.emit(state)
