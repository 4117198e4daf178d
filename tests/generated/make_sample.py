"""Puts a project together from the catalog's files and the hand-written sample, as the crafter would.

python tests/generated/make_sample.py FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = HERE.parent.parent / "catalog" / "parts"
ENABLED = (
    "enterprise-python",
    "tools",
    "resources",
    "prompts",
    "monitoring",
    "caching",
    "docker",
)


def make(folder: Path) -> Path:
    """The sample project in `folder`."""
    for source in [*(PARTS / part / "files" for part in ENABLED), HERE / "sample"]:
        if source.is_dir():
            shutil.copytree(
                source,
                folder,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("__pycache__", ".*_cache"),
            )
    shutil.copy(HERE / "sample_pyproject.toml", folder / "pyproject.toml")
    return folder


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))
