"""Every bomb is refused in under a second and in less than 100 MB, measured in a process of its own (Z5)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workbooks.bombs import BOMBS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once_and_in_little_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    ran = subprocess.run(
        [sys.executable, "-m", "tests.workbooks.bombs", str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    code, seconds, peak = json.loads(ran.stdout)
    assert code in {"bomb", "too_many_parts", "document_type", "too_sparse"}
    assert seconds < 1
    assert peak < 100 << 20
