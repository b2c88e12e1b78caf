"""A letter as a draft of the user's own mail program (.eml): opened there, read again, and sent by a person."""

from __future__ import annotations

import email
import hashlib
import mimetypes
from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.mails import MailDraft, MailPerson

_SPREADSHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {
    ".xlsx": _SPREADSHEETML,
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".pdf": "application/pdf",
}


def mail(draft: MailDraft) -> bytes:
    """*draft* as a message that mail programs open as unsent. The same draft gives the same bytes.

    Raises ExpectedError for an address that is none, or a file that can't be read.
    """
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"  # Outlook opens it to be written on
    message["Subject"] = " ".join(draft.subject.split())
    message["Date"] = draft.made_at
    if draft.to:
        message["To"] = _addresses(draft.to)
    if draft.cc:
        message["Cc"] = _addresses(draft.cc)
    message.set_content(draft.body, cte="quoted-printable")
    for path, name in draft.attachments:
        kind = (
            _TYPES.get(Path(name).suffix.casefold())
            or mimetypes.guess_type(name)[0]
            or "application/octet-stream"
        )
        main, _, sub = kind.partition("/")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ExpectedError(
                "cannot_attach",
                f"“{name}” can't be read ({error.strerror or error}), so the letter was not made.",
                "Save the return again, then make the letter anew.",
            ) from error
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    said = f"{draft.subject}\n{draft.body}\n{[name for _, name in draft.attachments]}"
    # A boundary of its own choosing would be another each time.
    if draft.attachments:
        message.set_boundary(f"=_{hashlib.sha256(said.encode()).hexdigest()[:32]}")
    return message.as_bytes()


def prove(draft: MailDraft, path: Path, name: str) -> None:
    """Raises ExpectedError ``read_back_differs`` unless the file at *path* says what *draft* does, with its files."""
    read = email.message_from_bytes(path.read_bytes(), policy=SMTP)
    body = read.get_body(("plain",))
    said = body.get_content().replace("\r\n", "\n").rstrip() if body is not None else ""
    attached = {part.get_filename(): part.get_content() for part in read.iter_attachments()}
    wanted = {called: path.read_bytes() for path, called in draft.attachments}
    if said != draft.body.rstrip() or attached != wanted or read["X-Unsent"] != "1":
        raise ExpectedError(
            "read_back_differs",
            f"“{name}” was read back and does not say what it should. It was not put in place.",
            "Try again; if it happens twice, send us the report from Help.",
        )


def _addresses(people: Iterable[MailPerson]) -> tuple[Address, ...]:
    return tuple(_address(person) for person in people)


def _address(person: MailPerson) -> Address:
    try:
        return Address(display_name=person.name, addr_spec=person.email.strip())
    except (ValueError, IndexError) as error:
        raise ExpectedError(
            "not_an_address",
            f"“{person.email}”, the address of {person.name}, is no e-mail address.",
            "Put it right under People, then make the letter anew.",
        ) from error
