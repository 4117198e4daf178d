"""Tells what decides about a project's environment: its pyproject.toml stands on standard input."""

import json
import sys
import tomllib
from typing import Any


def identify(text: str) -> dict[str, Any]:
    """Give the parts of a project that decide which packages it gets, and this interpreter."""
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        return {"error": str(problem)}
    project = value.get("project", {})
    groups = value.get("dependency-groups", {})
    wanted = ("requires-python", "dependencies", "optional-dependencies", "dynamic")
    return {
        "requirements": {
            "project": {name: project.get(name) for name in wanted},
            "groups": groups,
            "uv": value.get("tool", {}).get("uv"),
            "python": sys.version,
        },
        "dev": "dev" in groups,
        "base": sys.base_prefix,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(identify(sys.stdin.buffer.read().decode()), default=str))
