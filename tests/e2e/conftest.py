"""What the end-to-end tests share: a workspace of its own for each test, and the program as people run it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CRAFTER = os.environ.get("CRAFTER", str(ROOT / "bin/mcp-crafter"))
CACHE = Path(os.environ.get("CRAFTER_TEST_CACHE", ROOT / "build/test-cache"))
PASSED = ("PIP_", "UV_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment with an empty HOME, the shared cache of environments, and nothing of the caller's."""
    home.mkdir(parents=True, exist_ok=True)
    passed = {name: value for name, value in os.environ.items() if name.startswith(PASSED)}
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "dumb",
            "XDG_CACHE_HOME": str(CACHE), **passed, **more}


@dataclass
class Answer:
    """One run of the program."""

    code: int
    out: str
    err: str

    @property
    def envelope(self) -> dict[str, Any]:
        """The one JSON value on standard output."""
        return json.loads(self.out)

    @property
    def data(self) -> Any:
        """The envelope's data."""
        return self.envelope["data"]

    @property
    def codes(self) -> list[str]:
        """The codes of the diagnostics of a failure."""
        return [d["code"] for d in self.envelope["error"]["diagnostics"]]


class Workspace:
    """A folder to work in."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = environment(folder.parent / "home", **more)

    def run(self, *words: str, text: str | None = None, timeout: float = 300, **more: Any) -> Answer:
        """The program, run in the workspace."""
        done = subprocess.run([CRAFTER, *words], cwd=self.folder, env=self.environment, input=text, timeout=timeout,
                              capture_output=True, text=True, check=False, **({"stdin": subprocess.DEVNULL} if text is None else {}), **more)
        return Answer(done.returncode, done.stdout, done.stderr)

    def create(self, form: Any, *words: str, proof: str = "none") -> Answer:
        """`create` with a form that is a path or a value."""
        source = str(form) if isinstance(form, Path) else json.dumps(form, ensure_ascii=False)
        return self.run("create", "--form", source, "--json", "--non-interactive", "--yes", "--proof", proof, *words)

    def made(self, form: Any, *words: str, proof: str = "none") -> Path:
        """The project that `create` made; the test fails when it did not."""
        answer = self.create(form, *words, proof=proof)
        assert answer.code == 0, answer
        return Path(answer.data["path"])


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    """A workspace with nothing in it."""
    return Workspace(tmp_path / "work")


def tree(project: Path, skip: tuple[str, ...] = (".crafter/proof.json", ".env", "uv.lock")) -> dict[str, tuple[str, bytes]]:
    """path → mode and bytes of every file below, volatile ones aside; links by their target."""
    found = {}
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project).as_posix()
        if name in skip or path.is_dir() and not path.is_symlink():
            continue
        found[name] = ("link", os.readlink(path).encode()) if path.is_symlink() else (oct(path.stat().st_mode & 0o777), path.read_bytes())
    return found


ECHO = {
    "server_name": "echo-server", "description": "Echoes", "complexity": "simple",
    "custom_tools": [{"name": "echo", "description": "Say it again", "parameters": {"text": {"type": "string"}}, "implementation": "return kwargs['text']"}],
}
OPTIONAL_TOOLS = {
    "authentication": ["validate_token", "authenticate_user", "create_user", "list_users", "disable_user"],
    "caching": ["cache_get", "cache_set", "cache_delete", "cache_stats"],
    "monitoring": ["get_health", "get_metrics"],
    "persistence": ["store_value", "retrieve_value", "list_values", "delete_value"],
    "rate_limiting": ["check_rate_limit", "set_rate_limit"],
    "streaming": ["stream_start", "stream_publish", "stream_read", "stream_stop", "stream_list"],
    "webhooks": ["webhook_register", "webhook_trigger", "webhook_list", "webhook_history", "webhook_delete", "webhook_rotate_secret", "webhook_replay"],
}


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with a proven server that has every capability, and every tool that one can have."""
    work = Workspace(tmp_path_factory.mktemp("everything") / "work")
    names = [c["name"] for c in work.run("capabilities", "--json").data["capabilities"]]
    options: dict[str, Any] = {name: {"tools": True} for name in OPTIONAL_TOOLS}
    options["authentication"]["mode"] = "local"
    work.made({**ECHO, "complexity": "custom", "capabilities": names, "options": options}, proof="full")
    return work
