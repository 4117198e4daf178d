"""Runs the official conformance suite against the runtime; 0 when both revisions pass in full.

python tests/generated/conformance/run.py
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "mcp")]
from suite import SCORED, judge

from client import serving
from make_sample import make


def main() -> int:
    """Serve the sample with the suite's fixtures as one more module, and let the suite loose."""
    project = make(Path(tempfile.mkdtemp(prefix="conformance-")))
    shutil.copy(HERE / "conformance.py", project / "src" / "modules")
    path = project / "src" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["modules"].append({"name": "conformance", "options": {}})
    manifest |= {"options": {}, "tools": [], "resources": [], "prompts": []}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    failed = 0
    with serving(project) as server:
        for revision, expected in SCORED.items():
            found = judge(f"http://127.0.0.1:{server.port}/mcp", revision)
            good = len([name for name in found.scored if name not in found.failed])
            print(f"{revision}: {good}/{expected}", *found.complaints, sep="\n  ")
            failed += expected - good
    shutil.rmtree(project)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
