"""Files that Keras 3 and Keras 2 wrote: their weights, under the names that Keras shows."""

import json
import re
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from support import Process, Scopecli

from scopecli.sources.opened import Opened
from scopecli.sources.opening import open_source

KERAS_3 = """
import sys
import keras, numpy as np
dense = [keras.layers.Dense(3, name="first"), keras.layers.Dense(3)]
inner = keras.Sequential([keras.Input((4,)), *dense], name="inside")
x = keras.Input((5, 4))
y = inner(keras.layers.LSTM(4, name="rnn")(x))
y = keras.layers.Dense(2, name="out")(keras.layers.BatchNormalization(name="bn")(y))
model = keras.Model(x, y, name="whole")
model.compile("adam", "mse")
model.fit(np.ones((2, 5, 4)), np.ones((2, 2)), verbose=0)
model.save("three.keras")
model.save_weights("three.weights.h5")
model.save("three.h5")
low = keras.layers.Dense(3, dtype="bfloat16", name="low")
small = keras.Sequential([keras.Input((4,)), low], name="small")
small.save_weights("low.weights.h5")
np.savez("low.npz", **{v.path: np.asarray(v.value).astype("float32") for v in small.variables})
"""
KERAS_2 = """
import tf_keras as keras, numpy as np
model = keras.Sequential([
    keras.layers.Dense(3, input_shape=(4,), name="first"), keras.layers.BatchNormalization(name="bn"),
    keras.layers.Dense(2, name="out"),
])
model.compile("adam", "mse")
model.fit(np.ones((2, 4)), np.ones((2, 2)), verbose=0)
model.save("two.h5")
model.save_weights("two_weights.h5")
"""
SAVE = """
seeds = lambda name: "seed_generator" in name
np.savez(NAME, **{v.path if hasattr(v, "path") else v.name[:-2]: np.asarray(v) for v in model.variables
                  if not seeds(v.name)})
"""


@pytest.fixture(scope="module")
def saved(process: Process, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory of what both wrote, with the weights as they have them in npz."""
    folder = tmp_path_factory.mktemp("keras")
    for program, name in ((KERAS_3, "three"), (KERAS_2, "two")):
        (folder / f"{name}.py").write_text(
            f"import os\nos.chdir({str(folder)!r})\n{program}{SAVE.replace('NAME', repr(name))}",
            encoding="utf-8",
        )
        done = process(folder / f"{name}.py", TF_CPP_MIN_LOG_LEVEL="3")
        assert done.returncode == 0, done.stderr
    return folder


def opened(path: Path) -> Opened:
    """Return what is read of a file."""
    found = open_source(str(path))
    assert found
    return found[0]


def values_of(path: Path) -> dict[str, np.ndarray]:
    """Return the weights of a file by their names, without what optimizers keep."""
    found = opened(path)
    assert found.read
    rows = [row for row in found.report.variables if row.role in ("weight", "statistic")]
    return {row.name: found.read(row) for row in rows}


@pytest.mark.parametrize("file", ["three.h5", "two.h5", "two_weights.h5"])
def test_weights_by_name(file: str, saved: Path) -> None:
    """In HDF5 of a whole model weights have the names that Keras shows, and its values."""
    expected = dict(np.load(saved / f"{re.split('[._]', file)[0]}.npz"))
    found = values_of(saved / file)
    assert {name: array.tobytes() for name, array in found.items()} == {
        name: array.tobytes() for name, array in expected.items()
    }


@pytest.mark.parametrize("file", ["three.keras", "three.weights.h5"])
def test_weights_by_number(file: str, saved: Path) -> None:
    """Where weights are kept by number, they stand under the layer that Keras shows, in its order."""
    expected: dict[str, list[bytes]] = {}
    for name, array in np.load(saved / "three.npz").items():
        expected.setdefault(name.rpartition("/")[0], []).append(array.tobytes())
    found: dict[str, list[bytes]] = {}
    for name, array in values_of(saved / file).items():
        layer, _, number = name.rpartition("/")
        assert int(number) == len(found.setdefault(layer, []))
        found[layer].append(array.tobytes())
    assert found == expected
    keys = {row.name: row.key for row in opened(saved / file).report.variables}
    assert keys["out/0"] == "layers/dense/vars/0"


def test_what_an_optimizer_keeps(saved: Path) -> None:
    """What an optimizer keeps has roles of its own, in each of the three forms."""
    for file in ("three.keras", "three.h5", "two.h5"):
        rows = opened(saved / file).report.variables
        adam = [row for row in rows if (row.key or "").startswith("optimizer")]
        assert {row.role for row in adam} - {"bookkeeping"} == {"step", "slot"}
        assert {row.role for row in rows if row not in adam} <= {"weight", "statistic"}
        trained = sum(row.role == "weight" for row in rows) - 2 * (file == "three.keras")  # its statistics
        assert sum(row.role == "slot" for row in rows) == 2 * trained


def test_bfloat16(saved: Path) -> None:
    """HDF5 has no bfloat16: Keras notes it beside the bytes."""
    found = opened(saved / "low.weights.h5")
    assert found.read
    assert {row.dtype for row in found.report.variables} == {"bfloat16"}
    expected = np.load(saved / "low.npz")
    values = [found.read(row).astype("float32").tolist() for row in found.report.variables]
    assert values == [expected[f"small/low/{name}"].tolist() for name in ("kernel", "bias")]


def test_numbers_stand_in_order(scopecli: Scopecli, tmp_path: Path) -> None:
    """`10` stands behind `2`, and a name that two would have is left for the places in the file."""
    path = tmp_path / "made.weights.h5"
    with h5py.File(path, "w") as file:
        for number in range(12):
            file[f"layers/dense/vars/{number}"] = np.float32(number)
        file["layers/dense/vars"].attrs["name"] = "same"
        file["layers/other/vars/3"] = np.float32(3)
        file["layers/other/vars"].attrs["name"] = "same"
    names = [f"same/{number}" for number in range(12)]
    names[3] = "layers/dense/vars/3"
    assert scopecli("list", path).stdout.split() == [*names, "layers/other/vars/3"]


# Hostile files


def test_nothing_leads_out_of_a_file(scopecli: Scopecli, tmp_path: Path) -> None:
    """Links, data in other files and virtual datasets are told, and nothing of other files is shown."""
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["secret"] = np.full(3, 42.0)
    (tmp_path / "raw").write_bytes(np.full(3, 42.0).tobytes())
    path = tmp_path / "hostile.h5"
    with h5py.File(path, "w") as file:
        file["fine"] = np.ones(3)
        file["outside"] = h5py.ExternalLink(str(secret), "secret")
        file["soft"] = h5py.SoftLink("/fine")
        file["again"] = file["fine"]
        file["loop/loop"] = file["/"]
        file.create_dataset("external", (3,), "f8", external=[(str(tmp_path / "raw"), 0, 24)])
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(str(secret), "secret", (3,))
        file.create_virtual_dataset("virtual", layout)
    result = scopecli("list", path, "--stats", "--columns", "name,mean")
    assert result.stdout == "again\t1.0\nexternal\t-\nvirtual\t-\n"
    assert "42" not in result.stdout
    for told in (
        "'outside' is not looked at: it is a link to another file, which is not followed",
        "'soft' is not looked at: it is a link to another place, which is not followed",
        "'fine' is not looked at: it is there under another name too",
        "'loop/loop' is not looked at: it is there under another name too",
        "cannot read 'external': its elements are in other files, which are not opened",
        "cannot read 'virtual': it is made of other datasets",
    ):
        assert told in result.stderr
    assert result.exit_code == 2


def test_elements_that_are_not_read(scopecli: Scopecli, tmp_path: Path) -> None:
    """References, unpackers of others and bombs are refused by their names; text is read."""
    path = tmp_path / "elements.h5"
    with h5py.File(path, "w") as file:
        file["text"] = ["a", "é"]
        file.create_dataset("reference", data=file["text"].ref, dtype=h5py.ref_dtype)
        file.create_dataset("zeros", (2**31,), "u1", chunks=(2**20,), compression="gzip")
        file["nothing"] = h5py.Empty("f4")
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((4,))
        plan.set_filter(32015, h5py.h5z.FLAG_OPTIONAL)
        h5py.h5d.create(file.id, b"packed", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((4,)), plan)
    result = scopecli("list", path, "--values", "full", "--columns", "name,value")
    assert r"text	[b'a' b'\xc3\xa9']" in result.stdout
    for told in (
        "cannot read 'reference': it is of Python objects",
        "cannot read 'zeros': it is said to be 2 GiB, packed into 0 B",
        "cannot read 'nothing': it has no elements and no shape",
        "cannot read 'packed': it is packed by the filter 32015, which is no part of HDF5",
    ):
        assert told in result.stderr


def test_depth(scopecli: Scopecli, tmp_path: Path) -> None:
    """Groups in groups are looked into so far, and no further."""
    path = tmp_path / "deep.h5"
    with h5py.File(path, "w") as file:
        file["/".join(["g"] * 99 + ["fine"])] = np.ones(1)
        file["/".join(["g"] * 100 + ["deep"])] = np.ones(1)
    result = scopecli("list", path)
    assert [line.rpartition("/")[2] for line in result.stdout.split()] == ["fine"]
    assert "is not looked at: it is nested deeper than 100 levels" in result.stderr


def test_damaged_files(scopecli: Scopecli, saved: Path, tmp_path: Path) -> None:
    """A file that was cut, an archive without weights and a file of another make-up are told in a line."""
    for name in ("three.h5", "three.keras"):
        path = tmp_path / name
        path.write_bytes((saved / name).read_bytes()[:-2000])
        result = scopecli("list", path)
        assert (result.stdout, result.exit_code) == ("", 2)
        assert result.stderr.startswith(f"{path}: error: the ")
        assert "[SC602]" in result.stderr
    with zipfile.ZipFile(tmp_path / "none.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    assert "it has no member `model.weights.h5`" in scopecli("list", tmp_path / "none.keras").stderr
    with (
        zipfile.ZipFile(saved / "three.keras") as whole,
        zipfile.ZipFile(tmp_path / "packed.keras", "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for member in whole.namelist():
            packed.writestr(member, whole.read(member))
    assert (
        "`model.weights.h5` is packed, as Keras does not do it"
        in scopecli("list", tmp_path / "packed.keras").stderr
    )
    (tmp_path / "empty.h5").write_bytes(b"")
    assert "[SC602]" in scopecli("list", tmp_path / "empty.h5").stderr


def test_h5py_is_loaded_for_these_files_alone(process: Process, saved: Path) -> None:
    """Nor is it for other sources, nor TensorFlow for these."""
    program = (
        "import sys\nfrom scopecli.sources.opening import open_source\nopen_source(sys.argv[1])\n"
        "import json\nprint(json.dumps([name in sys.modules for name in ('h5py', 'tensorflow', 'keras')]))"
    )
    assert json.loads(process("-c", program, saved / "three.npz").stdout) == [False, False, False]
    assert json.loads(process("-c", program, saved / "three.keras").stdout) == [True, False, False]
