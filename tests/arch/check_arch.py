"""The architecture is data, and this checks that the code keeps to it: layers, libraries, part names, sizes, maps."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
HEADER_LINES, SOURCE_LINES, FUNCTION_LINES, COLUMNS = 150, 300, 40, 100
PROTOCOL_WORDS = {"tools", "resources", "prompts"}
OS_HEADERS = re.compile(
    r"^#include <(sys/|unistd\.h|fcntl\.h|poll\.h|signal\.h|csignal|spawn\.h|dirent\.h|termios\.h|netinet|arpa|filesystem|fstream|linux/)",
    re.MULTILINE,
)
OS_FOLDERS = {"os"}


def table(path: Path) -> dict[str, set[str]]:
    """`name : words` lines of a data file."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return {name.strip(): set(words.split()) for name, words in (line.rsplit(":", 1) for line in lines)}


def sources() -> Iterator[Path]:
    """Every C++ file of ours."""
    yield from sorted([*SRC.rglob("*.h"), *SRC.rglob("*.cpp"), *(ROOT / "include").rglob("*.h")])


def layer_of(path: Path) -> str:
    """The folder of src/ that a file lies in."""
    return path.relative_to(SRC).parts[0] if path.is_relative_to(SRC) else "include"


def closure(layers: dict[str, set[str]]) -> list[str]:
    """A layer may only name layers above it in the file: no circles."""
    seen: set[str] = set()
    found = []
    for name, needs in layers.items():
        found += [f"src/layers.txt: {name} needs {need}, which is not listed before it" for need in needs - seen]
        seen.add(name)
    return found


def layer_offences() -> list[str]:
    """Includes that src/layers.txt does not allow, and folders that it does not know."""
    layers = table(SRC / "layers.txt")
    found = closure(layers)
    found += [f"src/{d.name}: not in layers.txt" for d in SRC.iterdir() if d.is_dir() and d.name not in layers]
    for path in sources():
        layer = layer_of(path)
        for target in re.findall(r'^#include "(\w+)/', path.read_text(), re.MULTILINE):
            if layer != "include" and target not in {layer, "crafter", *layers.get(layer, set())}:
                found.append(f"{path.relative_to(ROOT)}: may not include {target}/")
    return found


def library_offences() -> list[str]:
    """Third-party headers outside the folders of src/third_party.txt, and the OS outside os/."""
    libraries = table(SRC / "third_party.txt")
    found = []
    for path in sources():
        layer, text = layer_of(path), path.read_text()
        for header in re.findall(r"^#include <([^>]+)>", text, re.MULTILINE):
            for prefix, folders in libraries.items():
                if header.startswith(prefix) and "*" not in folders and layer not in folders:
                    found.append(f"{path.relative_to(ROOT)}: may not include <{header}>")
        if layer not in OS_FOLDERS and not path.name.endswith("_test.cpp"):
            exceptions = exception_lines("os")
            for match in OS_HEADERS.finditer(text):
                line = f"{path.relative_to(ROOT)}"
                if line not in exceptions:
                    found.append(f"{line}: the operating system is reached through os/ ({match.group(0)})")
    return found


def exception_lines(kind: str) -> dict[str, int]:
    """tests/arch/exceptions.txt: `kind path limit reason`; a limit may only shrink."""
    lines = (ROOT / "tests/arch/exceptions.txt").read_text().splitlines()
    rows = [line.split(None, 3) for line in lines if line and not line.startswith("#")]
    return {row[1]: int(row[2]) for row in rows if row[0] == kind}


def part_offences() -> list[str]:
    """No part's name stands in a string literal of src/ (the protocol's own words excepted)."""
    names = {path.parent.name for path in ROOT.glob("catalog/parts/*/part.json")} - PROTOCOL_WORDS
    found = []
    for path in sources():
        if path.name.endswith("_test.cpp"):
            continue
        code = re.sub(r"//[^\n]*", "", path.read_text())
        for literal in re.findall(r'"((?:[^"\\\n]|\\.)*)"', code):
            found += [f"{path.relative_to(ROOT)}: names the part {name}" for name in names if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", literal) and not allowed_word(path, name)]
    return found


def allowed_word(path: Path, name: str) -> bool:
    """A word that is a program or a notion too, with its reason in the exceptions."""
    return f"{path.relative_to(ROOT)}#{name}" in exception_lines("part")


def functions(text: str) -> Iterator[tuple[int, int]]:
    """(first line, number of lines) of each function body: from a line ending in `{` at column 0 to its `}`."""
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if start is None and re.match(r"^[A-Za-z_~].*\{$", line) and not re.match(r"^(namespace|struct|class|enum|union|extern|constexpr|const |static constexpr|inline constexpr)", line):
            start = number
        elif start is not None and line.startswith("}"):
            yield start, number - start + 1
            start = None


def size_offences() -> list[str]:
    """Files and functions beyond their size; exceptions are a ratchet."""
    exceptions = exception_lines("size")
    found = []
    for path in sources():
        name, text = str(path.relative_to(ROOT)), path.read_text()
        lines = text.splitlines()
        limit = exceptions.get(name, HEADER_LINES if path.suffix == ".h" else SOURCE_LINES)
        if len(lines) > limit:
            found.append(f"{name}: {len(lines)} lines, {limit} allowed")
        if not path.name.endswith("_test.cpp"):
            found += [f"{name}:{start}: a function of {size} lines" for start, size in functions(text) if size > exceptions.get(f"{name}:function", FUNCTION_LINES)]
            # A test's table keeps one line a row; all other lines have their limit.
            found += [f"{name}:{i}: {len(line)} columns" for i, line in enumerate(lines, 1) if len(line) > COLUMNS]
        if path.suffix == ".h" and not lines[0].startswith("// "):
            found.append(f"{name}: the first line must say what the file is for")
    found += [f"tests/arch/exceptions.txt: {name} is not there any more" for name in exceptions if not (ROOT / name.split(":")[0]).exists()]
    return found


def map_offences() -> list[str]:
    """ARCHITECTURE.md names every folder, and stays a page."""
    page = (ROOT / "ARCHITECTURE.md").read_text()
    folders = [f"src/{d.name}" for d in sorted(SRC.iterdir()) if d.is_dir()]
    folders += [d.name for d in sorted(ROOT.iterdir()) if d.is_dir() and not d.name.startswith(".") and d.name not in {"build"}]
    folders += [f"tests/{d.name}" for d in sorted((ROOT / "tests").iterdir()) if d.is_dir() and not d.name.startswith((".", "_"))]
    found = [f"ARCHITECTURE.md: does not name {folder}/" for folder in folders if f"{folder}/" not in page]
    if len(page.splitlines()) > HEADER_LINES:
        found.append(f"ARCHITECTURE.md: {len(page.splitlines())} lines, {HEADER_LINES} allowed")
    return found


def is_generated(name: str) -> bool:
    """Whether a generated project has that path: copied or emitted by some part."""
    copied = any(list(ROOT.glob(f"catalog/parts/*/files/{name.rstrip('/')}")))
    emitted = any(f'"path": "{name}' in path.read_text() for path in ROOT.glob("catalog/parts/*/part.json"))
    return copied or emitted


def document_offences() -> list[str]:
    """Data in documents parses; paths in backticks that look like ours exist."""
    found = []
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]):
        text = path.read_text()
        for block in re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            try:
                json.loads(block)
            except ValueError as error:
                found.append(f"{path.relative_to(ROOT)}: a JSON block does not parse: {error}")
        for name in re.findall(r"`((?:src|tests|catalog|schema|docs|examples|bin|cmake|include)/[\w./-]+)`", text):
            if "NAME" not in name and not (ROOT / name).exists() and not is_generated(name) and f"{path.relative_to(ROOT)}#{name}" not in exception_lines("doc"):
                found.append(f"{path.relative_to(ROOT)}: {name} does not exist")
    return found


def name_offences() -> list[str]:
    """One type name in one namespace means one type: the linker would silently take either."""
    seen: dict[str, Path] = {}
    found = []
    for path in sources():
        text = re.sub(r"namespace \{.*?\n\}  // namespace\n", "", path.read_text(), flags=re.DOTALL)
        space = next(iter(re.findall(r"^namespace ([\w:]+) \{", text, re.MULTILINE)), "")
        for name in re.findall(r"^(?:struct|class|enum class) (?:\[\[nodiscard\]\] )?(\w+)[^;:\n]*(?: : [^;\n]*)?\{", text, re.MULTILINE):
            other = seen.setdefault(f"{space}::{name}", path)
            if other != path:
                found.append(f"{path.relative_to(ROOT)}: {name} is defined in {other.relative_to(ROOT)} too")
    return found


CHECKS = [layer_offences, name_offences, library_offences, part_offences, size_offences, map_offences, document_offences]


def main() -> int:
    """Run every check; one line for each offence."""
    failed = 0
    for check in CHECKS:
        found = check()
        for line in found:
            print(line)
        print(f"{check.__name__}: {len(found)} offences")
        failed += bool(found)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
