"""Calendar files: read back by the library, and the essentials of RFC 5545."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from fundingapp.application.ports import CalendarDocument, CalendarEvent
from fundingapp.domain.errors import ExpectedError
from fundingapp.workbooks.calendar_files import calendar_bytes, events_in, write_calendar

CLAIM = CalendarEvent(
    "7c1f0a4e-0000-5000-8000-000000000001",
    date(2019, 1, 30),
    "Claim for quarter 3; “a, b” · Locality Fund — " + "long " * 20 + "title",
    "Claim, Locality Fund 2018/19",
    False,
)
REPORT = CalendarEvent("7c1f0a4e-0000-5000-8000-000000000002", date(2018, 10, 30), "Done: Report", "", True)
CALENDAR = CalendarDocument(
    "Funding deadlines 2018/19", (CLAIM, REPORT), datetime(2019, 1, 15, 9, 0, tzinfo=UTC)
)


def test_the_file_reads_back_equal(tmp_path: Path) -> None:
    out = tmp_path / "deadlines.ics"
    write_calendar(CALENDAR, out)
    assert events_in(out.read_bytes()) == {event.uid: (event.day, event.title) for event in CALENDAR.events}


def test_each_event_is_a_whole_day_with_a_reminder_a_week_before() -> None:
    calendar = icalendar.Calendar.from_ical(calendar_bytes(CALENDAR))
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert calendar["prodid"]
    claim, report = calendar.walk("VEVENT")
    assert claim.decoded("dtstart") == date(2019, 1, 30)
    assert claim.decoded("dtend") == date(2019, 1, 31)
    assert claim["dtstart"].params["VALUE"] == "DATE"
    assert claim["transp"] == "TRANSPARENT"
    (alarm,) = claim.walk("VALARM")
    assert alarm["action"] == "DISPLAY"
    assert alarm.decoded("trigger") == -timedelta(days=7)
    assert not report.walk("VALARM")
    for event in (claim, report):
        assert event.decoded("dtstamp") == CALENDAR.made_at
        assert not {"attendee", "organizer", "contact"} & {name.lower() for name in event}


def test_lines_end_and_fold_as_the_rfc_says() -> None:
    raw = calendar_bytes(CALENDAR)
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"SUMMARY:Claim for quarter 3\\; " in raw


def test_a_later_file_is_newer_for_the_program_that_takes_it_in() -> None:
    later = CalendarDocument("", CALENDAR.events, CALENDAR.made_at + timedelta(hours=1))

    def sequence(document: CalendarDocument) -> int:
        event = icalendar.Calendar.from_ical(calendar_bytes(document)).walk("VEVENT")[0]
        return int(str(event["sequence"]))

    assert sequence(later) > sequence(CALENDAR)


def test_what_can_not_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExpectedError) as refusal:
        write_calendar(CALENDAR, tmp_path / "nowhere" / "deadlines.ics")
    assert refusal.value.code == "cannot_write"
