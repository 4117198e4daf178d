"""The official clients in JavaScript, each at one version: installed once, with a node of their own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "build/clients"
PACKAGES = {
    "node": "22.23.3",
    "@modelcontextprotocol/sdk": "1.32.2",
    "@modelcontextprotocol/client": "2.3.1",
    "@modelcontextprotocol/inspector": "2.12.0",
}
NODE = HOME / "node_modules/.bin/node"
INSPECTOR = HOME / "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"


def install() -> None:
    """The packages, unless exactly these are there."""
    wanted = {"private": True, "type": "module", "dependencies": PACKAGES}
    stamp = HOME / "installed.json"
    if stamp.exists() and json.loads(stamp.read_text("utf-8")) == wanted:
        return
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "package.json").write_text(json.dumps(wanted), encoding="utf-8")
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=HOME, check=True)
    stamp.write_text(json.dumps(wanted), encoding="utf-8")


def run(*words: str | Path, environment: dict[str, str], text: str = "", seconds: int = 300) -> str:
    """What a script said on standard output; it must end well."""
    passed = {**environment, "PATH": f"{NODE.parent}{os.pathsep}{environment['PATH']}"}
    ran = subprocess.run([str(NODE), *map(str, words)], input=text, env=passed, cwd=HOME, capture_output=True, text=True, timeout=seconds, check=False)
    assert ran.returncode == 0, (words, ran.returncode, ran.stdout[-2000:], ran.stderr[-4000:])
    return ran.stdout


def talk(how: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """What craft.mjs saw. It lies beside the packages, where node looks for them."""
    script = HOME / "craft.mjs"
    script.write_bytes((ROOT / "tests/serve/craft.mjs").read_bytes())
    return json.loads(run(script, environment=environment, text=json.dumps({**how, "environment": environment})))
