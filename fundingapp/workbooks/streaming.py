"""A large Excel package read some thousand rows at a time, in little memory (X32).

calamine lays out a whole sheet and every text. Here it is given the sheet in slices, each as a small package with
the same workbook, styles and dates, so that every cell comes out exactly as from the whole. The shared texts are
cut up in the same way and kept packed in a temporary file; a slice refers to them by number.
"""

from __future__ import annotations

import re
import secrets
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from io import BytesIO
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from fundingapp.workbooks.addresses import split_address
from fundingapp.workbooks.checks import Preflight, SheetCheck
from fundingapp.workbooks.package import Package
from fundingapp.workbooks.preflight import ANY_DIMENSION, ERROR_CELL
from fundingapp.workbooks.refusals import damaged, translated

Progress = Callable[[int, int, str], None]

_ITEM = re.compile(rb"<si\s*/>|<si>.*?</si>", re.DOTALL)
#: What may stand between the word that a cell's text is shared and the number of the text, and says nothing.
_SHARED_CELL = re.compile(rb' t="s"[^>]*>\s*<v(?:\s[^>]*)?>')
_MERGE = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
#: So many texts are unpacked together, and so many of these blocks stay unpacked.
_BLOCK: Final = 2_048
_MOST_BLOCKS: Final = 256
_MAIN_PART: Final = "xl/workbook.xml"


class LargeWorkbook:
    """The sheets of a workbook that the pre-flight found plain, in slices. Raises InputRefusedError."""

    def __init__(self, file: BinaryIO, check: Preflight, report: Progress) -> None:
        file.seek(0)
        self._package = Package(file, check.name, _silent)
        self._name = check.name
        self._report = report
        self._marker = "\ue000" + secrets.token_hex(3)
        self._frame = self._frame_parts()
        self._texts = _SharedTexts()
        self._through = 0
        #: The merged areas of the sheet that was read last.
        self.merged: list[tuple[int, int, int, int]] = []
        self._take_texts(next(iter(check.sheets.values())))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._texts.close()
        self._package.close()

    def _frame_parts(self) -> dict[str, bytes]:
        """The parts that every slice needs: the list of sheets, and what says which numbers are dates."""
        package = self._package
        workbook = package.main_part(_MAIN_PART)
        wanted = ["[Content_Types].xml", "_rels/.rels", workbook]
        folder, _, file = workbook.rpartition("/")
        wanted.append(f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels")
        self._texts_part = ""
        for kind, target in package.relations(workbook).values():
            if kind.endswith("/styles"):
                wanted.append(target)
            elif kind.endswith("/sharedStrings"):
                self._texts_part = target
        found = [info for part in wanted if (info := package.part(part)) is not None]
        return {info.filename: b"".join(package.pieces(info)) for info in found}

    def _read(self, extra: dict[str, bytes], sheet: str) -> tuple[int, int, list[list[Any]]]:
        """First row, first column and the rows of *sheet* in a small package with the *extra* parts."""
        from python_calamine import CalamineWorkbook

        raw = BytesIO()
        with zipfile.ZipFile(raw, "w") as small:
            for part, content in (*self._frame.items(), *extra.items()):
                small.writestr(part, content)
        raw.seek(0)
        with translated(self._name, f"sheet “{sheet}”"):
            opened = CalamineWorkbook.from_filelike(raw).get_sheet_by_name(sheet)
            if opened.start is None:
                return 1, 0, []
            return opened.start[0] + 1, opened.start[1], opened.to_python()

    # Shared texts

    def _take_texts(self, sheet: SheetCheck) -> None:
        info = self._package.part(self._texts_part) if self._texts_part else None
        if info is None:
            return
        head = b""
        rest = b""
        items: list[bytes] = []
        through = 0
        for piece in self._package.pieces(info):
            through += len(piece)
            self._report(through, info.file_size, f"Reading the texts of {self._name}")
            data = rest + piece
            if not head:
                at = data.find(b"<si")
                if at < 0:
                    rest = data
                    continue
                head, data = data[:at], data[at:]
            cut = data.rfind(b"</si>") + len(b"</si>")
            if cut < len(b"</si>"):
                rest = data
                continue
            items += self._items(data[:cut], info.filename)
            rest = data[cut:]
            while len(items) >= _BLOCK:
                self._keep_texts(info.filename, head, items[:_BLOCK], sheet)
                del items[:_BLOCK]
        if head:
            end = rest.rfind(b"</")
            if end < 0:
                raise damaged(self._name, f"its part {info.filename} is cut off")
            items += self._items(rest[:end], info.filename)
        for at in range(0, len(items), _BLOCK):
            self._keep_texts(info.filename, head, items[at : at + _BLOCK], sheet)

    def _items(self, block: bytes, part: str) -> list[bytes]:
        """The items in a piece of the shared texts, which holds nothing else."""
        items = _ITEM.findall(block)
        if sum(map(len, items)) != len(block) and _ITEM.sub(b"", block).strip():
            raise damaged(self._name, f"its part {part} holds more than texts")
        return items

    def _keep_texts(self, part: str, head: bytes, items: list[bytes], sheet: SheetCheck) -> None:
        start = head.rfind(b"<")
        tag = head[start + 1 :].split(None, 1)[0].split(b">")[0]
        cells = b"".join(
            b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (at + 1, at + 1, at)
            for at in range(len(items))
        )
        extra = {
            part: head + b"".join(items) + b"</" + tag + b">",
            sheet.part: b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b"<sheetData>" + cells + b"</sheetData></worksheet>",
        }
        first, _, rows = self._read(extra, sheet.name)
        texts = [""] * (first - 1) + [str(row[0]) for row in rows]
        texts += [""] * (len(items) - len(texts))
        if len(texts) != len(items):
            raise damaged(self._name, f"its part {part} could not be read as it is stored")
        self._texts.keep(texts)

    # Rows

    def rows(self, check: SheetCheck, step: int) -> Iterator[tuple[int, int, list[list[Any]]]]:
        """The rows of a sheet: the number of the first, its first column, and about *step* rows at a time."""
        info = self._package.part(check.part)
        if info is None:
            raise damaged(self._name, f"sheet “{check.name}” has lost its part {check.part}")
        self.merged = []
        head = tail = b""
        waiting: list[bytes] = []
        rest = b""
        rows = 0
        is_before, is_after = True, False
        for piece in self._package.pieces(info):
            if is_after:
                tail += piece
                continue
            data = rest + piece
            if is_before:
                at = data.find(b"<sheetData")
                if at < 0 or len(data) < at + 12:
                    rest = data
                    continue
                is_before = False
                if not data.startswith(b"<sheetData>", at):
                    return  # it has no rows
                head = ANY_DIMENSION.sub(b"", data[:at])
                data = data[at + len(b"<sheetData>") :]
            end = data.find(b"</sheetData>")
            if end >= 0:
                is_after, tail = True, data[end:]
                data = data[:end]
                cut = len(data)
            else:
                cut = data.rfind(b"</row>") + len(b"</row>")
                if cut < len(b"</row>"):
                    rest = data
                    continue
            rest = data[cut:]
            waiting.append(data[:cut])
            rows += data.count(b"<row ", 0, cut)
            if rows >= step or is_after:
                yield from self._slice(check, head, b"".join(waiting))
                self._report(
                    check.last_row if is_after else self._through, check.last_row, self._label(check)
                )
                waiting, rows = [], 0
        for top, bottom in _MERGE.findall(tail):
            self.merged.append(_area(top, bottom))

    @staticmethod
    def _label(check: SheetCheck) -> str:
        return f"Reading sheet “{check.name}”"

    def _slice(
        self, check: SheetCheck, head: bytes, block: bytes
    ) -> Iterator[tuple[int, int, list[list[Any]]]]:
        if b't="e"' in block:
            block = ERROR_CELL.sub(rb'\1"str"', block)
        marker = self._marker
        if block.count(b' t="s"') != block.count(b' t="s"><v>'):
            block = _SHARED_CELL.sub(rb' t="s"><v>', block)
        block = block.replace(b' t="s"><v>', b' t="str"><v>' + marker.encode())
        sheet = head + b"<sheetData>" + block + b"</sheetData></worksheet>"
        first, left, rows = self._read({check.part: sheet}, check.name)
        if not rows:
            return
        skip = len(marker)
        texts = self._texts
        try:
            full = [
                [
                    texts[int(cell[skip:])] if cell.__class__ is str and cell.startswith(marker) else cell
                    for cell in row
                ]
                for row in rows
            ]
        except (IndexError, ValueError) as error:
            raise damaged(self._name, f"sheet “{check.name}” refers to a text that is not there") from error
        self._through = first + len(rows) - 1
        yield first, left, full


class _SharedTexts:
    """Texts by number. Blocks of them lie packed in a temporary file; the ones used last are kept unpacked."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="fundingapp-texts-")  # noqa: SIM115 - closed by close()
        self._ends = array("Q", [0])
        self._unpacked: dict[int, list[str]] = {}

    def keep(self, texts: list[str]) -> None:
        """Adds a block; every one but the last has _BLOCK texts."""
        packed = zlib.compress("\0".join(texts).encode("utf-8", "surrogatepass"), 1)
        self._file.write(packed)
        self._ends.append(self._ends[-1] + len(packed))

    def __getitem__(self, at: int) -> str:
        number, place = divmod(at, _BLOCK)
        block = self._unpacked.get(number)
        if block is None:
            block = self._unpack(number)
        return block[place]

    def _unpack(self, number: int) -> list[str]:
        if not 0 <= number < len(self._ends) - 1:
            raise IndexError(number)
        if len(self._unpacked) >= _MOST_BLOCKS:
            # The oldest half goes: a sheet refers to new texts in the order in which they are stored.
            for old in list(self._unpacked)[: _MOST_BLOCKS // 2]:
                del self._unpacked[old]
        start, end = self._ends[number], self._ends[number + 1]
        self._file.seek(start)
        packed = self._file.read(end - start)
        block = zlib.decompress(packed).decode("utf-8", "surrogatepass").split("\0")
        self._unpacked[number] = block
        return block

    def close(self) -> None:
        self._file.close()


def _area(top: bytes, bottom: bytes) -> tuple[int, int, int, int]:
    first_row, first_column = split_address(top.decode())
    last_row, last_column = split_address(bottom.decode())
    return first_row, first_column, last_row, last_column


def _silent(_done: int, _total: int, _label: str) -> None:
    """The pre-flight has told already how far it is; the slices tell it anew."""
