#!/usr/bin/env python3
"""Whatever schema/form.schema.json refuses, `mcp-crafter validate` refuses: forms are altered until both have spoken.

Usage: check_form_schema.py PROGRAM [SCHEMA]; needs the package jsonschema.
"""

import copy
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
INVALID = 3  # the exit code of a form that is wrong

Json = Any
Way = tuple[str | int, ...]

FORMS: list[dict[str, Json]] = [
    {"server_name": "small-one"},
    {
        "server_name": "whole-one",
        "title": "Whole",
        "description": "Every field once",
        "version": "1.2.3-rc.1",
        "complexity": "simple",
        "template": "enterprise-python",
        "capabilities": ["tools", "resources", "prompts"],
        "custom_tools": [
            {
                "name": "echo",
                "title": "Echo",
                "description": "Says it again",
                "parameters": {"text": {"type": "string"}, "times": {"type": "integer", "required": False}},
                "implementation": "return text",
                "output_schema": {"type": "string"},
                "annotations": {"title": "Echo", "readOnlyHint": True, "openWorldHint": False},
                "scopes": ["read"],
                "timeout_seconds": 5,
                "cache": {"ttl_seconds": 60, "scope": "public"},
                "probe": True,
                "task": "none",
            },
            {"name": "whole", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}},
        ],
        "custom_resources": [
            {"uri": "notes://today", "name": "today", "mimeType": "text/plain", "text": "x"},
            {"uriTemplate": "notes://{day}", "name": "by day", "description": "Of a day", "implementation": "return day"},
        ],
        "custom_prompts": [
            {
                "name": "review",
                "arguments": [{"name": "code", "description": "The code", "required": True}],
                "messages": [{"role": "user", "content": {"type": "text", "text": "Look at {code}"}}],
            }
        ],
        "dependencies": ["httpx>=0.27,<1"],
        "environment_vars": {
            "APP_MODE": "plain",
            "WORKERS": 3,
            "REGION": {"value": "eu", "secret": False, "required": True, "description": "Where"},
        },
        "deployment_config": {
            "docker": True,
            "scaling": {"min_replicas": 1, "max_replicas": 3, "cpu_threshold": 80},
            "service_mesh": "none",
        },
        "metadata": {"author": "A. Person", "registry_name": "io.github.someone/whole-one"},
    },
]

# What may stand where something else stood.
OTHERS: list[Json] = [
    None, True, 7, 0, -1, 1.5, 10**6, "", "x", "a b", "A", "../x", "\u202e", "\n", "x" * 200, "tools", [], ["x"], [1], {}, {"x": 1},
]  # fmt: skip


def ways(value: Json, way: Way = ()) -> Iterator[Way]:
    """Give the way to every value inside of `value`."""
    yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from ways(item, (*way, key))


def altered(form: Json) -> Iterator[Json]:
    """Give the form with each value dropped, replaced, doubled, or with an unknown name beside it."""
    for way in ways(form):
        for change in ("drop", "double", "add", *range(len(OTHERS))):
            copied = copy.deepcopy({"form": form})
            holder: Json = copied
            *path, last = ("form", *way)
            for key in path:
                holder = holder[key]
            if change == "add" and isinstance(holder[last], dict):
                holder[last]["unknown"] = 1
            elif change == "double" and isinstance(holder[last], list) and holder[last]:
                holder[last].append(copy.deepcopy(holder[last][0]))
            elif change == "drop" and path:
                del holder[last]
            elif isinstance(change, int):
                holder[last] = OTHERS[change]
            else:
                continue
            yield copied["form"]


def refuses(program: str, form: Json) -> bool:
    """Whether `validate` says that the form is wrong."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(form, file)
        file.flush()
        answer = subprocess.run([program, "validate", file.name, "--json"], capture_output=True, timeout=60, check=False)
    return answer.returncode == INVALID


def few_of_each(validator: Draft202012Validator) -> list[Json]:
    """Give forms that the schema refuses, a few for each rule at each place."""
    found: dict[str, list[Json]] = {}
    for form in (form for good in FORMS for form in altered(good)):
        for problem in validator.iter_errors(form):
            same = found.setdefault(json.dumps([*problem.absolute_schema_path, *problem.absolute_path]), [])
            if len(same) < 3 and form not in same:
                same.append(form)
            break
    return [form for same in found.values() for form in same]


def main() -> int:
    """Compare the two judges; what the schema lets through is not the question."""
    program = sys.argv[1]
    schema = json.loads(Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / "schema/form.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for form in FORMS:
        for problem in validator.iter_errors(form):
            sys.exit(f"the schema refuses a good form: {problem.message} at {list(problem.path)}")
        if refuses(program, form):
            sys.exit(f"validate refuses a good form: {form['server_name']}")
    wrong = few_of_each(validator)
    with ThreadPoolExecutor(4) as pool:
        said = pool.map(lambda form: refuses(program, form), wrong)
        accepted = [form for form, refused in zip(wrong, said, strict=True) if not refused]
    for form in accepted[:10]:
        problem = next(validator.iter_errors(form))
        print(f"accepted, but the schema says: {problem.message[:200]} at {list(problem.path)}")
    print(f"{len(wrong) - len(accepted)} passed, {len(accepted)} failed")
    return 1 if accepted or not wrong else 0


if __name__ == "__main__":
    sys.exit(main())
