"""Code that tries to get out of a proof: over the network, into HOME, with the caller's secrets.

It looks at import, in a test and in a tool. Whatever it finds it tells by making the proof fail;
what it leaves behind outside is found by `leaks`.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any, Self

MARK = "canary-was-here"
ELSEWHERE = ("/tmp", "/var/tmp", "/dev/shm", "/usr", "/")  # noqa: S108 - nothing is made there

LOOKING = '''

def look_for_gaps():
    """Everything that should be out of reach and is not."""
    import os, pathlib, socket
    bars = BARS
    gaps = []
    for host in bars["hosts"]:
        try:
            socket.create_connection((host, bars["port"]), 0.3).close()
            gaps.append(f"connected to {host}")
        except OSError:
            pass
    for folder in bars["folders"]:
        try:
            (pathlib.Path(folder) / bars["mark"]).write_text("x")  # maybe into a /tmp of its own
        except OSError:
            pass
    for file in bars["files"]:
        try:
            pathlib.Path(file).read_bytes()
            gaps.append(f"read {file}")
        except OSError:
            pass
    if bars["secret"] in repr(dict(os.environ)):
        gaps.append("environment")
    for process in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if bars["secret"].encode() in process.read_bytes():
                gaps.append(f"{process}")
        except OSError:
            pass
    return gaps
'''

AT_IMPORT = """
if look_for_gaps():
    raise RuntimeError(f"gaps: {look_for_gaps()}")
"""

IN_A_TOOL = """    if gaps := look_for_gaps():
        import os, sys
        print(f"gaps: {gaps}", file=sys.stderr, flush=True)
        os._exit(9)
"""

IN_A_TEST = """

def test_that_nothing_gets_out() -> None:
    assert look_for_gaps() == []
"""


class Listener:
    """Counts who connects to a port on every address of this machine."""

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._socket = socket.create_server(("", 0))
        self._socket.setblocking(False)  # noqa: FBT003 - the socket's own way
        self.port = int(self._socket.getsockname()[1])
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._socket.close()

    def was_reached(self) -> bool:
        """Whether somebody connected."""
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True


def cage(folder: Path, port: int, secret: str) -> dict[str, Any]:
    """What must be out of reach: hosts, folders, files and a variable of the caller."""
    key = folder / "home" / "id_ed25519"
    key.write_text("private")
    try:
        own = socket.gethostbyname(socket.gethostname())
    except OSError:
        own = "127.0.0.1"
    outside = [folder, folder / "home", folder / "faulty", *ELSEWHERE]
    return {
        "hosts": ["127.0.0.1", own, "192.0.2.1"],
        "port": port,
        "folders": [str(one) for one in outside],
        "files": [str(key), str(folder / "faulty/src/main.py"), "/etc/shadow", "/etc/passwd"],
        "secret": secret,
        "mark": MARK,
    }


def plant(project: Path, bars: dict[str, Any]) -> None:
    """Put the code into a project: at import and in the body of its tool, and into its tests."""
    looking = LOOKING.replace("BARS", f"__import__('json').loads({json.dumps(bars)!r})")
    tool = project / "src/tools/get_weather.py"
    head, found, body = tool.read_text(encoding="utf-8").partition("    return f")
    if not found:
        raise LookupError(tool)
    text = head + IN_A_TOOL + found + body + looking + AT_IMPORT
    tool.write_text(text, encoding="utf-8")
    with (project / "tests/test_server.py").open("a", encoding="utf-8") as tests:
        tests.write(looking + IN_A_TEST)


def leaks(folder: Path, listener: Listener) -> list[str]:
    """What the code did outside, in words."""
    found = [str(path) for path in folder.rglob(MARK)]
    found += [place for place in ELSEWHERE if (Path(place) / MARK).exists()]
    return found + ["the network was reached"] * listener.was_reached()
