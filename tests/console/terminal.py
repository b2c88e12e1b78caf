"""A terminal for tests: command lines go in, and what they print and their exit status come out."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.__main__ import main

FUND = "Locality Fund"
YEAR = "2018/19"


@dataclass(frozen=True, slots=True)
class Ran:
    """One command line carried out."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object that stands on standard output, where nothing else may stand."""
        data = json.loads(self.out)
        assert isinstance(data, dict)
        assert self.out.count("\n") == 1
        return data

    @property
    def refusal(self) -> str:
        """What a refused command said: one line on standard error, nothing on standard output, no traceback."""
        assert (self.status, self.out) == (3, "")
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        assert "mistake" not in self.err
        return self.err.strip()


def run(*words: object) -> Ran:
    """Carries out a command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(word) for word in words])
    return Ran(status, out.getvalue(), err.getvalue())


def ask(command: str, file: Path, *more: object) -> Ran:
    """A command about the sample's grant, in JSON."""
    return run(command, file, "--fund", FUND, "--year", YEAR, *more, "--json")


def state_of(folder: Path) -> dict[str, str]:
    """Every file below *folder* with its hash; an empty journal says nothing and is left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not (path.name.endswith("-journal") and not path.stat().st_size)
    }
