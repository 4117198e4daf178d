"""The command line from outside: help, exit codes, envelopes, terminals, broken pipes, and the launcher."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import clients
import launcher
from program import Terminal, World

ROOT = Path(__file__).resolve().parents[2]
VERBS = ["create", "validate", "init", "update", "diff", "delete", "run", "call", "inspect", "install", "serve", "check", "list", "info", "status", "templates", "capabilities", "schema", "doctor", "version", "help"]
ECHO = {
    "name": "echo",
    "description": "Say it again",
    "parameters": {"text": {"type": "string"}},
    "implementation": "return kwargs['text']",
}
FORM = {"server_name": "shown", "description": "Shown", "complexity": "simple", "custom_tools": [ECHO]}
Case = Callable[[World], None]


def help_of_every_verb(world: World) -> None:
    page = world.run("help")
    assert page.code == 0 and not page.err, page
    assert page.out == world.run("--help").out == world.run("-h").out
    lines = page.out.splitlines()
    assert len(lines) <= 60 and max(map(len, lines)) <= 100, len(lines)
    assert re.findall(r"(?m)^  ([a-z]+) ", page.out.split("\nflags")[0]) == VERBS
    for verb in VERBS:
        one, two = world.run("help", verb), world.run(verb, "--help")
        assert one.code == two.code == 0 and one.out == two.out and f"mcp-crafter {verb}" in one.out, one


def usage_errors(world: World) -> None:
    rows = [
        (("crate", "x"), '"create"'),
        (("lst",), '"list"'),
        (("watch",), "there are create"),
        (("create", "x-y", "--complexty", "simple"), '"--complexity"'),
        (("list", "--jsn"), '"--json"'),
        (("create", "x-y", "--complexity"), "needs a value"),
        (("create", "a-b", "c-d"), "too many"),
        (("list", "extra"), "too many"),
        (("delete",), "NAME"),
        (("--color", "sometimes", "list"), "always"),
        (("create", "x-y", "--proof", "some"), "syntax"),
        (("create", "x-y", "--set", "nonsense"), "PATH=VALUE"),
        (("create", "x-y", "--env", "novalue"), "NAME=VALUE"),
        (("create", "x-y", "--tools", "[{"), "--tools"),
        (("create", "x-y", "--complexity", "huge"), "--complexity"),
        (("create", "Bad_Name"), "NAME"),
        (("create", "x-y", "--form", "{}", "--form", "{}"), "NAME"),
        (("create", "other", "--form", world.file("form.json", FORM)), "shown"),
        (("create", "--form", "-", "--form", "-"), "once"),
        (("run", "x", "--port", "80"), "--http"),
        (("run", "x", "--http", "--port", "0x50"), "65535"),
        (("check", "x", "--proof", "none"), "--drift"),
        (("status", "--follow"), "BUILD_ID"),
        (("call", "x", "y", "[1]"), "JSON object"),
        (("call", "x", "y", "{"), "ARGS"),
        (("help", "nobody"), "unknown verb"),
        ((), "usage:"),
    ]
    for words, said in rows:
        answer = world.run(*words)
        assert answer.code == 2 and not answer.out and said in answer.err, (words, answer)


def not_found(world: World) -> None:
    absent = str(world.folder / "absent.json")
    for words in [
        ("status", "no-such-build"),
        ("info", "nobody"),
        ("delete", "nobody"),
        ("delete", "nobody", "--yes"),
        ("check", "nobody"),
        ("check", "nobody", "--drift"),
        ("run", "nobody"),
        ("call", "nobody", "x"),
        ("validate", absent),
        ("create", "--form", absent),
        ("create", "x-y", "--tools", f"@{absent}"),
        ("-C", str(world.folder / "nowhere"), "list"),
    ]:
        plain, json_ = world.run(*words), world.run(*words, "--json")
        assert plain.code == json_.code == 8, (words, plain, json_)
        assert plain.err and not plain.out and not json_.err, (words, plain, json_)
        assert json_.envelope["error"]["code"] == "not_found", json_


def bad_forms(world: World) -> None:
    bad = world.file("bad.json", '{\n  "server_name": "Bad Name",\n  "complexty": "huge"\n}')
    for words in [("validate", bad), ("create", "--form", bad)]:
        answer = world.run(*words)
        assert answer.code == 3 and not answer.out, answer
        assert f"{bad}:3:3: error: " in answer.err and 'did you mean "complexity"?' in answer.err, answer
        found = world.run(*words, "--json").envelope["error"]["diagnostics"]
        assert {d["pointer"] for d in found} >= {"/server_name", "/complexty"}, found
        keys = ["severity", "code", "pointer", "file", "line", "column", "message", "hint"]
        assert all(list(d) == keys for d in found), found
    assert world.run("create", "--form", str(world.folder)).code == 3
    assert world.run("create", "--form", "{server_name: x-y}").code == 3, "inline text is strict JSON"
    many = world.file("many.json", {f"field{i}": "x" * 500 for i in range(2000)})
    answer = world.run("create", "--form", many, "--json")
    assert answer.code == 3 and len(answer.out) < 65536 and "more" in answer.out, len(answer.out)
    assert not list(world.root.iterdir()), list(world.root.iterdir())


def nothing_is_asked_without_a_terminal(world: World) -> None:
    world.make("kept")
    for words, missing in [(("create",), "NAME"), (("delete", "kept"), "--yes")]:
        for text in [None, b"", b"y\ny\n"]:
            answer = world.run(*words, text=text, seconds=20)
            assert answer.code == 4 and missing in answer.err, answer
    assert (world.root / "kept/src").is_dir()


def from_create_to_delete(world: World) -> None:
    form = world.file("form.json", FORM)
    answer = world.run("create", "--form", form, "--proof", "none")
    assert answer.code == 0 and answer.out == f"{world.root}/shown\n", answer
    assert "shown is ready" in answer.err and "mcp-crafter call shown echo" in answer.err, answer
    assert "\x1b" not in answer.err
    again = world.run("create", "--form", form, "--proof", "none", "--json")
    assert again.code == 5 and again.envelope["error"]["code"] == "conflict", again
    listed = world.run("list", "--json").envelope["data"]["servers"]
    assert [(s["name"], s["tools"], s["status"]) for s in listed] == [("shown", ["echo"], "success")], listed
    build = listed[0]["build_id"]
    status = world.run("status", build, "--json").envelope["data"]
    assert (status["status"], status["progress"], status["diagnostics"]) == ("success", 100, []), status
    assert any(b["build_id"] == build for b in world.run("status", "--json").envelope["data"]["builds"])
    detail = world.run("info", "shown", "--json").envelope["data"]
    assert {"form", "files", "proof"} <= set(detail) and detail["path"] == f"{world.root}/shown", detail
    assert "shown" in world.run("-C", str(world.root), "list", cwd=world.folder).out
    assert "shown" in world.run("list", cwd=world.root / "shown/src").out
    (world.root / "shown/notes.txt").write_text("mine")
    refused = world.run("delete", "shown", "--yes")
    assert refused.code == 5 and "shown/notes.txt" in refused.err and "--force" in refused.err, refused
    assert world.run("delete", "shown", "--force", "--dry-run").code == 0 and (world.root / "shown").is_dir()
    gone = world.run("delete", "shown", "--yes", "--force", "--json")
    assert gone.code == 0 and gone.envelope["data"]["trash"] is True, gone
    assert not (world.root / "shown").exists() and not world.run("list", "--json").envelope["data"]["servers"]


def flags_reach_the_form(world: World) -> None:
    world.make(
        "api",
        *("--capabilities", "tools,monitoring", "--deps", "httpx", "--deploy", "none", "--description", "From a flag"),
        *("--env", "APP_A=1,APP_B=x,y", "--env", "APP_C=3", "--meta", "author=Ada", "--set", "metadata.license=MIT"),
        *("--form", '{"description": "From the form", "metadata": {"team": "x"}}', "--tools", json.dumps([ECHO])),
    )
    form = json.loads((world.root / "api/crafter.json").read_text())
    assert form["description"] == "From a flag" and form["capabilities"] == ["tools", "monitoring"], form
    assert form["dependencies"] == ["httpx"] and set(form["environment_vars"]) == {"APP_A", "APP_B", "APP_C"}, form
    assert form["metadata"] == {"team": "x", "author": "Ada", "license": "MIT"}, form
    assert form["custom_tools"][0]["name"] == "echo", form


def batches(world: World) -> None:
    forms = [world.file(f"{n}.json", {"server_name": n, "complexity": c}) for n, c in [("one", "simple"), ("two", "simple"), ("bad", "huge")]]
    words = [word for form in forms for word in ("--form", form)]
    answer = world.run("create", *words, "--proof", "none", "--json")
    results = answer.envelope["data"]["results"]
    assert answer.code == 3 and [r["status"] for r in results] == ["success", "success", "failed"], answer
    assert all({"build_id", "server_name", "path", "status", "progress", "proof"} <= set(r) for r in results), results
    plain = world.run("create", *words, "--proof", "none")
    assert plain.code == 5 and "bad.json was not made" in plain.err, plain


def dry_runs_write_nothing(world: World) -> None:
    answer = world.run("create", "--form", "-", "--dry-run", "--json", text=b"server_name: piped\ncomplexity: simple\n")
    files = answer.envelope["data"]["files"]
    assert {"src/main.py", "pyproject.toml"} <= {f["path"] for f in files}, files
    assert all(set(f) == {"path", "how", "parts", "bytes"} for f in files), files
    assert world.run("init", "--dry-run").code == 0
    assert not list(world.root.iterdir())


def one_envelope_per_verb(world: World) -> None:
    world.make("shown", "--tools", json.dumps([ECHO]))
    form = world.file("form.json", FORM)
    rows: dict[str, tuple[str, ...]] = dict.fromkeys(("list", "status", "schema", "templates", "capabilities", "doctor", "version", "init", "help"), ())
    rows |= {"info": ("shown",), "validate": (form,)}
    for verb, words in rows.items():
        answer = world.run(verb, *words, "--json")
        assert answer.envelope["command"] == verb and not answer.err and "\x1b" not in answer.out, answer
        quiet = world.run(verb, *words, "--quiet")
        assert quiet.code != 0 or not quiet.err, quiet
    schema = world.run("schema").out
    assert json.loads(schema) == world.run("schema", "--json").envelope["data"]


def an_empty_folder_lists_nothing(world: World) -> None:
    answer = world.run("list", "--json")
    assert answer.envelope["data"] == {"servers": []}, answer
    assert not list(world.root.iterdir()), "looking around makes no workspace"


def colour_is_for_terminals(world: World) -> None:
    bad = world.file("bad.json", "{}")
    assert "\x1b" not in world.run("validate", bad).err
    assert "\x1b[1;31m" in world.run("validate", bad, "--color", "always").err
    for words, env, coloured in [((), {}, True), ((), {"NO_COLOR": "1"}, False), (("--color", "never"), {}, False), ((), {"TERM": "dumb"}, False)]:
        terminal = Terminal(world, "validate", bad, *words, env=env)
        assert terminal.end() == 3
        assert ("\x1b[" in terminal.text) is coloured, (words, env, terminal.text)


def progress_on_a_terminal_is_erased(world: World) -> None:
    terminal = Terminal(world, "create", "live", "--complexity", "simple", "--proof", "none")
    assert terminal.end() == 0, terminal.text
    assert "\x1b[1A\x1b[J" in terminal.text and " % " in terminal.text, terminal.text
    assert " % " not in terminal.text.rsplit("\x1b[J", 1)[1], "the last line is gone"
    plain = world.run("create", "dull", "--complexity", "simple", "--proof", "none")
    assert re.search(r"(?m)^dull: 50 % rendered$", plain.err), plain
    assert not world.run("create", "calm", "--complexity", "simple", "--proof", "none", "-q").err


def the_wizard_asks_and_checks(world: World) -> None:
    terminal = Terminal(world, "create", "--proof", "none")
    terminal.read("Name of the server")
    terminal.type("Bad_Name")
    terminal.read("error:")
    terminal.read("Name of the server")
    terminal.type("asked-for")
    terminal.read("What is it for")
    terminal.type("Answers questions")
    terminal.read("How much of it?")
    terminal.type("simple")
    terminal.read("Which of these?")
    terminal.type("")
    terminal.read("Go on?")
    terminal.type("")
    assert terminal.end() == 0, terminal.text
    form = json.loads((world.root / "asked-for/crafter.json").read_text())
    assert (form["description"], form["complexity"]) == ("Answers questions", "simple"), form


def questions_may_be_refused(world: World) -> None:
    for words, env in [(("--non-interactive",), {}), ((), {"CI": "true"})]:
        terminal = Terminal(world, "create", *words, env=env)
        assert terminal.end() == 4 and "NAME" in terminal.text, terminal.text
    terminal = Terminal(world, "create")
    terminal.read("Name of the server")
    os.kill(terminal.child.pid, signal.SIGINT)
    assert terminal.end(5) == 130, terminal.text
    world.make("kept")
    terminal = Terminal(world, "delete", "kept")
    terminal.read("Delete kept?")
    terminal.type("n")
    assert terminal.end() == 130 and (world.root / "kept").is_dir(), terminal.text
    terminal = Terminal(world, "delete", "kept")
    terminal.read("Delete kept?")
    terminal.type("y")
    assert terminal.end() == 0 and not (world.root / "kept").exists(), terminal.text


def outputs_that_break(world: World) -> None:
    child = world.start("list", "--json")
    assert child.stdout
    child.stdout.close()
    assert child.wait(20) in (0, 1)
    with Path("/dev/full").open("wb") as full:
        for words in [("list", "--json"), ("help",), ("schema",)]:
            child = world.start(*words, stdout=full)
            _, err = child.communicate(timeout=20)
            assert child.returncode == 1 and b"standard output" in err, (words, child.returncode, err)


def input_is_read_only_when_asked(world: World) -> None:
    reader, writer = os.pipe()
    try:
        for words in [("list",), ("version",), ("create", "calm", "--complexity", "simple", "--proof", "none")]:
            os.write(writer, b"kept")
            child = world.start(*words, stdin=reader)
            assert child.wait(60) == 0, words
            assert os.read(reader, 100) == b"kept", words
    finally:
        os.close(reader)
        os.close(writer)


def following_a_build(world: World) -> None:
    build = world.make("shown").envelope["data"]["build_id"]
    *events, last = world.run("status", build, "--follow", "--json").out.splitlines()
    assert [json.loads(e)["progress"] for e in events][-1] == 100 and len(events) > 3, events
    assert json.loads(last)["ok"] is True and json.loads(last)["data"]["build_id"] == build, last
    assert len(world.run("status", build, "--follow").out.splitlines()) == len(events)


def drift_is_its_own_exit_code(world: World) -> None:
    world.make("shown")
    same = world.run("check", "shown", "--drift", "--proof", "none", "--json")
    assert same.code == 0 and same.envelope["data"]["drift"] == [], same
    (world.root / "shown/README.md").write_text("mine")
    (world.root / "shown/Dockerfile").unlink(missing_ok=True)
    drifted = world.run("check", "shown", "--drift", "--proof", "none", "--json")
    assert drifted.code == 6 and {"path": "README.md", "what": "edited"} in drifted.envelope["data"]["drift"], drifted


def calling_a_tool(world: World) -> None:
    world.make("shown", "--tools", json.dumps([ECHO]))
    said = world.run("call", "shown", "echo", '{"text": "hällo"}', seconds=600)
    assert said.code == 0 and said.out == "hällo\n", said
    piped = world.run("call", "shown", "echo", "-", "--json", text=b'{"text": "x"}')
    assert piped.envelope["data"]["result"]["content"] == [{"type": "text", "text": "x"}], piped
    refused = world.run("call", "shown", "echo", '{"text": 3}')
    assert refused.code == 1 and not refused.out and "string" in refused.err, refused
    unknown = world.run("call", "shown", "ecko")
    assert unknown.code == 8 and 'did you mean "echo"?' in unknown.err, unknown


def running_a_server(world: World) -> None:
    world.make("shown", "--tools", json.dumps([ECHO]))
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    child = world.start("run", "shown", stdin=subprocess.PIPE)
    assert child.stdin and child.stdout
    child.stdin.write(json.dumps(message).encode() + b"\n")
    child.stdin.flush()
    answer = json.loads(child.stdout.readline())
    assert answer["id"] == 1 and answer["result"]["serverInfo"]["name"] == "shown", answer
    child.stdin.close()
    assert child.stdout.read() == b"" and child.wait(20) == 0, "nothing but messages on standard output"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = world.start("run", "shown", "--http", "--port", str(port))
    assert child.stderr and f"http://127.0.0.1:{port}/mcp" in child.stderr.readline().decode()
    deadline = time.monotonic() + 60
    while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
        assert child.poll() is None and time.monotonic() < deadline, "it does not listen"
        time.sleep(0.05)
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == 0


def start_up_is_quick(world: World) -> None:
    assert min(world.run("version").seconds for _ in range(5)) < 0.2


def interrupting_a_build(world: World) -> None:
    child = world.start("create", "shown", "--complexity", "simple", "--json")
    deadline = time.monotonic() + 60
    while not (world.root / ".mcp-crafter/state.db").exists():
        assert child.poll() is None and time.monotonic() < deadline, "it does not begin"
        time.sleep(0.01)
    begun = time.monotonic()
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=20)
    assert time.monotonic() - begun < 5, "cancelled soon"
    assert child.returncode == 130, (child.returncode, out, err)
    assert json.loads(out)["error"]["code"] == "cancelled" and not (world.root / "shown").exists(), out


CASES: list[Case] = [
    help_of_every_verb,
    usage_errors,
    not_found,
    bad_forms,
    nothing_is_asked_without_a_terminal,
    from_create_to_delete,
    flags_reach_the_form,
    batches,
    dry_runs_write_nothing,
    one_envelope_per_verb,
    an_empty_folder_lists_nothing,
    colour_is_for_terminals,
    progress_on_a_terminal_is_erased,
    the_wizard_asks_and_checks,
    questions_may_be_refused,
    outputs_that_break,
    input_is_read_only_when_asked,
    following_a_build,
    drift_is_its_own_exit_code,
    calling_a_tool,
    running_a_server,
    start_up_is_quick,
    interrupting_a_build,
]


def passes(case: Case, crafter: str, folder: Path, cache: Path) -> bool:
    """Whether a case holds; says so in a line, and why not in some more."""
    begun = time.monotonic()
    try:
        case(World(crafter, folder / case.__name__, cache))
    except Exception:
        print(f"FAIL {case.__name__}\n{traceback.format_exc()}", flush=True)
        return False
    print(f"ok   {case.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
    return True


def main() -> int:
    """Parse, run, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crafter", required=True, help="the program")
    parser.add_argument("--only", default="", help="only cases whose name contains this")
    args = parser.parse_args()
    crafter = str(Path(args.crafter).resolve())
    folder = Path(tempfile.mkdtemp(prefix="cli-")).resolve()
    cache = Path(os.environ.get("CRAFTER_TEST_CACHE", ROOT / "build/test-cache")).resolve()
    try:
        found = [passes(case, crafter, folder, cache) for case in [*CASES, *clients.CASES, *launcher.CASES] if args.only in case.__name__]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{sum(found)} passed, {len(found) - sum(found)} failed")
    return 0 if found and all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
