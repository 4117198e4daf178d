"""The servers that are measured: ours, the bare yardstick, and the official SDKs', installed exactly as pinned."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAMS = ROOT / "build/bench/bin"
PEERS = HERE / "peers"
CACHE = Path(os.environ.get("CRAFTER_TEST_CACHE", ROOT / "build/test-cache")).resolve() / "bench-peers"
LOAD = str(PROGRAMS / "bench_load")
META = "io.modelcontextprotocol/"
VERSION = "2026-07-28"
WORD = "Hello, Ada!"


class Absent(RuntimeError):
    """A peer cannot be had here; the message says why."""


def message(method: str, **params: object) -> bytes:
    """A request of the newest revision."""
    meta = {META + "protocolVersion": VERSION, META + "clientCapabilities": {}}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}, separators=(",", ":")).encode()


CALL = message("tools/call", name="greet", arguments={"name": "Ada"})


def http_call(port: int) -> bytes:
    """The same call as it is posted."""
    head = {"Host": f"localhost:{port}", "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": VERSION, "Mcp-Method": "tools/call", "Mcp-Name": "greet", "Content-Length": str(len(CALL))}
    return ("POST /mcp HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()) + "\r\n").encode() + CALL


def build() -> None:
    """The programs of the benches, linked without shared libraries."""
    for words in (["cmake", "--preset", "bench"], ["cmake", "--build", "--preset", "bench"]):
        subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def run(words: list[str], folder: Path) -> None:
    """One step of an installation."""
    try:
        done = subprocess.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Absent(f"{words[0]}: {error}") from error
    if done.returncode:
        raise Absent(f"{' '.join(words)}: {done.stdout[-500:]}")


def installed(name: str, files: list[str], words: list[str]) -> Path:
    """A folder with these files of peers/ in which `words` ran; made anew when a file changed."""
    folder = CACHE / name
    texts = {file: (PEERS / file).read_bytes() for file in files}
    if any(not (folder / file).exists() or (folder / file).read_bytes() != text for file, text in texts.items()):
        fresh = folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for file, text in texts.items():
            (fresh / file).write_bytes(text)
        run(words, fresh)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    return folder


def python_peer() -> tuple[str, list[str]]:
    """Name and command of the Python SDK's server."""
    try:
        return f"Python SDK {metadata.version('mcp')}", [sys.executable, str(PEERS / "server.py")]
    except metadata.PackageNotFoundError as error:
        raise Absent("the package mcp is not installed") from error


def typescript_peer() -> tuple[str, list[str]]:
    """Name and command of the TypeScript SDK's server."""
    version = json.loads((PEERS / "package.json").read_text())["dependencies"]["@modelcontextprotocol/server"]
    folder = installed("typescript", ["package.json", "server.mjs"], ["npm", "install", "--no-audit", "--no-fund", "--silent"])
    return f"TypeScript SDK {version}", ["node", str(folder / "server.mjs")]


def go_peer() -> tuple[str, list[str]]:
    """Name and command of the Go SDK's server."""
    version = next(line.split()[-1] for line in (PEERS / "go.mod").read_text().splitlines() if "go-sdk v" in line)
    folder = installed("go", ["go.mod", "go.sum", "server.go"], ["go", "build", "-o", "bench-go", "."])
    return f"Go SDK {version}", [str(folder / "bench-go")]


PEER_MAKERS: list[Callable[[], tuple[str, list[str]]]] = [python_peer, typescript_peer, go_peer]


class HttpServer:
    """A server that printed its port."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.pid = process.pid
        self.port = int(process.stdout.readline())
        self._request = http_call(self.port)

    def load(self, calls: int, connections: int, word: str = WORD) -> tuple[float, float]:
        """Microseconds of the median call and of the slowest hundredth."""
        words = [LOAD, "http", str(self.port), str(calls), str(connections), word]
        done = subprocess.run(words, input=self._request, stdout=subprocess.PIPE, check=True, timeout=900)
        median, worst = done.stdout.split()
        return float(median), float(worst)


@contextlib.contextmanager
def serving(*words: str) -> Iterator[HttpServer]:
    """A server while it is needed."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield HttpServer(process)
        finally:
            process.terminate()
