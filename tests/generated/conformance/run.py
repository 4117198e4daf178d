"""Runs the official conformance suite against the runtime; 0 when both revisions pass in full.

npm install node@22 @modelcontextprotocol/conformance@0.2.0-alpha.12
python tests/generated/conformance/run.py node_modules/.bin/node node_modules/.bin/conformance
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from client import serving
from make_sample import make

REVISIONS = ("2026-07-28", "2025-11-25")


def main(program: list[str]) -> int:
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
        address = ["--url", f"http://127.0.0.1:{server.port}/mcp"]
        for revision in REVISIONS:
            command = [*program, "server", *address, "--requirements", revision]
            failed += subprocess.run(command, check=False).returncode
    shutil.rmtree(project)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
