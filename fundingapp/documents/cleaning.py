"""What a photo or an Office document tells beside its picture or text, and a copy without it (bad-inputs A08).

A picture is not pressed anew: the parts that tell are left out, all others are copied byte for byte. What can't be
cleaned so is named, and nothing is promised: a PDF may hold its author anywhere.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
from pathlib import Path
from typing import Any, Final

from fundingapp.domain import paper_files
from fundingapp.domain.errors import ExpectedError

_PLACE: Final = "where it was taken"
_WHEN: Final = "when it was taken"
_CAMERA: Final = "with which camera"
_WHO: Final = "who made it"
_COMMENT: Final = "remarks beside the picture"
_AUTHOR: Final = "its author"
_FIRM: Final = "the author's organisation"
_OWN: Final = "further properties"
_REMARKS: Final = "who commented or changed it"

_GPS, _TIMES = 0x8825, 0x8769
_EXIF: Final = {
    0x010F: _CAMERA,
    0x0110: _CAMERA,
    0x013B: _WHO,
    0x8298: _WHO,
    0x9C9D: _WHO,
    0x9C9C: _COMMENT,
    0x010E: _COMMENT,
    0x0132: _WHEN,
    0x9003: _WHEN,
    0x9004: _WHEN,
    0xA430: _WHO,
    0xA431: _CAMERA,
    0xA435: _CAMERA,
    0x9286: _COMMENT,
}
_PICTURES: Final = frozenset({paper_files.JPEG, "image/png", "image/tiff", paper_files.WEBP, "image/gif"})
#: Its Exif stands near its beginning, and is never long.
_MOST_HEIC: Final = 20_000_000
_MOST_EXIF: Final = 1_000_000
#: The signs of XMP, and of Exif as well, in the head of a WebP.
_WEBP_XMP: Final = 0x04
_WEBP_TELLS: Final = 0x08 | _WEBP_XMP
_OFFICE: Final = frozenset({paper_files.WORD, paper_files.EXCEL, paper_files.SLIDES})
_MOST_PART: Final = 200_000_000
_ORIENTATION: Final = 0x0112

#: In which parts of a package what stands, and what takes its place.
_CORE = re.compile(
    rb"(<(dc:creator|cp:lastModifiedBy|dc:description|cp:keywords|dc:title|dc:subject)(?:\s[^>]*)?>)[^<]+(</)"
)
_APP = re.compile(rb"(<(Company|Manager|HyperlinkBase|Template)(?:\s[^>]*)?>)[^<]+(</)")
_WORD_AUTHOR = re.compile(rb'(w:(?:author|initials)=")(?!Author"|A")[^"]+(")')
_SHEET_AUTHOR = re.compile(rb"(<author>)(?!Author<)[^<]+(</author>)")
_PERSON = re.compile(rb'((?:displayName|userId)=")(?!Author")[^"]+(")')


def hidden(path: Path, media_type: str) -> tuple[str, ...]:
    """What *path* tells beside its picture or text, in words; nothing for what can't be looked into."""
    if media_type == paper_files.HEIC:
        return tuple(dict.fromkeys(_of_heic(path)))
    if media_type in _PICTURES:
        return tuple(dict.fromkeys(_of_picture(path)))
    if media_type in _OFFICE:
        return tuple(dict.fromkeys(_of_package(path)))
    return ()


def cleaned(path: Path, media_type: str, out: Path) -> tuple[str, ...]:
    """Writes *path* without that to *out*, and looks again; returns what was taken out. Raises ExpectedError."""
    told = hidden(path, media_type)
    try:
        if media_type == paper_files.JPEG:
            out.write_bytes(_clean_jpeg(path.read_bytes(), _orientation(path)))
        elif media_type == "image/png":
            out.write_bytes(_clean_png(path.read_bytes()))
        elif media_type == paper_files.WEBP:
            out.write_bytes(_clean_webp(path.read_bytes(), _orientation(path)))
        elif media_type in _OFFICE:
            _clean_package(path, out)
        else:
            raise ExpectedError(
                "cannot_clean",
                f"This program can't take out what {paper_files.in_words(media_type)} tells of its author.",
                "Save it as a JPEG picture or a Word document and add that, or say that it may stay as it is.",
            )
        left = hidden(out, media_type)
    except (ValueError, IndexError, zipfile.BadZipFile, RuntimeError, KeyError) as error:
        raise _damaged() from error
    if left:
        raise ExpectedError(
            "cannot_clean", f"It would still tell {', '.join(left)}.", "Clean it in the program that made it."
        )
    return told


def _damaged() -> ExpectedError:
    return ExpectedError(
        "cannot_clean",
        "The file is damaged, so it can't be cleaned.",
        "Nothing was changed; open it and save a copy.",
    )


# Pictures


def _opened(path: Path) -> Any:
    from PIL import Image

    return Image.open(path)


def _of_picture(path: Path) -> list[str]:
    """What stands beside a picture; a picture that can't be read tells nothing that could be found."""
    found: list[str] = []
    try:
        with _opened(path) as picture:
            found += _of_exif(picture.getexif())
            info = picture.info
            if any(key in info for key in ("xmp", "XML:com.adobe.xmp", "photoshop")):
                found.append(_OWN)
            said = [info.get("comment"), *(getattr(picture, "text", None) or {}).values()]
            if any(said):
                found.append(_COMMENT)
    except Exception:  # noqa: BLE001 - whatever a damaged picture does to the library, it is no picture to be cleaned
        return found
    return found


def _of_exif(exif: Any) -> list[str]:
    found = [_PLACE] if exif.get_ifd(_GPS) else []
    for tags in (exif, exif.get_ifd(_TIMES)):
        found += [_EXIF[tag] for tag, value in tags.items() if tag in _EXIF and str(value).strip("\x00 ")]
    return found


def _of_heic(path: Path) -> list[str]:
    """What stands beside a picture of a telephone, whose pixels no library here can read: that stands apart."""
    from PIL import Image

    found: list[str] = []
    with contextlib.suppress(Exception):  # a damaged picture tells nothing that could be found
        with path.open("rb") as file:
            raw = file.read(_MOST_HEIC)
        at = raw.find(b"Exif\x00\x00")
        if at >= 0:
            exif = Image.Exif()
            exif.load(raw[at : at + _MOST_EXIF])
            found += _of_exif(exif)
        if b"<x:xmpmeta" in raw:
            found.append(_OWN)
    return found


def _orientation(path: Path) -> int:
    """How the picture is to be turned, which stays; 1 for not at all."""
    try:
        with _opened(path) as picture:
            return int(picture.getexif().get(_ORIENTATION, 1))
    except (
        Exception
    ) as error:  # the library raises anything for a damaged picture, struct.error and SyntaxError too
        raise _damaged() from error


def _clean_jpeg(raw: bytes, orientation: int) -> bytes:
    """The segments of a JPEG but those that tell: Exif, XMP, IPTC, remarks, further pictures, what follows its end."""
    if not raw.startswith(b"\xff\xd8"):
        raise ValueError("no JPEG")
    kept = [b"\xff\xd8"]
    if orientation > 1:
        kept.append(_turned(orientation))
    at = 2
    while True:
        if raw[at] != 0xFF:
            raise ValueError("no segment")
        marker = raw[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            kept.append(raw[at : at + 2])
            at += 2
            continue
        length = int.from_bytes(raw[at + 2 : at + 4], "big")
        if length < 2 or at + 2 + length > len(raw):
            raise ValueError("cut short")
        segment = raw[at : at + 2 + length]
        is_colour = marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\x00"
        tells = (0xE1 <= marker <= 0xEF and marker != 0xEE and not is_colour) or marker == 0xFE
        if not tells:
            kept.append(segment)
        at += 2 + length
        if marker == 0xDA:
            end = _end_of_scan(raw, at)
            kept.append(raw[at:end])
            at = end


def _end_of_scan(raw: bytes, at: int) -> int:
    """Where the next segment begins after the pixels that begin at *at*."""
    while True:
        at = raw.index(b"\xff", at)
        if raw[at + 1] != 0x00 and not 0xD0 <= raw[at + 1] <= 0xD7:
            return at
        at += 2


def _turned(orientation: int) -> bytes:
    """The segment that says how the picture is turned, and nothing else."""
    said = _orientation_alone(orientation)
    return b"\xff\xe1" + (len(said) + 2).to_bytes(2, "big") + said


def _orientation_alone(orientation: int) -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return exif.tobytes()


def _clean_png(raw: bytes) -> bytes:
    """The chunks of a PNG but those that tell."""
    signature = b"\x89PNG\r\n\x1a\n"
    if not raw.startswith(signature):
        raise ValueError("no PNG")
    kept, at = [signature], len(signature)
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 4], "big")
        kind = raw[at + 4 : at + 8]
        chunk = raw[at : at + 12 + length]
        if len(chunk) != 12 + length:
            raise ValueError("cut short")
        if kind not in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"):
            kept.append(chunk)
        at += 12 + length
        if kind == b"IEND":
            break
    return b"".join(kept)


def _clean_webp(raw: bytes, orientation: int) -> bytes:
    """The chunks of a WebP but those that tell; how it is turned stands among them, and stays."""
    if raw[:4] != b"RIFF" or raw[8:12] != b"WEBP":
        raise ValueError("no WebP")
    turned = _orientation_alone(orientation) if orientation != 1 else b""
    kept, at = [], 12
    while at + 8 <= len(raw):
        kind, length = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        chunk = raw[at : at + 8 + length + length % 2]
        if len(chunk) < 8 + length:
            raise ValueError("cut short")
        if kind == b"VP8X":  # the head says which chunks are there
            chunk = chunk[:8] + bytes((chunk[8] & ~(_WEBP_XMP if turned else _WEBP_TELLS),)) + chunk[9:]
        if kind not in (b"EXIF", b"XMP "):
            kept.append(chunk)
        at += 8 + length + length % 2
    if turned:
        kept.append(b"EXIF" + len(turned).to_bytes(4, "little") + turned + bytes(len(turned) % 2))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


# Office documents


def _patterns(part: str) -> list[tuple[re.Pattern[bytes], bytes, str]]:
    """What tells in the part of that name, what takes its place, and what it is."""
    name = part.casefold()
    if name == "docprops/core.xml":
        return [(_CORE, rb"\1\3", _AUTHOR)]
    if name == "docprops/app.xml":
        return [(_APP, rb"\1\3", _FIRM)]
    if name.startswith("word/") and name.endswith(".xml"):
        if name == "word/people.xml":
            return [(re.compile(rb"(<w15:person [^>]*>.*?</w15:person>)", re.DOTALL), b"", _REMARKS)]
        return [(_WORD_AUTHOR, rb"\1Author\2", _REMARKS)]
    if name.startswith("xl/comments"):
        return [(_SHEET_AUTHOR, rb"\1Author\2", _REMARKS)]
    if name.startswith("xl/persons/"):
        return [(_PERSON, rb"\1Author\2", _REMARKS)]
    return []


def _of_package(path: Path) -> list[str]:
    found: list[str] = []
    try:
        with zipfile.ZipFile(path) as package:
            for info in package.infolist()[:5_000]:
                if info.filename.casefold() == "docprops/custom.xml" and b"<property" in _read(package, info):
                    found.append(_OWN)
                patterns = _patterns(info.filename)
                content = _read(package, info) if patterns else b""
                found += [what for pattern, _, what in patterns if pattern.search(content)]
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, EOFError):
        return found
    return found


def _read(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > _MOST_PART:
        raise ValueError("too large")
    return package.read(info)


def _clean_package(path: Path, out: Path) -> None:
    """Every part as it was but those that tell, which lose only that."""
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for info in package.infolist():
            content = _read(package, info)
            if info.filename.casefold() == "docprops/custom.xml":
                content = re.sub(rb"<property .*?</property>", b"", content, flags=re.DOTALL)
            for pattern, instead, _ in _patterns(info.filename):
                content = pattern.sub(instead, content)
            entry = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = info.compress_type
            entry.external_attr = info.external_attr
            made.writestr(entry, content)
