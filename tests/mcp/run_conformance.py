"""Demands the official conformance suite of src/mcp: every scenario of both revisions, and those that do not count yet.

python tests/mcp/run_conformance.py [build/dev/bin/conformance-server]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from suite import ROOT, SCORED, Unprepared, judge


def main(server: Path) -> int:
    """Serve on a free port, judge, and count scenarios."""
    passed = failed = skipped = 0
    with subprocess.Popen([server, "--http", "0"], stdout=subprocess.PIPE, text=True) as child:
        url = child.stdout.readline().strip()  # type: ignore[union-attr]
        try:
            for revision, expected in SCORED.items():
                found = judge(url, revision)
                good = [name for name in found.scored if name not in found.failed]
                print(f"{revision}: {len(good)}/{expected} scored scenarios, {len(found.others)} others")
                for line in found.complaints:
                    print(f"  {line}")
                for line in found.skipped:
                    print(f"  skipped by the suite: {line}")
                missing = max(expected - len(good), 0)
                wrong_others = [name for name in found.others if name in found.failed]
                passed += len(good) + len(found.others) - len(wrong_others)
                failed += missing + len(wrong_others) + (not missing and not wrong_others and bool(found.complaints))
                skipped += len(found.skipped)
        except Unprepared as error:
            print(f"the suite cannot be had: {error}")
            failed += 1
        finally:
            child.terminate()
    if child.returncode != 0:
        print(f"the server ended with {child.returncode}")
        failed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/asan/bin/conformance-server"))
