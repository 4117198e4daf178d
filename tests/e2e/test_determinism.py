"""The same form gives the same bytes, whatever surrounds it; and they are the golden ones, whole."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conftest import CRAFTER, ROOT, Workspace, tree

FORMS = Path(__file__).parent / "forms"
GOLDEN = Path(__file__).parent / "golden"
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))

SURROUNDINGS = {
    "turkish": {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
    "posix": {"LC_ALL": "POSIX"},
    "kiritimati": {"TZ": "Pacific/Kiritimati"},
    "somebody": {"USER": "someone", "COLUMNS": "20", "PYTHONHASHSEED": "7"},
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, bytes]]:
    return tree(Workspace(tmp_path_factory.mktemp("reference") / "w").made(FORMS / "everything.yaml"))


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_surroundings_change_nothing(tmp_path: Path, name: str, reference: dict[str, tuple[str, bytes]]) -> None:
    work = Workspace(tmp_path / "a folder" / "ünïcode", **SURROUNDINGS[name])
    assert tree(work.made(FORMS / "everything.yaml")) == reference


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_umask_changes_nothing(tmp_path: Path, umask: int, reference: dict[str, tuple[str, bytes]]) -> None:
    work = Workspace(tmp_path / "w")
    subprocess.run([CRAFTER, "create", "--form", str(FORMS / "everything.yaml"), "--proof", "none", "--yes", "--non-interactive"],
                   cwd=work.folder, env=work.environment, umask=umask, check=True, capture_output=True)
    assert tree(work.folder / "everything") == reference


def test_creating_again_gives_the_same(work: Workspace, reference: dict[str, tuple[str, bytes]]) -> None:
    work.made(FORMS / "everything.yaml")
    assert work.run("delete", "everything", "--yes").code == 0
    assert tree(work.made(FORMS / "everything.yaml")) == reference


def test_no_build_id_or_time_in_the_tree(work: Workspace) -> None:
    days = {datetime.now(UTC).date()}
    answer = work.create(FORMS / "everything.yaml")
    days.add(datetime.now(UTC).date())
    texts = [answer.data["build_id"].encode(), *(day.isoformat().encode() for day in days)]
    found = tree(Path(answer.data["path"]))
    assert not [name for name, (_, data) in found.items() if any(text in data for text in texts)]


@pytest.mark.parametrize("form", sorted(FORMS.iterdir()), ids=lambda p: p.stem)
def test_golden_tree(work: Workspace, form: Path) -> None:
    """Compared whole, without an ignore list; UPDATE_GOLDEN=1 writes it anew, to be read before it is committed."""
    found = tree(work.made(form))
    lines = {name: f"{mode}\n".encode() + data for name, (mode, data) in found.items()
             if not name.startswith(".git/") and name != ".crafter/pristine.pack"}
    place = GOLDEN / f"{form.stem}.txt"
    text = b"".join(f"==== {name} ".encode() + data.rstrip(b"\n") + b"\n" for name, data in own(lines).items())
    if UPDATE:
        place.write_bytes(text)
    assert place.read_bytes() == text


def own(lines: dict[str, bytes]) -> dict[str, bytes]:
    """Copied files are shown by their digest: they are the catalog's own, whole, and tested there."""
    import hashlib

    copied = {path.read_bytes() for path in ROOT.glob("catalog/parts/*/files/**/*") if path.is_file()}
    return {name: data.split(b"\n", 1)[0] + b" copied " + hashlib.sha256(data).hexdigest().encode()
            if data.split(b"\n", 1)[1] in copied else data for name, data in lines.items()}
