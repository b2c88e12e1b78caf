"""PySide6 leaves the reference count of None as it was.

Release 6.12.0 drops one reference with every call that returns nothing. On Python 3.11, where None is counted like any
other object, the program dies after some minutes of work, in a place that has nothing to do with it.
"""

import sys

import pytest

CALLS = 5000

counted = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")


def references_lost(calls: int) -> int:
    """How far the count of None falls over *calls* calls of a method that returns nothing."""
    from PySide6.QtCore import QObject

    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(calls):
        thing.setObjectName("name")
    return before - sys.getrefcount(None)


@counted
def test_calls_that_return_nothing_keep_the_count_of_none() -> None:
    assert abs(references_lost(CALLS)) < CALLS // 10


@counted
def test_slots_and_signals_keep_the_count_of_none() -> None:
    from PySide6.QtCore import QObject, QTimer

    received: list[str] = []
    sender, timer = QObject(), QTimer()
    sender.objectNameChanged.connect(received.append)
    before = sys.getrefcount(None)
    for number in range(CALLS):
        sender.setObjectName(str(number))
        timer.setInterval(number)
    lost = before - sys.getrefcount(None)
    assert len(received) == CALLS
    assert abs(lost) < CALLS // 10
