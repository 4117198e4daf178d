"""Builds the C++ programs that measure and torment the journal, the way the program itself is built."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"


def built(name: str) -> Path:
    """The program of that name, of the code as it is now."""
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", str(BUILD), "-j", str(os.cpu_count() or 2), "--target", name]):
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return BUILD / "bin" / name
