"""Our three-way merge agrees with `git merge-file`, byte for byte, on random triples; no edit of a user gets lost."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [str(ROOT / "tests/merge/merge_many.cpp"), *(str(ROOT / "src/base" / name) for name in ("merge3.cpp", "line_diff.cpp", "line_script.cpp"))]
Triple = tuple[bytes, bytes, bytes]


def word(rng: random.Random, letters: int) -> str:
    """A line out of so many that there are; some blank, as in programs."""
    pick = rng.randrange(letters)
    return ["", "}", "    return x", "x = 1"][pick] if pick < 4 else f"line {pick}"


def edited(rng: random.Random, lines: list[str], letters: int, edits: int) -> list[str]:
    """Some lines inserted, removed, changed, moved."""
    lines = list(lines)
    for _ in range(rng.randint(0, edits)):
        at = rng.randint(0, len(lines))
        span = rng.randint(1, 3)
        kind = rng.randrange(4)
        if kind == 0:
            lines[at:at] = [word(rng, letters) for _ in range(span)]
        elif kind == 1:
            del lines[at : at + span]
        elif kind == 2:
            lines[at : at + span] = [word(rng, letters) for _ in range(span)]
        else:
            moved = lines[at : at + span]
            del lines[at : at + span]
            to = rng.randint(0, len(lines))
            lines[to:to] = moved
    return lines


def text(rng: random.Random, lines: list[str], ends: list[str]) -> bytes:
    """With one kind of line end or both, and sometimes without the last one."""
    bytes_ = "".join(line + rng.choice(ends) for line in lines).encode()
    return bytes_.rstrip(b"\r\n") if rng.random() < 0.1 else bytes_


def triple(rng: random.Random) -> Triple:
    """A base and two versions of it."""
    letters = rng.choice([3, 6, 20, 200, 5000])
    size = rng.choice([0, 1, 3, 10, 30, 100, 300])
    base = [word(rng, letters) for _ in range(rng.randint(0, size))]
    ends = rng.choice([["\n"], ["\n"], ["\r\n"], ["\n", "\n", "\n", "\r\n"]])
    edits = rng.choice([1, 3, 10])
    yours = edited(rng, base, letters, edits)
    update = edited(rng, base, letters, edits)
    if rng.random() < 0.2:
        update = edited(rng, yours, letters, 1)
    state = rng.getstate()
    texts = []
    for lines in (base, yours, update):
        if rng.random() < 0.8:
            rng.setstate(state)  # the same ends where the lines are the same
        texts.append(text(rng, lines, ends))
    return texts[0], texts[1], texts[2]


def build(folder: Path) -> Path:
    """The program that merges many."""
    program = folder / "merge_many"
    compiler = os.environ.get("CXX", "g++")
    includes = ["-I", str(ROOT / "src"), "-I", str(ROOT / "include")]
    subprocess.run([compiler, "-std=c++20", "-O1", *includes, *SOURCES, "-o", str(program)], check=True)
    return program


def ours(program: Path, triples: list[Triple]) -> list[tuple[int, bytes, bytes]]:
    """(conflicts, merged, merged with the user's side) of each."""
    given = b"".join(b"%d\n%s" % (len(part), part) for each in triples for part in each)
    output = subprocess.run([program], input=given, capture_output=True, check=True).stdout
    results, at = [], 0

    def line() -> bytes:
        nonlocal at
        end = output.index(b"\n", at)
        got, at = output[at:end], end + 1
        return got

    def take(size: int) -> bytes:
        nonlocal at
        got, at = output[at : at + size], at + size
        return got

    while at < len(output):
        conflicts, size = map(int, line().split())
        merged = take(size)
        results.append((conflicts, merged, take(int(line()))))
    return results


def theirs(folder: Path, index: int, each: Triple) -> tuple[int, bytes]:
    """What git says: (conflicts, merged)."""
    paths = [folder / f"{index}.{name}" for name in ("base", "yours", "update")]
    for path, bytes_ in zip(paths, each, strict=True):
        path.write_bytes(bytes_)
    words = ["git", "merge-file", "-p", "-L", "yours", "-L", "base", "-L", "update", str(paths[1]), str(paths[0]), str(paths[2])]
    done = subprocess.run(words, capture_output=True, check=False, env={"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"}, cwd=folder)
    for path in paths:
        path.unlink()
    return done.returncode, done.stdout


def lost(each: Triple, merged: bytes, kept: bytes) -> list[bytes]:
    """Lines that the user added and that are in neither result."""
    base, yours, _ = (set(part.splitlines()) for part in each)
    return [line for line in yours - base if line not in set(merged.splitlines()) or line not in set(kept.splitlines())]


def main() -> int:
    """Make, merge, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", type=Path, help="merge_many; built when left out")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    triples = [triple(rng) for _ in range(args.count)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = ours(args.program or build(folder), triples)
        if len(results) != len(triples):
            print(f"{len(results)} results of {len(triples)} triples")
            return 1
        with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            gits = list(pool.map(lambda item: theirs(folder, *item), enumerate(triples)))
    verdicts = bytes_ = edits = 0
    for index, (each, (conflicts, merged, kept), (code, text_)) in enumerate(zip(triples, results, gits, strict=True)):
        is_other = (conflicts > 0) != (code > 0)
        verdicts += is_other
        bytes_ += merged != text_
        edits += bool(lost(each, merged, kept))
        if (is_other or merged != text_ or lost(each, merged, kept)) and verdicts + bytes_ + edits <= 3:
            print(f"triple {index}: {conflicts} conflicts, git {code}\n{each!r}\nours {merged!r}\ngit  {text_!r}\nlost {lost(each, merged, kept)}")
    print(f"{sum(code > 0 for code, _ in gits)} of {len(triples)} conflict; other verdict: {verdicts}, other bytes: {bytes_}, edits lost: {edits}")
    failed = sum(1 for (c, m, k), (g, t), e in zip(results, gits, triples, strict=True) if (c > 0) != (g > 0) or m != t or lost(e, m, k))
    print(f"{len(triples) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
