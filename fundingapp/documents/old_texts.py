"""The texts of files from before packages: plain and rich text, and documents of the old Office, of which only what
reads as text can be told apart from the rest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from fundingapp.application.ports import LookedInto
from fundingapp.domain import paper_files
from fundingapp.domain.personal_data import SeenCell

#: More than this of a file is not read: it says so.
_MOST: Final = 20_000_000

#: What a rich text says about its letters, colours and pictures, which is none of its words.
_RTF_HIDDEN: Final = re.compile(
    r"fonttbl|colortbl|stylesheet|listtable|listoverridetable|pict|rsidtbl|themedata|datastore"
)
_RTF_SIGN: Final = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_RTF_BREAKS: Final = {
    "par": "\n",
    "line": "\n",
    "row": "\n",
    "page": "\n",
    "sect": "\n",
    "cell": "  ",
    "tab": " ",
}
_RTF_SIGNS: Final = {"~": " ", "_": "-", "\\": "\\", "{": "{", "}": "}"}

#: Runs of letters in a file of the old Office, in one byte or two for each.
_RUN: Final = re.compile(rb"[\x20-\x7e\xa0-\xff\t]{6,}")
_WIDE_RUN: Final = re.compile(rb"(?:[\x20-\x7e\xa0-\xff\t]\x00){6,}")


def decoded(raw: bytes) -> str:
    """The text of a file of text, in whichever way it is written."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(raw) - 4 and error.reason == "unexpected end of data":  # cut within a sign
            return raw[: error.start].decode("utf-8-sig")
        return raw.decode("cp1252", "replace")


def _beginning(path: Path) -> tuple[bytes, str]:
    with path.open("rb") as file:
        raw = file.read(_MOST + 1)
    return raw[:_MOST], f"its first {_MOST // 1_000_000} MB" if len(raw) > _MOST else ""


def of_rich_text(path: Path, name: str) -> LookedInto:
    """The words of a rich text document."""
    raw, why_not = _beginning(path)
    said: list[str] = []
    depth, silent = 0, 0  # silent: from this depth on nothing is words
    skip = 0
    for match in _RTF_SIGN.finditer(raw.decode("latin-1")):
        word, number, byte, sign, brace, text = match.groups()
        if brace == "{":
            depth += 1
        elif brace == "}":
            depth -= 1
            if depth < silent:
                silent = 0
        elif silent:
            continue
        elif word:
            if _RTF_HIDDEN.fullmatch(word):
                silent = depth
            elif word == "u" and number:
                said.append(chr(int(number) % 0x10000))
                skip = 1  # what older programs show in its place follows
            else:
                said.append(_RTF_BREAKS.get(word, ""))
        elif byte or text:
            plain = bytes.fromhex(byte).decode("cp1252", "replace") if byte else text
            said.append(plain[skip:])
            skip = 0
        elif sign:
            said.append(_RTF_SIGNS.get(sign, ""))
    lines = "".join(said).splitlines()
    return LookedInto(
        tuple(SeenCell(name, "", number, 0, line) for number, line in enumerate(lines, 1)),
        why_not,
        bool(why_not),
    )


def of_old_office(path: Path, name: str) -> LookedInto:
    """What reads as text in a document or message of the old Office. It is never said to be all of it: who finds
    nothing in it has not read it."""
    raw, _ = _beginning(path)
    runs = [match[0].decode("utf-16-le") for match in _WIDE_RUN.finditer(raw)]
    runs += [match[0].decode("cp1252", "replace") for match in _RUN.finditer(raw)]
    cells = tuple(SeenCell(name, "", number, 0, run) for number, run in enumerate(runs, 1))
    if paper_files.suffix_of(name) == ".msg":
        return LookedInto(cells, "an Outlook message can only be searched roughly", partly=True)
    return LookedInto(
        cells, "a document of the old Office, or with a password, can only be searched roughly", partly=True
    )
