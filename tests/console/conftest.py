"""Charnwood's year through the console: done once, with a copy of its files at each station for the tests to use."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.console.terminal import FUND, YEAR, Ran, ask, run

FILE = "charnwood.funding"


@dataclass(slots=True)
class Line:
    """The whole line: what each step printed, and the folder as it was at each station."""

    folder: Path
    steps: dict[str, Ran] = field(default_factory=dict)
    stations: dict[str, Path] = field(default_factory=dict)

    def station(self, name: str) -> None:
        self.stations[name] = self.folder.with_name(name)
        shutil.copytree(self.folder, self.stations[name])


@pytest.fixture(autouse=True)
def no_leftovers(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temp folder for this test alone, which every command has to leave empty."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Sample, plan, rules, P10, match, P12, match, return, verify, with the questions in between."""
    made = Line(tmp_path_factory.mktemp("charnwood") / "sample")
    folder, steps = made.folder, made.steps
    file = folder / FILE
    grant = ("--fund", FUND, "--year", YEAR)
    steps["sample"] = run("sample", folder, "--json")
    commissioner = "Leicestershire Police and Crime Commissioner"
    table = folder / "funding_2018_19.csv"
    steps["plan"] = run("plan", file, table, *grant, "--commissioner", commissioner, "--json")
    made.station("planned")
    steps["import P10"] = run("import", file, folder / "GL_extract_P10.xlsx", "--json")
    steps["rules"] = run("rules", file, folder / "coding_rules.csv", "--json")
    steps["match P10"] = run("match", file, "--json")
    steps["spend P10"] = ask("spend", file)
    steps["reconcile P10"] = ask("reconcile", file)
    made.station("P10")
    steps["import P12"] = run("import", file, folder / "GL_extract_P12.xlsx", "--json")
    steps["match P12"] = run("match", file, "--json")
    steps["spend P12"] = ask("spend", file)
    steps["reconcile P12"] = ask("reconcile", file)
    steps["return"] = ask("return", file, "--out", folder / "return.xlsx")
    steps["verify"] = run("verify", file, "--json")
    made.station("P12")
    return made


@pytest.fixture
def at(line: Line, tmp_path: Path) -> Callable[[str], Path]:
    """A function from the name of a station to a funding file of one's own, with its input files beside it."""

    def copied(station: str) -> Path:
        folder = tmp_path / "work"
        shutil.copytree(line.stations[station], folder)
        return folder / FILE

    return copied
