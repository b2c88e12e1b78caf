"""What the styles of somebody else's workbook say of its cells: how a number shows, and whether a cell is locked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fundingapp.domain.filling import Asks
from fundingapp.domain.number_formats import BUILTIN, is_of_days
from fundingapp.workbooks.template_package import TemplatePackage

#: Formats of days that have a number and no text in the file, whatever the language (ECMA-376, 18.8.30).
_LOCAL_DAYS: Final = frozenset({*range(27, 37), *range(50, 59)})
#: What is no code of a format: “quoted”, \\escaped, _spaced, *filled, and [Red].
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_NUMBER_CODE = re.compile(r"[0#?]")


@lru_cache(maxsize=1024)
def asked_by(code: str) -> Asks:
    """What a number format's *code* asks for: “dd/mm/yyyy” a day, “#,##0.00” a number, “@” text."""
    if is_of_days(code):
        return Asks.DAY
    plain = _NO_CODE.sub("", code)
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
    if number in _LOCAL_DAYS:
        return Asks.DAY
    return asked_by(BUILTIN.get(number, "General"))
