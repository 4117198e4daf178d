"""Writes to stdout in every way there is, and reads stdin."""

import os
import subprocess
import sys
from typing import Any

print("printed while being imported")


async def noisy(**_kwargs: Any) -> Any:
    print("plain print")
    sys.stdout.write("sys.stdout\n")
    sys.stdout.flush()
    os.write(1, b"raw write to fd 1\n")
    subprocess.run(["echo", "from a child"], check=True)
    return f"read {len(sys.stdin.read())} characters"
