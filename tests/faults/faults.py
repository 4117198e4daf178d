"""Ways to break a generated project, and the step of the proof that has to find each.

python tests/faults/faults.py NAME FOLDER    breaks the project in FOLDER
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

STDIO, STDIO_MODERN = "stdio-2025-11-25", "stdio-2026-07-28"
HTTP, HTTP_MODERN = "http-2025-11-25", "http-2026-07-28"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a project."""

    name: str
    step: str
    """Its code is `proof.` and this."""
    damage: Callable[[Path], None]


def edit(path: str, before: str, after: str) -> Callable[[Path], None]:
    """Replace one text in a file, which must be there."""

    def damage(project: Path) -> None:
        file = project / path
        text = file.read_text(encoding="utf-8")
        if before not in text:
            message = f"{path} has no {before!r}: the fault cannot be made any more"
            raise LookupError(message)
        file.write_text(text.replace(before, after, 1), encoding="utf-8")

    return damage


def add(path: str, text: str) -> Callable[[Path], None]:
    """Add text at the end of a file."""

    def damage(project: Path) -> None:
        with (project / path).open("a", encoding="utf-8") as file:
            file.write(text)

    return damage


def put(path: str, text: str) -> Callable[[Path], None]:
    """Write a file."""

    def damage(project: Path) -> None:
        (project / path).write_text(text, encoding="utf-8")

    return damage


def manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Change the value in src/manifest.json."""

    def damage(project: Path) -> None:
        file = project / "src/manifest.json"
        value = json.loads(file.read_text(encoding="utf-8"))
        change(value)
        file.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    return damage


def tool(path: str, value: Any) -> Callable[[Path], None]:
    """Set a member of the first tool's wire, `a/b/c`."""

    def change(whole: dict[str, Any]) -> None:
        *way, last = path.split("/")
        target = whole["tools"][0]["wire"]
        for name in way:
            target = target[name]
        target[last] = value

    return manifest(change)


def quiet(*damages: Callable[[Path], None]) -> Callable[[Path], None]:
    """Break something that the project's own tests would notice: so they are silenced first."""

    def damage(project: Path) -> None:
        for path in (project / "tests").glob("test_*.py"):
            if path.name != "test_server.py":
                path.unlink()
        silent = '"""Nothing."""\n\n\ndef test_nothing() -> None:\n    """Pass."""\n'
        (project / "tests/test_server.py").write_text(silent, encoding="utf-8")
        for one in damages:
            one(project)

    return damage


def turned(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with its members the other way round."""
    return dict(reversed(schema.items()))


def answer(member: str, value: str) -> Callable[[Path], None]:
    """Let the server on stdio say `value` for a member of results that have it."""
    return edit(
        "src/runtime/stdio.py",
        "        await self._write.send(item)\n",
        f"        result = getattr(item.message, 'result', None)\n"
        f"        if isinstance(result, dict) and {member!r} in result:\n"
        f"            result[{member!r}] = {value}\n"
        f"        await self._write.send(item)\n",
    )


def without_tests(project: Path) -> None:
    """Take every file of tests away."""
    for path in (project / "tests").glob("test_*.py"):
        path.unlink()


MAIN = "        status = serve(manifest, settings)\n"
LEAVE = "    os._exit(0)  # all answers are out"
FIRST_TEST = "\n\ndef test_that_fails() -> None:\n    assert [] == [1]\n"

FAULTS = (
    # Files that do not read.
    Fault("manifest-is-no-json", "parse", edit("src/manifest.json", '"format"', "format")),
    Fault("pyproject-is-no-toml", "parse", add("pyproject.toml", "\n= 1\n")),
    Fault("member-stands-twice", "parse", edit("src/manifest.json", "{", '{"format": 1, ')),
    Fault("main-has-a-syntax-error", "compile", edit("src/main.py", "def main()", "def main(")),
    Fault("tool-has-a-syntax-error", "compile", add("src/tools/get_weather.py", "\n    )\n")),
    Fault("break-outside-a-loop", "compile", add("src/runtime/errors.py", "\nbreak\n")),
    # What the project's own tests find.
    Fault("test-fails", "tests", add("tests/test_server.py", FIRST_TEST)),
    Fault("no-tests", "tests", without_tests),
    Fault("test-imports-nothing", "tests", add("tests/test_server.py", "\nimport nowhere\n")),
    Fault("tool-imports-nothing", "tests", add("src/tools/get_weather.py", "\nimport nowhere\n")),
    Fault("tool-exits", "tests", add("src/tools/get_weather.py", "\nraise SystemExit(0)\n")),
    Fault("runtime-is-broken", "tests", add("src/runtime/wire.py", "\nraise ImportError\n")),
    Fault("warning-at-import", "tests", add("src/runtime/call.py", "\n{}.missing\n")),
    # What the server says of itself and of what it has.
    Fault("tool-is-lost", STDIO, manifest(lambda whole: whole["tools"].pop())),
    Fault("tools-are-turned", STDIO, manifest(lambda whole: whole["tools"].reverse())),
    Fault("tool-is-renamed", STDIO, tool("name", "get-weather")),
    Fault("title-differs", STDIO, tool("title", "Climate")),
    Fault("description-differs", STDIO, tool("description", "Something else")),
    Fault("schema-differs", STDIO, tool("inputSchema/properties/city/minLength", 2)),
    Fault(
        "schema-is-turned",
        STDIO,
        manifest(
            lambda whole: whole["tools"][0]["wire"].update(
                inputSchema=turned(whole["tools"][0]["wire"]["inputSchema"])
            )
        ),
    ),
    Fault("annotation-is-lost", STDIO, tool("annotations", {})),
    Fault("resource-is-lost", STDIO, manifest(lambda whole: whole["resources"].pop())),
    Fault(
        "prompt-differs",
        STDIO,
        manifest(lambda whole: whole["prompts"][0]["wire"].update(description="Else")),
    ),
    Fault("name-differs", STDIO, manifest(lambda whole: whole["server"].update(name="other"))),
    Fault(
        "version-differs", STDIO, manifest(lambda whole: whole["server"].update(version="9.9.9"))
    ),
    # How the process behaves.
    Fault(
        "noise-at-start",
        STDIO,
        quiet(edit("src/main.py", MAIN, f"        print('hi', flush=True)\n{MAIN}")),
    ),
    Fault(
        "noise-on-the-descriptor",
        STDIO,
        quiet(edit("src/main.py", MAIN, f"        os.write(1, b'hi\\n')\n{MAIN}")),
    ),
    Fault(
        "noise-at-the-end",
        STDIO,
        quiet(edit("src/runtime/stdio.py", LEAVE, f"    os.write(1, b'bye\\n')\n{LEAVE}")),
    ),
    Fault(
        "hangs-at-the-end-of-input",
        STDIO,
        quiet(
            edit("src/runtime/stdio.py", LEAVE, f"    time.sleep(60)\n{LEAVE}"),
            edit(
                "src/runtime/stdio.py",
                "    while True:\n        events",
                "    while False:\n        events",
            ),
        ),
    ),
    Fault("exit-code", STDIO, quiet(edit("src/runtime/stdio.py", LEAVE, LEAVE.replace("0", "3")))),
    Fault("crash-at-start", STDIO, quiet(edit("src/main.py", MAIN, "        raise MemoryError\n"))),
    Fault(
        "slow-start",
        STDIO,
        quiet(edit("src/main.py", MAIN, f"        import time\n\n        time.sleep(30)\n{MAIN}")),
    ),
    Fault("old-version-is-answered", STDIO, quiet(answer("protocolVersion", "'2024-11-05'"))),
    Fault("new-version-is-denied", STDIO_MODERN, quiet(answer("supportedVersions", "[]"))),
    Fault("result-type-differs", STDIO_MODERN, quiet(answer("resultType", "'other'"))),
    Fault(
        "call-is-a-protocol-error",
        STDIO,
        quiet(
            edit(
                "src/runtime/wire.py",
                "        work = partial(self._called, context, params)\n",
                "        work = partial(self._called, context, params)\n"
                "        if params.arguments:\n"
                "            raise MCPError(-32603, 'broken')\n",
            )
        ),
    ),
    Fault(
        "unknown-tool-is-answered",
        STDIO,
        quiet(
            edit(
                "src/runtime/wire.py",
                "            raise MCPError(types.INVALID_PARAMS, str(error)) from error\n"
                "        except ToolError",
                "            return error_result(str(error))\n        except ToolError",
            )
        ),
    ),
    Fault(
        "arguments-are-not-checked",
        STDIO,
        quiet(
            edit(
                "src/runtime/app.py",
                "                raise Invalid(call.name, errors)",
                "                pass",
            )
        ),
    ),
    # What is particular to HTTP.
    Fault(
        "http-does-not-listen",
        HTTP,
        quiet(
            edit(
                "src/main.py",
                "        serve_http(",
                "        raise OSError('no')\n        serve_http(",
            )
        ),
    ),
    Fault(
        "http-is-silent", HTTP, quiet(edit("src/runtime/http.py", 'f"listening on', 'f"here is'))
    ),
    Fault(
        "host-is-not-checked",
        HTTP_MODERN,
        quiet(edit("src/runtime/door.py", "        if len(hosts) != 1 or", "        if False and")),
    ),
    Fault(
        "era-is-not-checked",
        HTTP_MODERN,
        quiet(
            manifest(lambda whole: whole["options"].update(stateless_legacy=True)),
            edit("src/runtime/door.py", "    if enveloped and legacy and", "    if False and"),
        ),
    ),
    Fault(
        "sigterm-is-ignored",
        HTTP_MODERN,
        quiet(
            edit(
                "src/runtime/http.py",
                "            signal.signal(number, self.handle_exit)",
                "            signal.signal(number, signal.SIG_IGN)",
            )
        ),
    ),
    Fault(
        "http-exit-code",
        HTTP_MODERN,
        quiet(
            edit(
                "src/runtime/http.py",
                "    leave(0 if server.started else NOT_STARTED)",
                "    leave(4)",
            )
        ),
    ),
)


def main() -> None:
    """Break a project."""
    name, folder = sys.argv[1:]
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    fault.damage(Path(folder))


if __name__ == "__main__":
    main()
