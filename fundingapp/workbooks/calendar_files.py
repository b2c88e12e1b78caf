"""Calendar files (.ics, RFC 5545): deadlines for the calendar of a mail program, to be imported again and again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fundingapp.application.ports import CalendarDocument, CalendarEvent
from fundingapp.domain.errors import ExpectedError
from fundingapp.workbooks.swap import put_in_place

if TYPE_CHECKING:
    from icalendar import Event

#: A reminder comes so long before the day.
_A_WEEK = timedelta(days=7)


def write_calendar(document: CalendarDocument, out: Path) -> None:
    """Writes *document* to *out* and proves that it reads back the same. Raises ExpectedError."""

    def prove(written: Path) -> None:
        if events_in(written.read_bytes()) != {
            event.uid: (event.day, event.title) for event in document.events
        }:
            raise ExpectedError(
                "not_read_back",
                f"The calendar written to “{out.name}” does not read back the same.",
                "Save it to another folder; a file that was there is as it was.",
            )

    put_in_place(out, calendar_bytes(document), prove)


def calendar_bytes(document: CalendarDocument) -> bytes:
    """The calendar as it stands in the file: each deadline an event of a whole day, which takes no time off anybody's
    diary, with a reminder a week before unless it is done."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Funding Tracker//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", document.name)
    for event in document.events:
        calendar.add_component(_event(document, event))
    made: bytes = calendar.to_ical()
    return made


def _event(document: CalendarDocument, event: CalendarEvent) -> Event:
    import icalendar

    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("dtstamp", document.made_at)
    made.add("last-modified", document.made_at)
    # Programs take an event with the same name as newer when its number is higher.
    made.add("sequence", int(document.made_at.timestamp()) // 60 % 2**31)
    made.add("summary", event.title)
    made.add("description", event.description)
    made.add("dtstart", event.day)
    made.add("dtend", event.day + timedelta(days=1))
    made.add("transp", "TRANSPARENT")
    made.add("status", "CONFIRMED")
    made.add("categories", ["Funding"])
    if not event.is_done:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.title)
        alarm.add("trigger", -_A_WEEK)
        made.add_component(alarm)
    return made


def events_in(contents: bytes) -> dict[str, tuple[object, str]]:
    """The day and the title of each event of a calendar file, by its name."""
    import icalendar

    calendar = icalendar.Calendar.from_ical(contents)
    return {
        str(event["uid"]): (event.decoded("dtstart"), str(event["summary"]))
        for event in calendar.walk("VEVENT")
    }
