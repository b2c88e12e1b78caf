"""Lists what leaves with a workbook beside what is seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fundingapp.domain.addresses import address
from fundingapp.domain.errors import listed
from fundingapp.domain.leaving import LeavingThing, told_apart
from fundingapp.domain.personal_data import look_at_cells
from fundingapp.workbooks.looking import texts_of_table
from fundingapp.workbooks.package import Progress
from fundingapp.workbooks.sheet_patch import SheetPatch
from fundingapp.workbooks.sources import read_bytes
from fundingapp.workbooks.template_package import SheetPart, TemplatePackage
from fundingapp.workbooks.template_styles import Styles
from fundingapp.workbooks.xml_places import Element, XmlPart

_CORE, _APP, _CUSTOM = "docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"
#: Element, kind and words of the properties of a document that name people and firms.
_PROPERTIES: Final = (
    (_CORE, "creator", "author", "the author is"),
    (_CORE, "lastModifiedBy", "last_modified_by", "it was last saved by"),
    (_APP, "Company", "company", "the author's organisation is"),
    (_APP, "Manager", "manager", "the author's manager is"),
)
#: Parts that are found by their names: kind, pattern, words.
_PARTS: Final = (
    (
        "connections",
        re.compile(r"(?i)^xl/(?:connections\.xml|querytables/[^/]+\.xml|queries/.+)$"),
        "a connection to other data",
    ),
    ("custom_xml", re.compile(r"(?i)^customxml/item\d+\.xml$"), "data of another program"),
    ("revisions", re.compile(r"(?i)^xl/revisions/.+\.xml$"), "a record of who changed what"),
    ("embedded", re.compile(r"(?i)^xl/embeddings/[^/]+$"), "an embedded file"),
    (
        "printer_settings",
        re.compile(r"(?i)^xl/printersettings/[^/]+\.bin$"),
        "settings of a printer, with its name",
    ),
    ("macros", re.compile(r"(?i)vbaproject\.bin$"), "macros"),
)
_HIDDEN_ROW = re.compile(rb"<(?:[\w.-]+:)?row\s[^>]*?\shidden=[\"'](?:1|true)[\"']")
_OUTSIDE = re.compile(rb"<(?:[\w.-]+:)?f[^>]*>[^<]*\[\d+\][^<]*</")
_SHOWN: Final = 3


def things_leaving(
    path: Path, template: Path | None = None, report: Progress = lambda *_: None
) -> tuple[LeavingThing, ...]:
    """What leaves with the workbook at *path*, told apart by what its *template* came with.

    Raises InputRefusedError for what is no workbook, and ExpectedError ``fill_kind`` for one of another kind.
    """
    leaving = tuple(_Look(path, report).things())
    return told_apart(leaving, None if template is None else tuple(_Look(template, report).things()))


def _named(root: Element, local: str) -> Iterator[Element]:
    return (each for each in root.within_but("") if each.local == local)


class _Look:
    """A workbook that is looked through."""

    def __init__(self, path: Path, report: Progress) -> None:
        self._path = path
        self.package = TemplatePackage(read_bytes(path, path.name), path.name, report)

    def xml(self, part: str) -> XmlPart | None:
        """A part with its elements; None where the workbook has no such part."""
        exact = self.package.exact(part)
        if exact not in self.package.names:
            return None
        return XmlPart(
            self.package.part(exact),
            lambda: self.package.parser(exact),
            self.package.name,
            exact,
        )

    def things(self) -> Iterator[LeavingThing]:
        """All that there is to tell, the sheets first."""
        for sheet in self.package.sheets.values():
            yield from self._sheet(sheet)
        yield from self.properties()
        yield from self._names()
        yield from self._links()
        yield from self._pivots()
        for kind, pattern, words in _PARTS:
            for name in filter(pattern.search, self.package.names):
                yield LeavingThing(kind, name, words)
        yield from self._personal()

    def _sheet(self, sheet: SheetPart) -> Iterator[LeavingThing]:
        if sheet.state in ("hidden", "veryHidden"):
            words = (
                "a hidden sheet"
                if sheet.state == "hidden"
                else "a sheet that Excel's menu does not even list"
            )
            kind = "sheet.hidden" if sheet.state == "hidden" else "sheet.very_hidden"
            yield LeavingThing(kind, sheet.name, words)
        yield from self._comments(sheet)
        if sheet.kind != "worksheet":
            return
        content = self.package.part(sheet.part)
        if rows := len(_HIDDEN_ROW.findall(content)):
            yield LeavingThing("rows.hidden", sheet.name, _many(rows, "hidden row"), rows)
        patch = self._patch(sheet)
        columns = patch.hidden_columns()
        if columns:
            yield LeavingThing("columns.hidden", sheet.name, _many(columns, "hidden column"), columns)
        yield from self._left_behind(sheet, patch)

    def _patch(self, sheet: SheetPart) -> SheetPatch:
        xml = self.xml(sheet.part)
        if xml is None:  # it is in the list of sheets, so it was found
            raise AssertionError(sheet.part)
        return SheetPatch(xml, sheet.name, self.package.name)

    def _left_behind(self, sheet: SheetPart, patch: SheetPatch) -> Iterator[LeavingThing]:
        """Numbers in the input cells of a protected sheet: another quarter's, if nobody has filled them."""
        if not patch.is_protected:
            return
        styles = Styles(self.package)
        for row in patch.rows:
            for at, cell in patch.cells_in(row).items():
                stored = patch.stored(at)
                if (
                    stored is not None
                    and stored[0] == "n"
                    and cell.child("f") is None
                    and not styles.is_locked(patch.style(at))
                ):
                    place = f"{sheet.name}!{address(*at)}"
                    yield LeavingThing("earlier_year", place, f"an input cell that holds {stored[1]}")

    def _comments(self, sheet: SheetPart) -> Iterator[LeavingThing]:
        for kind, relation, element, words in (
            ("comments", "comments", "comment", "comment"),
            ("threaded_comments", "threadedComment", "threadedComment", "threaded comment"),
        ):
            for part in self.package.related(sheet.part, relation):
                xml = self.xml(part)
                if xml is None:
                    continue
                number = sum(1 for _ in _named(xml.root, element))
                authors = (
                    [xml.text(each) for each in _named(xml.root, "author")]
                    if kind == "comments"
                    else self._persons()
                )
                authors = [
                    author for author in authors if not author.startswith("tc=")
                ]  # a thread, not a person
                by = f" by {listed(authors[:_SHOWN], 'and')}" if any(authors) else ""
                if number:
                    yield LeavingThing(kind, sheet.name, _many(number, words) + by, number)

    def _persons(self) -> list[str]:
        found = []
        for name in self.package.names:
            if name.lower().startswith("xl/persons/") and name.lower().endswith(".xml"):
                found += [
                    held.get("displayName", "")
                    for element, held in self.package.elements(name)
                    if element == "person"
                ]
        return found

    def properties(self) -> Iterator[LeavingThing]:
        """Who made it, who saved it last, for whom, and what else is noted of the document."""
        for part, element, kind, words in _PROPERTIES:
            xml = self.xml(part)
            for each in _named(xml.root, element) if xml is not None else ():
                if xml is not None and (said := xml.text(each).strip()):
                    yield LeavingThing(kind, "document properties", f"{words} {said}")
        xml = self.xml(_CUSTOM)
        names = (
            [each.attributes.get("name", "") for each in _named(xml.root, "property")]
            if xml is not None
            else []
        )
        if names:
            yield LeavingThing(
                "custom_properties",
                "document properties",
                f"further properties: {', '.join(names)}",
                len(names),
            )

    def _names(self) -> Iterator[LeavingThing]:
        xml = self.xml(self.package.workbook_part)
        for each in _named(xml.root, "definedName") if xml is not None else ():
            name = each.attributes.get("name", "")
            if xml is not None and "#REF!" in xml.text(each):
                yield LeavingThing("names.broken", name, "a name for cells that are no longer there")
            elif each.attributes.get("hidden") in ("1", "true") and not name.startswith("_xlnm."):
                yield LeavingThing("names.hidden", name, "a hidden name")

    def _links(self) -> Iterator[LeavingThing]:
        links = self.package.related(self.package.workbook_part, "externalLink")
        for part in links:
            elements = self.package.elements(part)
            kinds = {element for element, _ in elements}
            if "ddeLink" in kinds or "oleLink" in kinds:
                yield LeavingThing("dde", part, "a link that starts another program")
            else:
                yield LeavingThing(
                    "external_links", part, "a link to another workbook, with what was read from there"
                )
        if not links:
            return
        used = Counter(
            {
                sheet.name: len(_OUTSIDE.findall(self.package.part(sheet.part)))
                for sheet in self.package.sheets.values()
            }
        )
        for sheet, number in used.items():
            if number:
                yield LeavingThing(
                    "external_links",
                    sheet,
                    _many(number, "formula that reads", "formulas that read") + " another workbook",
                    number,
                )

    def _pivots(self) -> Iterator[LeavingThing]:
        for part in self.package.related(self.package.workbook_part, "pivotCacheDefinition"):
            records = next(
                (
                    held.get("recordCount", "")
                    for element, held in self.package.elements(part)
                    if element == "pivotCacheDefinition"
                ),
                "",
            )
            number = int(records) if records.isdecimal() else 0
            yield LeavingThing(
                "pivot_cache", part, f"a pivot table's own copy of {_many(number, 'row')}", number
            )

    def _personal(self) -> Iterator[LeavingThing]:
        looked = texts_of_table(self._path, self.package.name)
        for clue in look_at_cells(looked.cells):
            place = f"{clue.sheet}!{clue.place}" if clue.sheet else clue.place
            yield LeavingThing("personal", place, f"it looks like this: {clue.sort.value}")
        if looked.why_not:
            yield LeavingThing(
                "personal", self.package.name, f"not looked into for personal data: {looked.why_not}"
            )


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
