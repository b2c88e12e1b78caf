"""The example of README.md does what README.md says, word for word."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.console.terminal import run

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_example_of_the_readme_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = README.read_text(encoding="utf-8")
    lines = re.findall(r"^fundingapp (.+)$", text, re.MULTILINE)
    assert len(lines) == 12
    said: dict[str, str] = {}
    for line in lines:
        ran = run(*shlex.split(line))
        assert ran.status in {0, 1}, ran.err
        said.setdefault(line.split()[0], ran.out)
    assert "Four lines of £716.61 wait at period 10, and five of £1,166.61 at period 12" in text
    assert "4 lines wait for a project" in said["reconcile"]
    assert "£716.61" in said["why"]
    assert "£1,166.61" in said["return"]
    assert said["verify"] == "charnwood.funding is sound.\n"
