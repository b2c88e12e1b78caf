"""What the styles of somebody else's workbook say of its cells: how a number shows, and whether a cell is locked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fundingapp.domain.filling import Asks
from fundingapp.workbooks.template_package import TemplatePackage

#: The formats that have a number and no text in the file (ECMA-376, 18.8.30): days and times, and plain text.
_DAYS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_TEXT: Final = 49
_LAST_BUILT_IN: Final = 163
#: What is no code of a format: “quoted”, \\escaped, _spaced, *filled, and [Red], but not [h].
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DAY_CODE = re.compile(r"[ymdhs]", re.IGNORECASE)
_NUMBER_CODE = re.compile(r"[0#?]")


@lru_cache(maxsize=1024)
def asked_by(code: str) -> Asks:
    """What a number format's *code* asks for: “dd/mm/yyyy” a day, “#,##0.00” a number, “@” text."""
    plain = _NO_CODE.sub("", code)
    if plain.strip().casefold() in ("general", "", "standard"):
        return Asks.ANYTHING
    if _DAY_CODE.search(plain.casefold().replace("general", "")):
        return Asks.DAY
    if _NUMBER_CODE.search(plain):
        return Asks.NUMBER
    return Asks.TEXT if plain.strip() == "@" else Asks.ANYTHING


class Styles:
    """The cell styles of the workbook in *package*, by their numbers."""

    def __init__(self, package: TemplatePackage) -> None:
        self._asks: list[Asks] = []
        self._locked: list[bool] = []
        found = package.related(package.workbook_part, "styles")
        if not found:
            return
        codes: dict[int, str] = {}
        inside = ""
        for element, attributes in package.elements(found[0]):
            if element in ("cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
                inside = element
            elif element == "numFmt" and not inside:
                codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
            elif element == "xf" and inside == "cellXfs":
                self._asks.append(_asked(int(attributes.get("numFmtId", "0")), codes))
                self._locked.append(True)
            elif element == "protection" and inside == "cellXfs" and self._locked:
                self._locked[-1] = attributes.get("locked", "1") not in ("0", "false")

    def asks(self, style: int) -> Asks:
        """What the number format of a style asks for."""
        return self._asks[style] if style < len(self._asks) else Asks.ANYTHING

    def is_locked(self, style: int) -> bool:
        """Whether a cell of that style may not be written once its sheet is protected; so it is unless it says no."""
        return self._locked[style] if style < len(self._locked) else True


def _asked(number: int, codes: dict[int, str]) -> Asks:
    if number in codes:
        return asked_by(codes[number])
    if number in _DAYS:
        return Asks.DAY
    if number == _TEXT:
        return Asks.TEXT
    return Asks.NUMBER if 0 < number <= _LAST_BUILT_IN else Asks.ANYTHING
