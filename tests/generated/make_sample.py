"""Puts a project together from the catalog's files and the hand-written sample, as the crafter would.

    python tests/generated/make_sample.py FOLDER [rough]

`rough` adds tools that print, block, fail and return nonsense.
"""

from __future__ import annotations

import json
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
    "persistence",
    "webhooks",
    "streaming",
    "docker",
)


OFF = ("persistence", "webhooks", "streaming")
"""There for tests of single functions; the sample does not enable them, so their own tests stay away."""


def make(folder: Path, *, rough: bool = False) -> Path:
    """The sample project in `folder`."""
    for part in ENABLED:
        _lay(PARTS / part / "files", folder, *(("tests",) if part in OFF else ()))
    _lay(HERE / "sample", folder)
    shutil.copy(HERE / "sample_pyproject.toml", folder / "pyproject.toml")
    if rough:
        _lay(HERE / "rough" / "src", folder / "src")
        path = folder / "src" / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        manifest["tools"] += json.loads((HERE / "rough" / "tools.json").read_text(encoding="utf-8"))
        path.write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def _lay(source: Path, target: Path, *without: str) -> None:
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__", ".*_cache", *without)
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), rough="rough" in sys.argv[2:]))
