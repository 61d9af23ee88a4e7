"""Which checkpoint a path means, and what is said of one that is missing, damaged or hostile."""

import os
import random
import re
import shutil
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from saved import save
from tables import FOOTER, Pack, compressed, record, rewritten, signed, table, uncompressed
from tensorflow.core.protobuf.tensor_bundle_pb2 import BundleEntryProto, BundleHeaderProto

from scopecli.ground.diagnostics import Diagnostic
from scopecli.ground.errors import InvalidSourceError
from scopecli.sources.checkpoints import is_checkpoint, open_checkpoint
from scopecli.sources.checkpoints.slicing import slice_key

EXAMPLES = os.environ.get("SCOPECLI_EXAMPLES")

STATE = 'model_checkpoint_path: "{}"\nall_model_checkpoint_paths: "{}"\n'


def refused(path: Path | str, *, step: int | None = None) -> Diagnostic:
    """Return what is said of a checkpoint that can't be opened."""
    with pytest.raises(InvalidSourceError) as refusal:
        open_checkpoint(str(path), step=step)
    (told,) = refusal.value.diagnostics
    return told


def unread(path: Path | str, name: str) -> Diagnostic:
    """Return what is said of a variable whose value can't be read."""
    opened = open_checkpoint(str(path))
    assert opened.read
    row = next(each for each in opened.report.variables if each.name == name)
    with pytest.raises(InvalidSourceError) as refusal:
        opened.read(row)
    (told,) = refusal.value.diagnostics
    return told


def opened_prefix(path: Path | str, *, step: int | None = None) -> str:
    """Return which checkpoint was opened, below the directory that the test has."""
    return Path(open_checkpoint(str(path), step=step).report.source.path).name


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """Return a directory with the steps 9, 20 and 100 of a model, and without the file `checkpoint`."""
    directory = tmp_path / "steps"
    directory.mkdir()
    for step in (100, 9, 20):
        save(directory / f"model.ckpt-{step}", {"w": tf.zeros([step])})
    return directory


# Finding


def test_files_of_a_checkpoint(steps: Path) -> None:
    """A prefix, an index and a data file mean the same checkpoint."""
    for suffix in ("", ".index", ".data-00000-of-00001"):
        path = f"{steps}/model.ckpt-20{suffix}"
        assert is_checkpoint(path)
        assert opened_prefix(path) == "model.ckpt-20"


def test_directory_without_state(steps: Path) -> None:
    """Of a directory without a file `checkpoint`, the highest step is meant."""
    assert is_checkpoint(str(steps))
    assert opened_prefix(steps) == "model.ckpt-100"


def test_newest_of_no_step(tmp_path: Path) -> None:
    """Of checkpoints without a step, the one written last is meant."""
    for time, name in ((5, "b"), (9, "a"), (1, "c")):
        os.utime(save(tmp_path / name, {"w": tf.zeros([1])}) + ".index", (time, time))
    assert opened_prefix(tmp_path) == "a"


@pytest.mark.parametrize(
    "written",
    [
        "model.ckpt-20",
        "./model.ckpt-20",
        "/where/it/was/model.ckpt-20",
        "../elsewhere/model.ckpt-20",
        "model\\056ckpt-20",
    ],
)
def test_directory_with_state(written: str, steps: Path) -> None:
    """The file `checkpoint` says which is meant; a path that leads elsewhere is looked up in it."""
    (steps / "checkpoint").write_text(STATE.format(written, written))
    assert opened_prefix(steps) == "model.ckpt-20"


def test_state_names_a_file_below(steps: Path) -> None:
    """The file `checkpoint` may name one in a directory below."""
    (steps / "below").mkdir()
    save(steps / "below" / "model-1", {"w": tf.zeros([1])})
    (steps / "checkpoint").write_text(STATE.format("below/model-1", "below/model-1"))
    assert opened_prefix(steps) == "model-1"


@pytest.mark.parametrize("path", ["", "model.ckpt", "model.ckpt-20", "model.ckpt-20.index"])
@pytest.mark.parametrize("state", [False, True])
def test_step(path: str, steps: Path, *, state: bool) -> None:
    """A step picks one of several, from a directory and from one of the checkpoints."""
    if state:
        (steps / "checkpoint").write_text(STATE.format("model.ckpt-20", "model.ckpt-20"))
    assert opened_prefix(steps / path, step=9) == "model.ckpt-9"


def test_directory_beside_a_prefix(steps: Path) -> None:
    """A directory without checkpoints that is called as a prefix does not hide the checkpoint."""
    (steps / "model.ckpt-20").mkdir()
    assert opened_prefix(steps / "model.ckpt-20") == "model.ckpt-20"


def test_nothing_found(steps: Path, tmp_path: Path) -> None:
    """What is not there is told with what was looked for, and with what there is."""
    told = refused(steps / "model.ckpt-21")
    assert (told.code, told.location.file) == ("SC601", f"{steps}/model.ckpt-21")
    assert told.message == "there is no checkpoint of this name: no file model.ckpt-21.index"
    assert told.help == "there is model.ckpt-9, model.ckpt-20, model.ckpt-100"
    assert refused(steps, step=21).message == "there is no checkpoint of step 21 in it"
    (tmp_path / "empty").mkdir()
    assert not is_checkpoint(str(tmp_path / "empty"))
    expected = "no checkpoint is in it: no file `checkpoint` that names one, none that ends in .index"
    assert (refused(tmp_path / "empty").message, refused(tmp_path / "empty").help) == (expected, None)
    assert refused(tmp_path / "empty" / "x" / "y").code == "SC601"


def test_state_names_what_is_gone(steps: Path) -> None:
    """A file `checkpoint` that names what is gone is told, with what is there."""
    (steps / "checkpoint").write_text(STATE.format("model.ckpt-21", "model.ckpt-20"))
    told = refused(steps)
    assert told.message == "its file `checkpoint` names model.ckpt-21, which is not there"
    assert told.help == "there is model.ckpt-9, model.ckpt-20, model.ckpt-100"


@pytest.mark.parametrize("text", ["", "model_checkpoint_path: 3", "\x00", "all_model_checkpoint_paths: 'a'"])
def test_state_that_says_nothing(text: str, tmp_path: Path) -> None:
    """A file `checkpoint` that names none is as none."""
    (tmp_path / "checkpoint").write_text(text)
    assert refused(tmp_path).message.startswith("no checkpoint is in it: no file `checkpoint` that")
    save(tmp_path / "model", {"w": tf.zeros([1])})
    assert opened_prefix(tmp_path) == "model"


@pytest.mark.parametrize("name", ["notes.txt", "scenario.yaml", "\x00", "n" * 5_000, "-", ""])
def test_no_checkpoint(name: str, steps: Path) -> None:
    """What is no checkpoint is not taken for one."""
    if name.endswith(("txt", "yaml")):
        (steps / name).write_text("steps: []")
    path = f"{steps}/{name}/x" if name == "" else f"{steps}/{name}"
    assert not is_checkpoint(path)
    assert refused(path).code == "SC601"


# Damage


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return the prefix of a checkpoint of two blocks, with strings and numbers."""
    tensors = {f"layer_{each:04}/{'n' * 100}": np.float32(each) for each in range(3_000)}
    values = {"words": tf.constant(["first", "second"]), "big": np.arange(3_000_000, dtype="i4")}
    return Path(save(tmp_path / "model", {**tensors, **values}))


def changed(path: Path, position: int, *, byte: int = 0xFF) -> None:
    """Turn some bits of a byte of a file over."""
    data = bytearray(path.read_bytes())
    data[position] ^= byte
    path.write_bytes(data)


def suffixed(prefix: Path, suffix: str) -> Path:
    """Return the path of one of a checkpoint's files."""
    return prefix.with_name(prefix.name + suffix)


def test_bit_flip_in_the_index(model: Path) -> None:
    """A block that was changed is told by its checksum, with how much was read before it."""
    index = suffixed(model, ".index")
    rows = open_checkpoint(str(model)).report.variables
    whole = index.read_bytes()
    changed(index, 100, byte=1)
    told = refused(model)
    assert (told.code, told.location.file) == ("SC602", str(index))
    assert told.message == (
        "the index is damaged: the block at byte 0 does not match its checksum; "
        "none of its variables can be read"
    )
    index.write_bytes(whole)
    changed(index, len(whole) - 4_000, byte=1)
    told = refused(model)
    read = int(told.message.rpartition("the first ")[2].split()[0].replace(",", ""))
    assert 0 < read < len(rows)
    assert told.message.endswith(f"; the first {read:,} of its variables can be read")


@pytest.mark.parametrize("size", [0, 1, 47, 48, 1_000, -1])
def test_index_cut_short(size: int, model: Path) -> None:
    """An index that was cut short is told."""
    index = suffixed(model, ".index")
    index.write_bytes(index.read_bytes()[:size])
    told = refused(model)
    assert told.code == "SC602"
    assert "it does not end as an index does: it was cut short, or is something else" in told.message


def test_shard_missing(model: Path) -> None:
    """A data file that is missing is told when the index is read, and when a value is asked for."""
    data = suffixed(model, ".data-00000-of-00001")
    data.unlink()
    (damage,) = open_checkpoint(str(model)).damage
    assert (damage.code, damage.location.file) == ("SC601", str(data))
    assert damage.message == "cannot read the file: No such file or directory"
    assert damage.help
    assert damage.help.endswith("restoring needs; names, dtypes and shapes can be read")
    told = unread(model, "big")
    assert (told.code, told.location.file) == ("SC601", str(data))
    assert told.message == "cannot read the file: No such file or directory"
    assert told.help == "'big' is in it: a checkpoint is its index and all of its data files"


def test_data_cut_short(model: Path) -> None:
    """A data file that ends before a variable does is told, and what is before its end is read."""
    data = suffixed(model, ".data-00000-of-00001")
    with data.open("r+b") as stream:
        stream.truncate(12_000_000)
    (damage,) = open_checkpoint(str(model)).damage
    assert (damage.code, damage.location.file) == ("SC602", str(data))
    assert (
        "the file ends after 12,000,000 bytes, and tensors are kept in it up to byte 12,0" in damage.message
    )
    told = unread(model, "big")
    assert (told.code, told.location.file) == ("SC602", str(data))
    assert re.match(r"'big' ends at byte 12,01\d,\d{3}, and the file after 12,000,000 bytes$", told.message)
    opened = open_checkpoint(str(model))
    assert opened.read
    assert opened.read(opened.report.variables[-2]) == 2_999


@pytest.mark.parametrize("name", ["big", "words", "layer_0007/" + "n" * 100])
def test_bit_flip_in_the_data(name: str, model: Path) -> None:
    """Values that were changed are told by their checksum."""
    data = suffixed(model, ".data-00000-of-00001")
    opened = open_checkpoint(str(model))
    assert opened.read
    (row,) = (each for each in opened.report.variables if each.name == name)
    value = opened.read(row)
    raw = b"second" if name == "words" else value.tobytes()
    changed(data, data.read_bytes().index(raw) + len(raw) - 1, byte=1)
    told = unread(model, name)
    assert (told.code, told.location.file) == ("SC602", str(data))
    assert told.message == f"{name!r} is damaged: its bytes do not match their checksum"


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_no_files(suffix: str, make: Callable[[Path], None], model: Path) -> None:
    """A pipe, a directory or a device in the place of a file is refused, not waited for."""
    path = suffixed(model, suffix)
    path.unlink()
    make(path)
    told = refused(model) if suffix == ".index" else unread(model, "big")
    assert (told.code, told.location.file) == ("SC601", str(path))
    assert told.message == "cannot read the file: it is no file"


def test_files_without_end(model: Path) -> None:
    """An index of a terabyte is refused before it is read."""
    with suffixed(model, ".index").open("r+b") as stream:
        stream.truncate(1 << 40)
    told = refused(model)
    assert told.message == "cannot read the file: it has 1,099,511,627,776 bytes, more than such a file has"


def test_names_are_data(tmp_path: Path) -> None:
    """Names with escapes, line breaks, markup and bytes that are no UTF-8 are names like others."""
    names = ["[red]w[/red]", "a\nb", "\x1b[31mred", "\u202edesrever", b"\xff\xfe", "'"]
    rows = open_checkpoint(save(tmp_path / "model", {each: tf.zeros([1]) for each in names})).report.variables
    assert {row.name for row in rows} == {"\\xff\\xfe" if isinstance(each, bytes) else each for each in names}


# Claims


@pytest.fixture
def claim(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that has a checkpoint of the variable `w` claim something else of it."""

    def written(message: BundleEntryProto | BundleHeaderProto) -> Path:
        prefix = save(tmp_path / "model", {"w": tf.zeros([4])})
        key = b"" if isinstance(message, BundleHeaderProto) else b"w"
        rewritten(prefix, lambda found, value: message.SerializeToString() if found == key else value)
        return Path(prefix)

    return written


def entry(*shape: int, **others: int) -> BundleEntryProto:
    """Return the entry of a variable."""
    message = BundleEntryProto(**{"dtype": 1, "size": 16, **others})
    for size in shape:
        message.shape.dim.add(size=size)
    return message


HEADER = record(0, b"", BundleHeaderProto(num_shards=1).SerializeToString())
ENTRY = entry(4).SerializeToString()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (entry(5), "it is said to be 16 bytes, which does not fit its 5 elements"),
        (entry(4, size=-1), "it is said to lie before its file's first byte"),
        (entry(4, offset=-1), "it is said to lie before its file's first byte"),
        (entry(4, shard_id=1), "it is said to be in shard 1 of 1"),
        (entry(4, shard_id=-1), "it is said to be in shard 18,446,744,073,709,551,615 of 1"),
        (entry(-4), "it has a dimension of -4"),
        (entry(*[2] * 300), "its shape is larger than TensorFlow allows"),
        (entry(*[2**62] * 200), "its shape is larger than TensorFlow allows"),
        (entry(4, dtype=77), "its dtype has the number 77, which none of TensorFlow's has"),
        (entry(17, dtype=7), "it is said to be 16 bytes, which does not fit its 17 elements"),
    ],
)
def test_claims_of_an_entry(
    message: BundleEntryProto, expected: str, claim: Callable[[BundleEntryProto], Path]
) -> None:
    """An entry that can't be is told, whatever its checksum says."""
    told = refused(claim(message))
    assert told.message == (
        f"the index is damaged: in the entry of 'w', {expected}; none of its variables can be read"
    )


@pytest.mark.parametrize("others", [{}, {"offset": 2**62}])
def test_claims_of_a_size(others: dict[str, int], claim: Callable[[BundleEntryProto], Path]) -> None:
    """A variable of 10^12 elements is listed, and refused where its file has not so many bytes."""
    prefix = claim(entry(10**12, size=4 * 10**12, **others))
    assert open_checkpoint(str(prefix)).report.totals.bytes == 4 * 10**12
    assert unread(prefix, "w").message.endswith("and the file after 16 bytes")


def test_claims_of_slices(tmp_path: Path) -> None:
    """Slices that claim to be large are refused before there is room for the whole."""
    prefix, size = str(tmp_path / "model"), 10**11
    ones = tf.ones([4])
    tf.raw_ops.SaveV2(
        prefix=prefix, tensor_names=["w", "w"], shape_and_slices=["8 0,4", "8 4,4"], tensors=[ones, ones]
    )
    whole, claimed = entry(2 * size, size=0), entry(size, size=4 * size).SerializeToString()
    for start in (0, size):
        whole.slices.add().extent.add(start=start, length=size)
    keys = sorted(slice_key(b"w", ((start, size),)) for start in (0, size))
    block = HEADER + b"".join(record(0, key, claimed) for key in keys)
    Path(f"{prefix}.index").write_bytes(table(block + record(0, b"w", whole.SerializeToString())))
    assert unread(prefix, "w").message.endswith("and the file after 32 bytes")


@pytest.mark.parametrize(
    "slices",
    [
        [(0, 4), (0, 4)],
        [(0, 4), (3, 5)],
        [(0, 8), (0, 8)],
        [(4, 2), (0, 8)],
    ],
)
def test_slices_that_make_up_no_whole(
    slices: list[tuple[int, int]], claim: Callable[[BundleEntryProto], Path]
) -> None:
    """Slices that overlap make up no value."""
    whole = entry(8, size=0)
    for start, length in slices:
        whole.slices.add().extent.add(start=start, length=length)
    assert unread(claim(whole), "w").message == "slices of 'w' overlap"


def test_slice_that_is_gone(claim: Callable[[BundleEntryProto], Path]) -> None:
    """A slice that the index does not have is told."""
    whole = entry(8, size=0)
    whole.slices.add().extent.add()
    assert unread(claim(whole), "w").message == "the slice of 'w' at (0,) is not in the index"


def test_newer_version(claim: Callable[[BundleHeaderProto], Path]) -> None:
    """Files of a form that is not known yet are refused."""
    header = BundleHeaderProto(num_shards=1)
    header.version.min_consumer = 2
    assert "it is of version 2, and the newest that is known is 1" in refused(claim(header)).message


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (table(b""), "it does not begin with a header"),
        (table(record(0, b"w")), "it does not begin with a header"),
        (table(HEADER + record(0, b"b", ENTRY) + record(0, b"a", ENTRY)), "out of order; the first 1 of"),
        (table(record(0, b"") + record(1, b"b")), "a record is said to be longer than its block"),
        (table(b"\xff" * 20), "there is no number at byte 0"),
        (table(record(0, b""), restarts=2**32 - 1), "is too short for its restart points"),
    ],
)
def test_tables_that_cannot_be(index: bytes, expected: str, tmp_path: Path) -> None:
    """A table that contradicts itself is refused."""
    (tmp_path / "model.index").write_bytes(index)
    assert expected in refused(tmp_path / "model").message


def test_keys_without_end(tmp_path: Path) -> None:
    """Keys that few bytes make long are refused before they fill the memory."""
    keys = b"".join(record(100_000 + each, b"k", ENTRY) for each in range(100_000))
    (tmp_path / "model.index").write_bytes(table(HEADER + record(0, b"k" * 100_000, ENTRY) + keys))
    assert "its keys are longer than a file of its size can hold" in refused(tmp_path / "model").message


# Mutations


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the prefix of a checkpoint with something of everything."""
    prefix = tmp_path_factory.mktemp("small") / "model"
    names = ["a/b", "a/b/Adam", "words", "w", "w", "_CHECKPOINTABLE_OBJECT_GRAPH"]
    slices = ["", "", "", "4 2 0,2:-", "4 2 2,2:-", ""]
    graph = b"\x0a\x12\x12\x10\x0a\x01v\x12\x04name\x1a\x05a/b/x"
    tensors = [
        tf.zeros([300, 2]),
        np.int64(1),
        tf.constant(["x", "yz"]),
        *[tf.ones([2, 2])] * 2,
        tf.constant(graph),
    ]
    tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=names, shape_and_slices=slices, tensors=tensors)
    return prefix


@settings(
    max_examples=int(EXAMPLES or 300),
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    seed=st.integers(0, 2**64),
    changes=st.integers(1, 4),
    right=st.booleans(),
    pack=st.sampled_from([uncompressed, compressed]),
)
@example(seed=0, changes=0, right=True, pack=compressed)
def test_mutations(  # noqa: PLR0913 - what is drawn, and the fixtures
    seed: int, changes: int, pack: Pack, small: Path, tmp_path: Path, *, right: bool
) -> None:
    """An index changed anywhere is read or refused, also where its checksums are made right again."""
    copy = tmp_path / "model"
    shutil.copy(suffixed(small, ".data-00000-of-00001"), suffixed(copy, ".data-00000-of-00001"))
    suffixed(copy, ".index").write_bytes(suffixed(small, ".index").read_bytes())
    rewritten(str(copy), lambda _, value: value, pack)
    index = mutated(suffixed(copy, ".index").read_bytes(), random.Random(seed), changes)  # noqa: S311 - no secret
    suffixed(copy, ".index").write_bytes(signed(index) if right else index)
    with suppress(InvalidSourceError) if changes else nullcontext():
        opened = open_checkpoint(str(copy))
        assert opened.read
        for row in opened.report.variables:
            opened.read(row)


def mutated(index: bytes, chance: random.Random, changes: int) -> bytes:
    """Return an index with some bytes changed, put in, taken out or repeated."""
    data = bytearray(index)
    for _ in range(changes):
        start = chance.randrange(len(data) - FOOTER * chance.randrange(2))
        end = start + chance.randrange(1, 9)
        match chance.randrange(6):
            case 0:
                data[start] ^= 1 << chance.randrange(8)
            case 1:
                data[start] = chance.choice([0, 1, 0x7F, 0x80, 0xFF])
            case 2:
                data[start:end] = bytes([0xFF] * (end - start - 1) + [chance.randrange(128)])
            case 3:
                data[start:start] = chance.randbytes(end - start)
            case 4:
                del data[start:end]
            case 5:
                data[start:start] = data[chance.randrange(len(data)) :][: end - start]
        if len(data) <= FOOTER:
            break
    return bytes(data)
