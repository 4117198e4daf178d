"""Answers questions about Python, JSON and TOML texts, one line each, without running any of them.

The first line it writes is `{"ready": true}`. Afterwards each line of input is a request with a
`verb` (check, parse or compare) and gets one line of answer, see the functions of these names.
"""

import __future__

import ast
import json
import resource
import sys
import tomllib
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

# What a placed body is compiled as; `from __future__ import annotations` stands in every tool file.
WRAPPER = "async def f(ctx, /, **kwargs): pass"
FLAGS = __future__.annotations.compiler_flag

# What may stand beside functions at module level. Nothing of it is a way to run submitted code.
PLAIN = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)

# A body of nothing else counts as not written yet.
IDLE = {ast.dump(node) for node in ast.parse("pass; ...").body}


def check(request: Json) -> Json:
    """Compile `text` as the body of an `async def`: nothing, or the first problem's place."""
    text: str = request["text"]
    if "\0" in text:
        return place_of_null(text)
    try:
        body = ast.parse(text).body
        wrapped = ast.parse(WRAPPER)
        function = wrapped.body[0]
        if body and isinstance(function, ast.AsyncFunctionDef):
            function.body = body
            compile(wrapped, "<implementation>", "exec", FLAGS, dont_inherit=True)
    except SyntaxError as problem:
        return place(problem, text)
    except (ValueError, OverflowError, MemoryError, RecursionError) as problem:
        return {"line": 1, "column": 1, "message": words(problem)}
    return {}


def place(problem: SyntaxError, text: str) -> Json:
    """Words and place of a compiler's error, line and column counted from 1, columns in bytes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = min(max(problem.lineno or 1, 1), len(lines))
    shown = lines[line - 1]
    column = max(problem.offset or 1, 1)
    # The parser counts characters (and knows the text), the later passes count bytes of the tree.
    if problem.text is not None:
        column = len(shown[: column - 1].encode()) + 1
    column = min(column, len(shown.encode()) + 1)
    message = problem.msg
    if shown.lstrip().startswith("```"):
        message = "a Markdown fence is no Python"
    return {"line": line, "column": column, "message": message}


def words(problem: Exception) -> str:
    """Say what the compiler refuses without a place."""
    if isinstance(problem, MemoryError | RecursionError):
        return "nested too deeply for the compiler"
    return str(problem)


def place_of_null(text: str) -> Json:
    """Words and place of the first null byte, for which the compiler has no place."""
    before = text[: text.index("\0")]
    line = before.count("\n") + 1
    column = len(before[before.rfind("\n") + 1 :].encode()) + 1
    return {"line": line, "column": column, "message": "a null byte cannot stand in Python"}


def parse(request: Json) -> Json:
    """Read `text` in `language`: its value, or why it has none."""
    try:
        if request["language"] == "toml":
            value: Any = tomllib.loads(request["text"])
        else:
            value = json.loads(request["text"], object_pairs_hook=once, parse_constant=refuse)
        return {"value": json.loads(json.dumps(value, default=str, allow_nan=False))}
    except (ValueError, RecursionError) as problem:
        return {"error": str(problem)}


def once(members: list[tuple[str, Any]]) -> Json:
    """Make an object of its members; a name that comes twice is an error."""
    value = dict(members)
    if len(value) != len(members):
        message = "a member stands twice in one object"
        raise ValueError(message)
    return value


def refuse(constant: str) -> None:
    """Refuse NaN and the infinities, which JSON does not have."""
    message = f"{constant} is no number of JSON"
    raise ValueError(message)


def compare(request: Json) -> Json:
    """Compile a file; with a `name`, compare that function's body with what was `submitted`."""
    text: str = request["text"]
    try:
        compile(text.encode(), request["path"], "exec", dont_inherit=True)
        if not request["name"]:
            return {}
        return compare_body(ast.parse(text.encode()), request["name"], request["submitted"])
    except SyntaxError as problem:
        return {"error": f"line {problem.lineno}: {problem.msg}"}
    except (ValueError, OverflowError, MemoryError, RecursionError) as problem:
        return {"error": words(problem)}


def compare_body(module: ast.Module, name: str, submitted: str) -> Json:
    """Look for the submitted statements in the function `name`, or as definitions beside it."""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef
    functions = [n for n in module.body if isinstance(n, definitions) and n.name == name]
    if len(functions) != 1:
        return {"error": f"{name} is defined {len(functions)} times instead of once"}
    wanted = dumps(ast.parse(submitted).body)
    if any(isinstance(n, definitions) and n.name == name for n in ast.parse(submitted).body):
        found = dumps(module.body)
        if any(found[at : at + len(wanted)] == wanted for at in range(len(found))):
            return {}
    stray = next((n for n in module.body if not is_plain(n, module)), None)
    if stray is not None:
        return {"error": f"line {stray.lineno}: a statement runs when the file is imported"}
    if not is_placed(functions[0].body, wanted):
        return {"error": f"the body of {name} is not what was submitted"}
    return {}


def dumps(body: list[ast.stmt]) -> list[str]:
    """Spell statements out, without their places."""
    return [ast.dump(statement) for statement in body]


def is_plain(node: ast.stmt, module: ast.Module) -> bool:
    """Whether a statement may stand in a tool's file beside the tool."""
    if isinstance(node, ast.Expr):
        return node is module.body[0] and is_docstring(node)
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING" and all(
            isinstance(n, ast.Import | ast.ImportFrom) for n in node.body + node.orelse
        )
    return isinstance(node, PLAIN)


def is_placed(body: list[ast.stmt], wanted: list[str]) -> bool:
    """Whether a function's body is docstring, prelude and then exactly the wanted statements."""
    if set(wanted) <= IDLE:
        if not is_unwritten(body[-1]):
            return False
        body = [node for node in body[:-1] if ast.dump(node) not in IDLE]
        wanted = []
    cut = len(body) - len(wanted)
    return cut >= 0 and dumps(body[cut:]) == wanted and is_head(body[:cut])


def is_unwritten(node: ast.stmt) -> bool:
    """Whether this is `raise NotImplementedError("...")`, which stands for an empty body."""
    match node:
        case ast.Raise(
            exc=ast.Call(
                func=ast.Name(id="NotImplementedError"),
                args=[ast.Constant(value=str())],
                keywords=[],
            ),
            cause=None,
        ):
            return True
    return False


def is_head(head: list[ast.stmt]) -> bool:
    """Whether these are a docstring at most, and lines of the prelude: `x = kwargs["x"]`."""
    rest = head[1:] if head and is_docstring(head[0]) else head
    return all(is_prelude(node) for node in rest)


def is_docstring(node: ast.stmt) -> bool:
    """Whether this is a text that stands alone."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def is_prelude(node: ast.stmt) -> bool:
    """Whether this only gives an argument the name of its parameter."""
    match node:
        case (
            ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Subscript(value=ast.Name(id="kwargs"), slice=ast.Constant(value=key)),
            )
            | ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(
                    func=ast.Attribute(value=ast.Name(id="kwargs"), attr="get"),
                    args=[ast.Constant(value=key)],
                    keywords=[],
                ),
            )
        ):
            return name == key
    return False


def main() -> None:
    """Answer until the input ends."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    verbs: dict[str, Callable[[Json], Json]] = {
        "check": check,
        "parse": parse,
        "compare": compare,
    }
    answer({"ready": True})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer(verbs[request["verb"]](request))


def answer(value: Json) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
