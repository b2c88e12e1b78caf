"""Work beside the window: one writer, newest answers, nothing half done."""

from threading import Event, current_thread, main_thread

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from fundingapp.application.effect import Effect, Topic
from fundingapp.application.progress import Progress
from fundingapp.ui.jobs.asking import Asker
from fundingapp.ui.jobs.progress import ProgressState
from fundingapp.ui.jobs.runner import Job, JobRunner, JobState


def test_work_runs_beside_the_window_and_its_result_arrives_on_the_windows_thread(
    qtbot: QtBot, runner: JobRunner
) -> None:
    threads: list[bool] = []

    def work(progress: Progress) -> int:
        threads.append(current_thread() is main_thread())
        return 3_000_000_000

    job = runner.submit("Count", work)
    job.succeeded.connect(lambda _result: threads.append(current_thread() is main_thread()))
    with qtbot.waitSignal(job.succeeded) as done:
        pass
    assert done.args == [3_000_000_000]
    assert threads == [False, True]


def test_jobs_run_one_after_the_other(qtbot: QtBot, runner: JobRunner) -> None:
    order: list[str] = []
    with qtbot.waitSignal(runner.idle):
        for name in ("first", "second", "third"):
            runner.submit(name, lambda _progress, name=name: order.append(name))  # type: ignore[misc]
    assert order == ["first", "second", "third"]


def test_cancelling_stops_at_the_next_report_and_nothing_is_kept(qtbot: QtBot, runner: JobRunner) -> None:
    kept: list[str] = []
    begun, go_on = Event(), Event()

    def work(progress: Progress) -> None:
        begun.set()
        go_on.wait(5)
        progress.report(1, 2, "Reading")
        kept.append("committed")

    job = runner.submit("Import", work)
    with qtbot.waitSignals([job.cancelled, job.ended]):
        assert begun.wait(5)
        job.cancel()
        go_on.set()
    assert job.state is JobState.CANCELLED
    assert kept == []


def test_a_waiting_job_that_is_cancelled_never_starts(qtbot: QtBot, runner: JobRunner) -> None:
    go_on = Event()
    ran: list[str] = []
    runner.submit("Long", lambda _progress: go_on.wait(5))
    second = runner.submit("Next", lambda _progress: ran.append("next"))
    with qtbot.waitSignal(second.ended):
        second.cancel()
        go_on.set()
    assert ran == []
    assert second.state is JobState.CANCELLED


def test_a_stop_that_comes_after_the_last_report_is_too_late(qtbot: QtBot, runner: JobRunner) -> None:
    begun, go_on = Event(), Event()

    def work(progress: Progress) -> str:
        progress.report(1, 1, "Saving")
        begun.set()
        go_on.wait(5)
        return "saved"

    job = runner.submit("Save", work)
    with qtbot.waitSignal(job.succeeded):
        assert begun.wait(5)
        job.cancel()
        go_on.set()
    assert job.stop_came_too_late


def test_an_error_is_delivered_and_the_next_job_runs(qtbot: QtBot, runner: JobRunner) -> None:
    def fail(progress: Progress) -> None:
        raise ZeroDivisionError("nought")

    first = runner.submit("Fail", fail)
    with qtbot.waitSignal(runner.idle):
        second = runner.submit("Go on", lambda _progress: "fine")
    assert isinstance(first.error, ZeroDivisionError)
    assert (first.state, second.result) == (JobState.FAILED, "fine")


def test_what_an_effect_changed_reaches_the_window(qtbot: QtBot, runner: JobRunner) -> None:
    effect = Effect(None, Topic.LEDGER | Topic.CHARGES, "Import", None)
    with qtbot.waitSignal(runner.changed) as changed:
        runner.submit("Import", lambda _progress: effect)
    assert changed.args == [Topic.LEDGER | Topic.CHARGES]


def test_progress_is_looked_at_and_not_sent_per_row(qtbot: QtBot, runner: JobRunner) -> None:
    seen: list[ProgressState] = []
    go_on = Event()

    def work(progress: Progress) -> None:
        for done in range(10_001):
            progress.report(done, 10_000, "Reading the ledger")
        go_on.wait(5)

    job = runner.submit("Import", work)
    job.progressed.connect(seen.append)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].done == 10_000)
    with qtbot.waitSignal(job.ended):
        go_on.set()
    assert len(seen) < 20


def test_closing_waits_for_the_writer(runner: JobRunner) -> None:
    begun = Event()
    ended: list[str] = []

    def work(progress: Progress) -> None:
        begun.set()
        try:
            while True:
                progress.report(0, 0, "Working")
        finally:
            ended.append("rolled back")

    runner.submit("Work", work)
    assert begun.wait(5)
    runner.close()
    assert ended == ["rolled back"]


def test_a_job_knows_its_name() -> None:
    assert Job("Import the ledger", lambda _progress: None).name == "Import the ledger"


# Asking


def test_only_the_newest_question_of_a_key_is_answered(qtbot: QtBot, asker: Asker) -> None:
    answers: list[str] = []
    go_on = Event()

    def slow() -> str:
        go_on.wait(5)
        return "old"

    asker.ask("lines", slow, answers.append)
    asker.ask("lines", lambda: "new", answers.append)
    qtbot.waitUntil(lambda: answers == ["new"])
    go_on.set()
    qtbot.waitUntil(lambda: asker.is_idle)
    assert answers == ["new"]


def test_questions_of_different_keys_do_not_disturb_each_other(qtbot: QtBot, asker: Asker) -> None:
    answers: set[str] = set()
    asker.ask("lines", lambda: "lines", answers.add)
    asker.ask("totals", lambda: "totals", answers.add)
    qtbot.waitUntil(lambda: answers == {"lines", "totals"})


def test_while_typing_only_the_last_question_is_asked(qtbot: QtBot, asker: Asker) -> None:
    asked: list[str] = []

    def question(text: str) -> str:
        asked.append(text)
        return text

    answers: list[str] = []
    for text in ("f", "fa", "fal"):
        asker.ask("filter", lambda text=text: question(text), answers.append, pause_ms=30)  # type: ignore[misc]
    qtbot.waitUntil(lambda: answers == ["fal"])
    assert asked == ["fal"]


def test_a_question_that_fails_says_so(qtbot: QtBot, asker: Asker) -> None:
    def fail() -> str:
        raise LookupError("gone")

    errors: list[Exception] = []
    asker.ask("a", fail, lambda _answer: None, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 1)
    with qtbot.waitSignal(asker.failed) as failed:
        asker.ask("b", fail, lambda _answer: None)
    assert failed.args is not None
    assert isinstance(failed.args[0], LookupError)


def test_nothing_is_delivered_to_what_is_gone(qtbot: QtBot, asker: Asker) -> None:
    answers: list[str] = []
    go_on = Event()
    owner = QObject()

    def slow() -> str:
        go_on.wait(5)
        return "late"

    asker.ask("lines", slow, answers.append, owner=owner)
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    go_on.set()
    qtbot.waitUntil(lambda: asker.is_idle)
    assert answers == []


def test_a_forgotten_question_is_not_answered(qtbot: QtBot, asker: Asker) -> None:
    answers: list[str] = []
    asker.ask("lines", lambda: "answer", answers.append, pause_ms=10)
    asker.forget("lines")
    assert asker.is_idle
    asker.ask("other", lambda: "other", answers.append)
    qtbot.waitUntil(lambda: answers == ["other"])
