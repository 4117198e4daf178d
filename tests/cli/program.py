"""Runs the program as people and scripts do: in a folder of its own, with pipes or on a terminal."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Answer:
    """What the program said, and how it ended."""

    code: int
    out: str
    err: str
    seconds: float = 0.0

    @property
    def envelope(self) -> dict[str, Any]:
        """Standard output as the one JSON value that it must be."""
        value = json.loads(self.out)
        assert isinstance(value, dict), self.out
        assert list(value) == ["ok", "command", "data", "warnings", "error"], list(value)
        assert value["ok"] is (self.code == 0), self
        assert (value["error"] is None) is value["ok"], self
        return value


class World:
    """A fresh folder, an environment that is ours, and the program."""

    def __init__(self, crafter: str, folder: Path, cache: Path) -> None:
        self.crafter, self.folder = crafter, folder
        self.root = folder / "w"
        self.root.mkdir(parents=True)
        passed = {k: v for k, v in os.environ.items() if k.startswith(("UV_", "PIP_", "SSL_", "http", "HTTP", "no_proxy"))}
        self.environment = {
            **passed,
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(cache),
            "LANG": "C.UTF-8",
        }

    def file(self, name: str, content: Any) -> str:
        """A file beside the workspace; values are written as JSON."""
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    def start(self, *words: str, cwd: Path | None = None, env: dict[str, str] | None = None, **more: Any) -> subprocess.Popen[bytes]:
        """The program as a child; pipes unless told otherwise."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
        environment = {**self.environment, **(env or {})}
        return subprocess.Popen([self.crafter, *words], cwd=cwd or self.root, env=environment, start_new_session=True, **pipes)

    def run(self, *words: str, text: bytes | None = None, seconds: float = 120, **more: Any) -> Answer:
        """Runs to the end; `text` goes to standard input, which is empty otherwise."""
        begun = time.monotonic()
        child = self.start(*words, **more, **({"stdin": subprocess.PIPE} if text is not None else {}))
        try:
            out, err = child.communicate(text, seconds)
        finally:
            kill(child)
        return Answer(child.returncode, out.decode(), err.decode(), time.monotonic() - begun)

    def make(self, name: str, *words: str) -> Answer:
        """A server that nothing was proven of."""
        answer = self.run("create", name, "--complexity", "simple", "--proof", "none", "--json", *words)
        assert answer.code == 0, answer
        return answer


class Terminal:
    """The program on a terminal of its own: all it writes in one text, typed at as a person does."""

    def __init__(self, world: World, *words: str, env: dict[str, str] | None = None) -> None:
        self.leader, follower = pty.openpty()
        streams = {"stdin": follower, "stdout": follower, "stderr": follower}
        self.child = world.start(*words, env={"TERM": "xterm-256color", **(env or {})}, **streams)
        os.close(follower)
        os.set_blocking(self.leader, False)
        self.text = ""

    def read(self, until: str, seconds: float = 30) -> str:
        """Everything it wrote so far, at least up to `until`; "" waits for its end."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                self.text += os.read(self.leader, 65536).decode(errors="replace")
            except BlockingIOError:
                if self.child.poll() is not None:
                    break
                time.sleep(0.01)
            except OSError:  # its other end is closed
                break
            if until and until in self.text:
                return self.text
        assert not until, f"{until!r} did not come: {self.text!r}"
        return self.text

    def type(self, line: str) -> None:
        """One line, and the answer to nothing before it counts any more."""
        self.text = ""
        os.write(self.leader, (line + "\n").encode())

    def end(self, seconds: float = 30) -> int:
        """Its exit code."""
        self.read("", seconds)
        try:
            return self.child.wait(seconds)
        finally:
            kill(self.child)
            os.close(self.leader)


def kill(child: subprocess.Popen[bytes]) -> None:
    """It and all that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()
