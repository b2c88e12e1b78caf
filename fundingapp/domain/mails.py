"""A letter to be sent by the user's own mail program: a draft, never sent by us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MailPerson:
    """Somebody that a letter goes to: *role* is why."""

    name: str
    email: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class MailDraft:
    """*attachments* are files with the names that they are to have. *made_at* (UTC) is when it was made."""

    to: tuple[MailPerson, ...]
    cc: tuple[MailPerson, ...]
    subject: str
    body: str
    attachments: tuple[tuple[Path, str], ...]
    made_at: datetime
