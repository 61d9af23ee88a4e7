"""Files of arrays, whole and damaged: held against the package `safetensors`, and against numpy."""

import io
import json
import os
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from support import Scopecli

from scopecli.ground.errors import InvalidSourceError
from scopecli.ground.limits import MAX_ARRAYS_HEADER_BYTES
from scopecli.sources.opened import Opened
from scopecli.sources.opening import open_source

EXAMPLES = int(os.environ.get("SCOPECLI_EXAMPLES", "60"))
DRAWN = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
MEBIBYTE = 2**20

DTYPES = (
    *("bool", "uint8", "int8", "uint16", "int16", "float16", "bfloat16", "uint32", "int32", "float32"),
    *("uint64", "int64", "float64", "complex64", "float8_e4m3fn", "float8_e5m2"),
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def opened(path: Path) -> Opened:
    """Return what is read of a file."""
    found = open_source(str(path))
    assert found
    return found[0]


def elements(name: str) -> np.dtype[Any]:
    """Return the numpy dtype that TensorFlow has for one of its own."""
    return np.dtype(getattr(ml_dtypes, name, name))


def npy(array: Any) -> bytes:
    """Return an array as numpy saves it."""
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


@st.composite
def arrays(draw: st.DrawFn, dtypes: tuple[str, ...]) -> np.ndarray[Any, Any]:
    """Draw an array of any bits."""
    dtype = elements(draw(st.sampled_from(dtypes)))
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    size = int(np.prod(shape)) * dtype.itemsize
    data = draw(st.binary(min_size=size, max_size=size))
    if dtype.kind == "b":
        data = bytes(byte & 1 for byte in data)
    return np.frombuffer(data, dtype).reshape(shape)


def read_bits(path: Path) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    """Return dtype, shape and bytes of what a file holds."""
    found = opened(path)
    assert found.read
    values = {row.name: (row, found.read(row)) for row in found.report.variables}
    assert all((row.dtype, row.shape) == (value.dtype.name, value.shape) for row, value in values.values())
    return {name: (value.dtype.name, value.shape, value.tobytes()) for name, (_, value) in values.items()}


@DRAWN
@given(tensors=st.dictionaries(NAMES, arrays(DTYPES), max_size=5))
def test_safetensors_are_what_the_package_reads(
    tensors: Mapping[str, np.ndarray[Any, Any]], tmp_path: Path
) -> None:
    """Names, dtypes, shapes and bits are those that the package wrote and reads."""
    path = tmp_path / "drawn.safetensors"
    save_file(dict(tensors), path)
    by_package = {
        name: (tuple(tensor["shape"]), bytes(tensor["data"]))
        for name, tensor in safetensors.deserialize(path.read_bytes())
    }
    found = read_bits(path)
    assert {name: bits[1:] for name, bits in found.items()} == by_package
    assert {name: bits[0] for name, bits in found.items()} == {
        name: array.dtype.name for name, array in tensors.items()
    }


NUMPY_DTYPES = (*(name for name in DTYPES if not hasattr(ml_dtypes, name)), "complex128")


@DRAWN
@given(
    drawn=st.dictionaries(
        st.from_regex(r"[a-zA-Z/_0-9.]{1,9}", fullmatch=True), arrays(NUMPY_DTYPES), max_size=5
    ),
    order=st.sampled_from("CF"),
    swapped=st.booleans(),
    compressed=st.booleans(),
)
def test_npz_is_what_numpy_reads(
    drawn: Mapping[str, np.ndarray[Any, Any]], order: Any, *, swapped: bool, compressed: bool, tmp_path: Path
) -> None:
    """Names, dtypes, shapes and elements are those that numpy reads, however they lie in the file."""
    path = tmp_path / "drawn.npz"
    written = {
        name: np.array(array, array.dtype.newbyteorder() if swapped else None, order=order)
        for name, array in drawn.items()
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED) as archive:
        for name, array in written.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array)
    with np.load(path) as loaded:
        by_numpy = {
            name: (array.dtype.name, array.shape, array.astype(array.dtype.newbyteorder("=")).tobytes())
            for name, array in loaded.items()
        }
    assert read_bits(path) == by_numpy


def test_what_is_not_packed_is_mapped(tmp_path: Path) -> None:
    """A tensor takes no memory of its own, and can't be written to by mistake."""
    held = {"w": np.ones(2**20, np.float32)}
    save_file(held, tmp_path / "w.safetensors")
    np.savez(tmp_path / "w.npz", **held)
    for name in ("w.safetensors", "w.npz"):
        found = opened(tmp_path / name)
        assert found.read
        tracemalloc.start()
        value = found.read(found.report.variables[0])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MEBIBYTE
        assert not value.flags.writeable


def test_strings_of_numpy(scopecli: Scopecli, tmp_path: Path) -> None:
    """Text is strings in UTF-8, as TensorFlow has them; objects are listed and never loaded."""
    path = tmp_path / "text.npz"
    np.savez(path, text=np.array(["a", "é"]), raw=np.array([b"\xff"]), objects=np.array([{}], object))
    result = scopecli("list", path, "-f", "csv", "--columns", "name,dtype,shape,value", "--values", "full")
    assert result.stdout.splitlines() == [
        "name,dtype,shape,value", r"text,string,[2],[b'a' b'\xc3\xa9']", r"raw,string,[1],[b'\xff']",
        "objects,object,[1],",
    ]  # fmt: skip
    assert "error: cannot read 'objects': it is of Python objects, which are never loaded" in result.stderr
    assert result.exit_code == 2
    assert scopecli("list", path).exit_code == 0


def test_dtypes_that_tensorflow_has_not(scopecli: Scopecli, tmp_path: Path) -> None:
    """What TensorFlow has no dtype for is listed by its name, and values are refused by the array's."""
    np.savez(tmp_path / "a.npz", when=np.array(["2020-01-01"], "M8[D]"), bits=np.ones(2, ml_dtypes.bfloat16))
    result = scopecli("list", tmp_path / "a.npz", "--columns", "name,dtype")
    assert result.stdout == "when\tdatetime64[D]\nbits\tvoid16\n"
    told = scopecli("list", tmp_path / "a.npz", "--stats").stderr
    assert "cannot read 'when': it is of numpy's datetime64[D], which TensorFlow does not have" in told
    assert "numpy keeps bfloat16 and float8 as bytes without a type" in told
    header = {"w": {"dtype": "F4", "shape": [4], "data_offsets": [0, 2]}}
    path = safetensors_file(tmp_path, json.dumps(header).encode(), bytes(2))
    assert scopecli("list", path, "--columns", "name,dtype").stdout == "w\tfloat4_e2m1fn\n"
    assert "cannot read 'w': values of float4_e2m1fn are not read" in scopecli("list", path, "--stats").stderr


# Damage


def safetensors_file(folder: Path, header: bytes, data: bytes = b"", length: int | None = None) -> Path:
    """Write a file with a header of any make-up."""
    path = folder / "made.safetensors"
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + data)
    return path


def entry(dtype: str = "F32", shape: Any = (1,), offsets: Any = (0, 4), **others: Any) -> dict[str, Any]:
    """Return an entry of a header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets, **others}


HEADERS: dict[str, tuple[Any, int, str]] = {
    "list": ([], 0, "it must be an object of JSON"),
    "cut": (b'{"w":{"dtype":"F32"', 0, "it is no JSON at character 19"),
    "latin": (b'{"\xe9":1}', 0, "byte 10 of the file is no UTF-8"),
    "twice": (b'{"w":{"a":1,"a":2}}', 0, '"a" stands in it twice'),
    "deep": (b'{"w":' + b"[" * 100_000, 0, "it can't be read as JSON"),
    "digits": (b'{"w":' + b"1" * 10_000 + b"}", 0, "it can't be read as JSON"),
    "no metadata": ({"__metadata__": []}, 0, "`__metadata__` must have texts alone"),
    "metadata": ({"__metadata__": {"a": 1}}, 0, "`__metadata__` must have texts alone"),
    "entry": ({"w": 1}, 0, '"w" must have `dtype`, `shape` and two `data_offsets`'),
    "boolean": ({"w": entry(shape=[True])}, 4, '"w" has a size or an offset that is no number'),
    "below zero": ({"w": entry(shape=[-1, -1])}, 4, '"w" has a size or an offset that is no number'),
    "dtype": ({"w": entry("F31")}, 4, '"w" has the dtype "F31", which the format does not have'),
    "size": ({"w": entry(shape=[2])}, 4, '"w" is said to be 4 bytes, which does not fit its 2 elements of'),
    "large": ({"w": entry(shape=[2**62, 4])}, 4, 'the shape of "w" is larger than TensorFlow allows'),
    "backwards": ({"w": entry(offsets=[4, 0])}, 4, '"w" is said to be -4 bytes'),
    "overlap": (
        {"w": entry(), "v": entry(offsets=[2, 6])}, 6, '"w" and "v" have bytes in common',
    ),
    "hole": ({"w": entry(), "v": entry(offsets=[8, 12])}, 12, '4 bytes before "v" are no tensor\'s'),
    "surrogate": (b'{"\\ud800":1}', 0, "the name '\\ud800' is no Unicode"),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADERS)
def test_damaged_headers(case: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """A header that does not say what it must is told in a line; the package refuses it too."""
    header, size, said = HEADERS[case]
    path = safetensors_file(
        tmp_path, header if isinstance(header, bytes) else json.dumps(header).encode(), bytes(size)
    )
    result = scopecli("list", path)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert f"{path}: error: the header is damaged: {said}" in result.stderr
    assert result.stderr.count("error: ") == 1
    with pytest.raises(safetensors.SafetensorError):
        safetensors.deserialize(path.read_bytes())


def test_lengths_of_headers(scopecli: Scopecli, tmp_path: Path) -> None:
    """A length that is too large is refused before anything of that length is made."""
    tracemalloc.start()
    for length in (2**64 - 1, MAX_ARRAYS_HEADER_BYTES + 1, MAX_ARRAYS_HEADER_BYTES, 100):
        told = scopecli("list", safetensors_file(tmp_path, b"{}", length=length)).stderr
        most = (
            f"{MAX_ARRAYS_HEADER_BYTES:,} is the most"
            if length > MAX_ARRAYS_HEADER_BYTES
            else "the file has 10"
        )
        assert f"it is said to take {length:,} bytes, and {most}" in told
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MEBIBYTE
    (tmp_path / "made.safetensors").write_bytes(b"abc")
    assert (
        "in the first 8 bytes, and the file has 3" in scopecli("list", tmp_path / "made.safetensors").stderr
    )


def test_a_file_that_was_cut(scopecli: Scopecli, tmp_path: Path) -> None:
    """Of a file that ends too early names are listed and what is there is read; the rest is told once."""
    path = tmp_path / "cut.safetensors"
    save_file({"a": np.ones(2, np.float32), "b": np.ones(4, np.float32)}, path)
    path.write_bytes(path.read_bytes()[:-8])
    result = scopecli("list", path, "--stats", "--columns", "name,mean")
    assert (result.stdout, result.exit_code) == ("a\t1.0\nb\t-\n", 2)
    assert f"the file ends after {path.stat().st_size:,} bytes" in result.stderr
    assert "1 of them can't be read [SC602]" in result.stderr
    path.write_bytes(path.read_bytes() + bytes(100))
    result = scopecli("list", path)
    assert result.stdout == "a\nb\n"
    assert "92 bytes at its end are no tensor's [SC602]" in result.stderr


def test_two_of_one_name(scopecli: Scopecli, tmp_path: Path) -> None:
    """Of two tensors, or arrays, of one name the package and numpy would take one without a word."""
    one = json.dumps(entry()).encode()
    path = safetensors_file(tmp_path, b'{"w":' + one + b',"w":' + one + b"}", bytes(4))
    assert '"w" stands in it twice' in scopecli("list", path).stderr
    with zipfile.ZipFile(tmp_path / "two.npz", "w") as archive:
        archive.writestr("w.npy", npy(1.0))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("w.npy", npy(2.0))
    assert "two of its members are called 'w.npy'" in scopecli("list", tmp_path / "two.npz").stderr


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return bytes that were cut, or have others in them, or numbers that are too large."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.randrange(len(changed)) if changed else 0
        match chance.randrange(4):
            case 0:
                del changed[place:]
            case 1:
                changed[place : place + 1] = bytes([chance.randrange(256)])
            case 2:
                changed[place : place + 8] = chance.choice((b"\xff" * 8, bytes(8), b"9" * 8))
            case _:
                changed[place:place] = chance.randbytes(chance.randrange(9))
    return bytes(changed)


@DRAWN
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["safetensors", "npz", "compressed.npz"]))
def test_damage_is_told(seed: int, kind: str, tmp_path: Path) -> None:
    """A damaged file is refused, or read to its end in little memory; never is there another error."""
    path = tmp_path / f"damaged.{kind}"
    held = {"layer/w": np.ones((3, 4), np.float32), "b": np.arange(5)}
    if kind == "safetensors":
        save_file(held, path, metadata={"format": "pt"})
    else:
        (np.savez_compressed if kind.startswith("compressed") else np.savez)(path, **held)
    path.write_bytes(damaged(path.read_bytes(), random.Random(seed)))  # noqa: S311 - it is to be drawn again
    tracemalloc.start()
    try:
        for source in open_source(str(path)) or []:
            assert source.read
            for row in source.report.variables:
                try:
                    value = source.read(row)
                    assert kind == "safetensors" or value.tobytes() == held[row.name].tobytes()
                except InvalidSourceError:
                    pass
    except InvalidSourceError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 16 * MEBIBYTE


# Archives


def archive_of(path: Path, members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Write an archive, and return its bytes."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path.read_bytes()


def test_archives_that_are_not_what_they_say(scopecli: Scopecli, tmp_path: Path) -> None:
    """Members that are encrypted, elsewhere or no arrays are refused by their names."""
    path, one = tmp_path / "made.npz", npy(np.ones(3, np.float32))

    def told(data: bytes) -> str:
        path.write_bytes(data)
        result = scopecli("list", path)
        assert (result.stdout, result.exit_code) == ("", 2)
        assert result.stderr.startswith(f"{path}: error: the archive is damaged: ")
        return result.stderr

    whole = archive_of(path, {"../w.npy": one})
    entry_at = whole.rindex(b"PK\x01\x02")
    assert scopecli("list", path).stdout == "../w\n"  # a name is no path
    assert "can't be read" in told(whole[:-30])
    encrypted = bytearray(whole)
    encrypted[entry_at + 8] |= 1
    assert "of the member '../w.npy', the bytes are encrypted" in told(bytes(encrypted))
    elsewhere = bytearray(whole)
    struct.pack_into("<I", elsewhere, entry_at + 42, 7)
    assert "it is not where the list of members says" in told(bytes(elsewhere))
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(70):
            archive.writestr(f"{number}.npy", one)
            archive.filelist[-1].comment = bytes(2**16 - 1)
    assert "its list of members is said to take 4,5" in told(path.read_bytes())
    assert "it is no array of numpy" in told(archive_of(path, {"w.npy": one, "readme.txt": b"x"}))
    assert "in a way that numpy does not write" in told(archive_of(path, {"w.npy": one}, zipfile.ZIP_LZMA))
    assert "does not fit 3 elements of float32" in told(archive_of(path, {"w.npy": one + b"x"}))
    assert "of the member 'w.npy', " in told(archive_of(path, {"w.npy": one[:20]}))


def test_members_that_overlap(scopecli: Scopecli, tmp_path: Path) -> None:
    """Two entries for one member, as in an archive that unpacks to more than there is, are refused."""
    path = tmp_path / "made.npz"
    whole = archive_of(path, {"w.npy": npy(np.ones(3))})
    entry_at, end = whole.rindex(b"PK\x01\x02"), whole.rindex(b"PK\x05\x06")
    again, tail = bytearray(whole[entry_at:end]), bytearray(whole[end:])
    struct.pack_into("<HH", tail, 8, 2, 2)
    struct.pack_into("<I", tail, 12, 2 * len(again))
    path.write_bytes(whole[:end] + again + tail)
    assert "two of its members are called 'w.npy'" in scopecli("list", path).stderr
    behind = bytearray(whole)
    struct.pack_into("<II", behind, entry_at + 20, 10**6, 10**6)
    path.write_bytes(behind)
    assert "error: the archive is damaged: " in scopecli("list", path).stderr
    again[46:47] = b"v"
    path.write_bytes(whole[:end] + again + tail)
    assert "error: the archive is damaged: of the member 'v.npy', " in scopecli("list", path).stderr


def test_a_bomb(scopecli: Scopecli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large array that is packed into a hundredth of its bytes is listed, and not unpacked; another is."""
    monkeypatch.setattr("scopecli.sources.arrays.elements.MAX_INFLATED_BYTES", 100_000)
    path, chance = tmp_path / "bomb.npz", np.random.default_rng(0)
    np.savez_compressed(
        path, bomb=np.zeros(100_000), small=np.zeros(12_000), honest=chance.standard_normal(100_000)
    )
    assert (
        scopecli("list", path, "--columns", "name,size").stdout
        == "bomb\t100000\nsmall\t12000\nhonest\t100000\n"
    )
    result = scopecli("list", path, "--stats", "--columns", "name,zeros")
    assert result.stdout == "bomb\t-\nsmall\t12000\nhonest\t0\n"
    assert "cannot read 'bomb': it is said to be 781 KiB, packed into " in result.stderr
    assert result.exit_code == 2


def test_a_flipped_byte(scopecli: Scopecli, tmp_path: Path) -> None:
    """An archive has checksums: elements that do not match theirs are told, packed or not."""
    for save in (np.savez, np.savez_compressed):
        path = tmp_path / f"{save.__name__}.npz"
        save(path, w=np.arange(1000.0))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        result = scopecli("list", path, "--stats")
        assert f"{path}: error: 'w' is damaged: " in result.stderr
        assert result.exit_code == 2


def test_an_archive_of_zip64(scopecli: Scopecli, tmp_path: Path) -> None:
    """An archive of more members than a plain one has room for is read, and its end is where ZIP64 has it."""
    path = tmp_path / "many.npz"
    one = npy(np.float32(1))
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(200):
            archive.writestr(f"w{number}.npy", one)
        archive.filelist[0].extra = b""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 10)
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(20):
                archive.writestr(f"w{number}.npy", one)
    assert b"PK\x06\x06" in path.read_bytes()
    assert len(scopecli("list", path).stdout.splitlines()) == 20


# Names and pipes


def test_names_and_metadata_are_data(scopecli: Scopecli, tmp_path: Path) -> None:
    """Nothing in a name or in metadata acts on the terminal."""
    path = tmp_path / "names.safetensors"
    save_file({"a\x1b[31m/[red]": np.zeros(1)}, path, metadata={"format": "\x1b[2J", "by": "us"})
    result = scopecli("list", path, "--about", "-f", "table")
    assert "\x1b" not in result.stdout
    assert r"a\x1b[31m/[red]" in result.stdout
    assert "metadata" in result.stdout


def test_order_and_bounds(scopecli: Scopecli, tmp_path: Path) -> None:
    """Tensors stand in the order of the header; at a bound they are listed, and beyond it refused."""
    one = {"dtype": "U8", "shape": [1] * 254, "data_offsets": [0, 1]}
    other = {"dtype": "U8", "shape": [], "data_offsets": [1, 2]}
    path = safetensors_file(tmp_path, json.dumps({"z": one, "a": other}).encode(), bytes(2))
    assert scopecli("list", path).stdout == "z\na\n"
    assert "cannot read 'z': it can't be a numpy array" in scopecli("list", path, "--stats").stderr
    one["shape"] = [1] * 255
    safetensors_file(tmp_path, json.dumps({"z": one, "a": other}).encode(), bytes(2))
    assert 'the shape of "z" is larger than TensorFlow allows' in scopecli("list", path).stderr


def test_every_command_takes_them(scopecli: Scopecli, tmp_path: Path) -> None:
    """What takes any source takes arrays: they are found out by what is in them, whatever they are called."""
    held = {
        "layer/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
        "layer/bias": np.ones(3, np.float32),
    }
    save_file(held, tmp_path / "one.bin")
    np.savez(tmp_path / "other.npz", **held)
    other = (tmp_path / "other.npz").rename(tmp_path / "other.dat")
    assert scopecli("tree", tmp_path / "one.bin").stdout.count("kernel") == 1
    result = scopecli("diff", tmp_path / "one.bin", other, "--values", "-f", "table")
    assert "No difference: 2 variables with the same names, shapes, dtypes and values" in result.stdout
    assert "this is a file of arrays, not a scenario" in scopecli("check", other).stdout
    assert "[SC605]" in scopecli("explain", other).stderr
