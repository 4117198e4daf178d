"""bin/mcp-crafter in pretended checkouts: when it builds, when it does not, and that it gets out of the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from program import World

LAUNCHER = Path(__file__).resolve().parents[2] / "bin/mcp-crafter"
PROGRAM = '#!/bin/sh\nprintf "%s|" "$@"\ncat\n'
CMAKE = f"""#!/bin/sh
[ "$1" = --build ] || exit 0
echo "built in $PWD"
sleep 0.3
mkdir -p build/release/bin
cat > build/release/bin/mcp-crafter <<'END'
{PROGRAM}END
chmod +x build/release/bin/mcp-crafter
echo one >> build/count
"""


def checkout(world: World, *, is_built: bool) -> Path:
    """A pretended checkout with our launcher, and programs on PATH that pretend to build."""
    root = world.folder / "checkout"
    for name in ("bin", "src", "include", "catalog", "cmake"):
        (root / name).mkdir(parents=True)
    (root / "CMakeLists.txt").touch()
    (root / "src/a.cpp").touch()
    shutil.copy(LAUNCHER, root / "bin")
    tools = world.folder / "tools"
    tools.mkdir()
    write(tools / "cmake", CMAKE)
    write(tools / "dpkg-query", "#!/bin/sh\necho 'install ok installed'\n")
    world.environment["PATH"] = f"{tools}:{world.environment['PATH']}"
    if is_built:
        assert start(root, world).returncode == 0
        (root / "build/count").unlink()
    return root


def write(path: Path, text: str) -> None:
    """An executable file."""
    path.write_text(text)
    path.chmod(0o755)


def start(root: Path, world: World, *words: str, command: str = "", text: str = "") -> subprocess.CompletedProcess[str]:
    """The launcher of that checkout, run to its end."""
    return subprocess.run(
        [command or str(root / "bin/mcp-crafter"), *words], cwd=world.root, env=world.environment, input=text, capture_output=True, text=True, timeout=60
    )


def builds(root: Path) -> int:
    """How often it was built."""
    count = root / "build/count"
    return len(count.read_text().splitlines()) if count.exists() else 0


def the_first_run_builds(world: World) -> None:
    root = checkout(world, is_built=False)
    done = start(root, world, "a b", "", "*", text="typed")
    assert done.returncode == 0 and done.stdout == "a b||*|typed", done
    assert "building the program" in done.stderr and "built in" in done.stderr, done


def later_runs_do_not_build(world: World) -> None:
    root = checkout(world, is_built=True)
    done = start(root, world, "list")
    assert (done.stdout, done.stderr, builds(root)) == ("list|", "", 0), done


def a_newer_source_is_built_once(world: World) -> None:
    for change in ["src/a.cpp", "src/new.cpp", "catalog/part.json", "CMakeLists.txt"]:
        world.folder = world.folder.parent / change.replace("/", "-")
        root = checkout(world, is_built=True)
        time.sleep(0.02)
        (root / change).write_text("new")
        start(root, world)
        start(root, world)
        assert builds(root) == 1, change
    (root / "src/a.cpp").unlink()
    start(root, world)
    assert builds(root) == 2, "a file that is gone counts, too"


def what_tests_leave_is_no_source(world: World) -> None:
    root = checkout(world, is_built=True)
    (root / "src/__pycache__").mkdir()
    start(root, world)
    (root / "src/__pycache__/a.pyc").touch()
    before = builds(root)
    start(root, world)
    assert builds(root) == before


def two_first_runs_build_once(world: World) -> None:
    root = checkout(world, is_built=False)
    command = [str(root / "bin/mcp-crafter"), "x"]
    runs = [subprocess.Popen(command, env=world.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    assert [run.communicate(timeout=60)[0] for run in runs] == [b"x|", b"x|"]
    assert builds(root) == 1


def a_build_that_fails_is_said(world: World) -> None:
    root = checkout(world, is_built=False)
    write(world.folder / "tools/cmake", "#!/bin/sh\necho no compiler\nexit 3\n")
    done = start(root, world)
    assert done.returncode == 1 and not done.stdout and "no compiler" in done.stderr, done
    assert "could not be configured" in done.stderr, done


def missing_packages_are_named(world: World) -> None:
    root = checkout(world, is_built=False)
    tools = world.folder / "tools"
    write(tools / "dpkg-query", '#!/bin/sh\ncase "$*" in *bubblewrap*|*ninja*) exit 1;; esac\necho "install ok installed"\n')
    write(tools / "id", "#!/bin/sh\necho 1000\n")
    write(tools / "sudo", "#!/bin/sh\nexit 1\n")
    done = start(root, world)
    assert done.returncode == 9 and "apt-get install ninja-build bubblewrap" in done.stderr, done
    write(tools / "sudo", '#!/bin/sh\nshift\nexec "$@"\n')
    write(tools / "apt-get", '#!/bin/sh\necho "apt-get $*"\n')
    done = start(root, world, "x")
    assert done.returncode == 0 and done.stdout == "x|", done
    assert "apt-get update" in done.stderr and "ninja-build bubblewrap" in done.stderr, done


def links_to_it_work(world: World) -> None:
    root = checkout(world, is_built=True)
    (world.root / "link").symlink_to(os.path.relpath(root / "bin/mcp-crafter", world.root))
    assert start(root, world, "x", command="./link").stdout == "x|"


def a_read_only_checkout_works(world: World) -> None:
    root = checkout(world, is_built=True)
    (root / "src/a.cpp").write_text("newer")
    (root / "build/release").chmod(0o555)
    try:
        done = start(root, world, "x")
    finally:
        (root / "build/release").chmod(0o755)
    assert done.stdout == "x|", done
    assert os.geteuid() == 0 or "read-only" in done.stderr, done


CASES = [
    the_first_run_builds,
    later_runs_do_not_build,
    a_newer_source_is_built_once,
    what_tests_leave_is_no_source,
    two_first_runs_build_once,
    a_build_that_fails_is_said,
    missing_packages_are_named,
    links_to_it_work,
    a_read_only_checkout_works,
]
