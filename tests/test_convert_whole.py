"""A destination is whole or not there, whatever ends a conversion; the source is as it was."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from saved import save, told_by_tensorflow
from support import ROOT, Scopecli, files_of_at_most

from scopecli.ground.staging import StagedFile

VALUES = {"w": np.arange(100_000), "w/Adam": np.arange(100_000)}
OTHERS = {"v": np.arange(7)}

# Ends the process at its Nth call that changes a folder, as `kill -9` does, unless there are less.
KILLED = """
import os, sys
from pathlib import Path
from scopecli import __main__
place, nth = Path(sys.argv[1]), int(sys.argv[2])
calls = 0
def watch(event, arguments):
    global calls
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if event in ("os.rename", "os.remove", "os.link") or writes:
        if str(arguments[0]).startswith(str(place)):
            calls += 1
            if calls == nth:
                os._exit(9)
sys.addaudithook(watch)
sys.argv[1:] = sys.argv[3:]
__main__.main()
"""


def files_of(folder: Path) -> dict[str, bytes]:
    """Return what the files of a folder hold, by name."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """Yield a checkpoint, which is as it was afterwards."""
    (tmp_path / "source").mkdir()
    yield save(tmp_path / "source" / "model.ckpt", VALUES)
    assert told_by_tensorflow(str(tmp_path / "source" / "model.ckpt")) == told_by_tensorflow(
        save(tmp_path / "again", VALUES)
    )
    assert len(list((tmp_path / "source").iterdir())) == 2


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return an empty folder."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


DESTINATIONS = ["new.ckpt", "new.safetensors", "new.npz"]


@pytest.mark.parametrize(
    ("way", "force"),
    [
        (("new.ckpt",), False),
        (("new.ckpt", "--link"), True),
        (("new.ckpt", "--shards", "2"), True),
        (("new.safetensors",), True),
    ],
    ids=str,
)
def test_a_kill_at_any_moment(
    way: tuple[str, ...], source: str, place: Path, scopecli: Scopecli, *, force: bool
) -> None:
    """Whenever the process is killed, what is there is the old, or the new, or nothing; never a part."""
    name, *options = way
    convert = ["convert", source, f"{place}/{name}", *options, "--force", "--map", r"(w.*)=new/\1"]
    nth, status = 0, 9
    while status == 9:
        nth += 1
        _prepare(place, name, force=force)
        command = [sys.executable, "-c", KILLED, str(place), str(nth), *convert]
        status = subprocess.run(command, check=False, capture_output=True, cwd=ROOT).returncode
        assert status in (0, 9)
        found = _names_in(place, name, scopecli)
        assert found in (["v"] if force else None, None, ["new/w", "new/w/Adam"])
    assert (nth > 3, found) == (True, ["new/w", "new/w/Adam"])
    assert not [file for file in place.iterdir() if file.name.startswith(".")]


def _prepare(place: Path, name: str, *, force: bool) -> None:
    """Have a folder hold another source at a destination, or nothing."""
    for file in place.iterdir():
        file.unlink()
    if not force:
        return
    if name.endswith(".npz"):
        np.savez(place / name, **OTHERS)
    elif name.endswith(".safetensors"):
        safetensors.numpy.save_file(OTHERS, place / name)
    else:
        save(place / name, OTHERS)


def _names_in(place: Path, name: str, scopecli: Scopecli) -> list[str] | None:
    """Return the names of what is at a destination, all of which can be read; None of none."""
    file = place / (f"{name}.index" if name.endswith(".ckpt") else name)
    if not file.exists():
        return None
    result = scopecli("list", place / name, "--values", "full")
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.split("\t")[0] for line in result.stdout.splitlines()]


class Interrupt:
    """Counts calls, and interrupts the Nth: before it, or behind it."""

    def __init__(self, nth: int, *, behind: bool) -> None:
        self.left = nth
        self._behind = behind

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that may be interrupted."""

        def call(*arguments: Any) -> Any:
            self.left -= 1
            if self.left == 0 and not self._behind:
                raise KeyboardInterrupt
            result = function(*arguments)
            if self.left == 0:
                raise KeyboardInterrupt
            return result

        return call


CALLS: tuple[tuple[Any, str], ...] = (
    (os, "fsync"),
    (Path, "replace"),
    (Path, "rename"),
    (StagedFile, "write"),
)


@pytest.mark.parametrize("name", DESTINATIONS)
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("behind", [False, True])
def test_an_interrupt_at_any_moment(  # noqa: PLR0913 - what is varied, and the fixtures
    name: str, source: str, place: Path, scopecli: Scopecli, *, force: bool, behind: bool
) -> None:
    """Whenever it is interrupted, before a call or behind it, all is as it was, or all is done."""
    nth, status = 0, 130
    while status == 130:
        nth += 1
        _prepare(place, name, force=force)
        old = files_of(place)
        interrupt = Interrupt(nth, behind=behind)
        with pytest.MonkeyPatch.context() as patch:
            for holder, method in CALLS:
                patch.setattr(holder, method, interrupt.wrap(getattr(holder, method)))
            result = scopecli("convert", source, place / name, "--force")
        status = result.exit_code
        assert (status, result.stderr) in ((130, "interrupted\n"), (0, ""))
        assert (status == 0) == (interrupt.left > 0)
        if files_of(place) != old:
            assert behind or status == 0
            assert _names_in(place, name, scopecli) == ["w", "w/Adam"]
            assert not [file for file in place.iterdir() if file.name.startswith(".")]
    assert nth > 3


@pytest.mark.parametrize("name", DESTINATIONS)
@pytest.mark.parametrize("size", [0, 100, 1_000_000])
def test_a_full_disk(name: str, size: int, source: str, place: Path, scopecli: Scopecli) -> None:
    """Where the space ends, it is told in one line, and nothing is left."""
    with files_of_at_most(size):
        result = scopecli("convert", source, place / name)
    assert result.stderr == f"{place / name}: error: cannot write: File too large [SC202]\n"
    assert (result.exit_code, list(place.iterdir())) == (2, [])


def test_a_signal(source: str, place: Path) -> None:
    """A process that is asked to end leaves nothing."""
    waits = (
        "import signal, sys\n"
        "from scopecli import __main__\n"
        "from scopecli.ground import staging\n"
        "def sync(path):\n"
        "    print('now', flush=True)\n"
        "    signal.pause()\n"
        "staging._sync = sync\n"
        "__main__.main()\n"
    )
    command = [sys.executable, "-c", waits, "convert", source, f"{place}/new.ckpt"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as writing:
        assert writing.stdout
        assert writing.stdout.readline() == b"now\n"
        assert list(place.iterdir())
        writing.send_signal(signal.SIGTERM)
        _, told = writing.communicate(timeout=60)
    assert (writing.returncode, told, list(place.iterdir())) == (143, b"", [])


def test_the_files_have_the_rights_of_others(source: str, place: Path, scopecli: Scopecli) -> None:
    """What is written may be read by whom the user's mask lets read it."""
    before = os.umask(0o027)
    try:
        assert scopecli("convert", source, place / "new.ckpt").exit_code == 0
    finally:
        os.umask(before)
    assert {file.stat().st_mode & 0o777 for file in place.iterdir()} == {0o640}


@pytest.mark.parametrize("name", DESTINATIONS)
def test_what_is_there_stays(name: str, source: str, place: Path, scopecli: Scopecli) -> None:
    """Without `--force` nothing is written over; with it, no file of the former is left."""
    _prepare(place, name, force=True)
    old = files_of(place)
    result = scopecli("convert", source, place / name)
    told = f"{name}.index" if name.endswith(".ckpt") else name
    assert result.stderr == (
        f"{place / name}: error: {told} is there already [SC666]\nhelp: `--force` writes over it\n"
    )
    assert (result.exit_code, files_of(place)) == (2, old)
    assert scopecli("convert", source, place / name, "--force").exit_code == 0
    if name.endswith(".ckpt"):
        assert scopecli("convert", source, place / name, "--force", "--shards", "3").exit_code == 0
        assert len(list(place.glob(f"{name}.data-*"))) == 3
        assert told_by_tensorflow(str(place / name)) == told_by_tensorflow(source)


def test_a_file_of_another_kind_stays(source: str, place: Path, scopecli: Scopecli) -> None:
    """A file that has the prefix for its name is no part of a checkpoint, unless it is one."""
    (place / "new").write_text("mine")
    assert scopecli("convert", source, place / "new").exit_code == 0
    assert scopecli("convert", source, place / "new", "--force").exit_code == 0
    assert (place / "new").read_text() == "mine"


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_the_source_itself(link: Callable[..., None], source: str, place: Path, scopecli: Scopecli) -> None:
    """A destination that is the source is refused, also by another name of its files."""
    result = scopecli("convert", source, source, "--force")
    assert f"{source}: error: the destination is the source itself [SC666]" in result.stderr
    link(f"{source}.index", place / "new.ckpt.index")
    result = scopecli("convert", source, place / "new.ckpt", "--force")
    assert "error: the destination is the source itself [SC666]" in result.stderr
    (place / "below").symlink_to(Path(source).parent)
    assert scopecli("convert", source, place / "below" / "model.ckpt", "--force").exit_code == 2


def test_a_link_stays_one(source: str, place: Path, scopecli: Scopecli) -> None:
    """A destination that is a link leads to what is written."""
    (place / "below").mkdir()
    (place / "new.npz").symlink_to(Path("below", "other.npz"))
    np.savez(place / "below" / "other.npz", **OTHERS)
    assert scopecli("convert", source, place / "new.npz", "--force").exit_code == 0
    assert (place / "new.npz").is_symlink()
    assert set(np.load(place / "below" / "other.npz")) == {"w", "w/Adam"}


def test_linked_data_is_not_written_over(source: str, place: Path, scopecli: Scopecli) -> None:
    """What was linked before may be replaced: the data files of the source are not touched."""
    scopecli("convert", source, place / "new.ckpt", "--link")
    assert scopecli("convert", source, place / "new.ckpt", "--force", "--match", "w").exit_code == 0
    assert set(told_by_tensorflow(str(place / "new.ckpt"))) == {"w"}
