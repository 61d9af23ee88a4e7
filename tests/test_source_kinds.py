"""Every kind of source: it is found out by looking at it, and its variables are listed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from safetensors.numpy import save_file
from support import Scopecli

from scopecli.report.source_kinds import SourceKind

STEPS = "steps: [{get_variable: w, shape: [2]}]\n"


def _scenario(folder: Path, _: Scopecli) -> Path:
    (folder / "scenario.yaml").write_text(STEPS, encoding="utf-8")
    return folder / "scenario.yaml"


def _program(folder: Path, scopecli: Scopecli) -> Path:
    program = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.get_variable('w', [2])\n"
    (folder / "program.py").write_text(program, encoding="utf-8")
    scopecli("trace", folder / "program.py", "-f", "json", "-o", folder / "saved.json")
    return folder / "saved.json"


def _in_a_session(save: Callable[[Path, Any], Path]) -> Callable[[Path, Scopecli], Path]:
    def make(folder: Path, _: Scopecli) -> Path:
        with tf.Graph().as_default(), tf.Session() as session:
            tf.get_variable("w", [2])
            session.run(tf.global_variables_initializer())
            return save(folder, session)

    return make


def _checkpoint(folder: Path, session: Any) -> Path:
    return Path(tf.train.Saver().save(session, str(folder / "model")))


def _metagraph(folder: Path, session: Any) -> Path:
    return _checkpoint(folder, session).with_suffix(".meta")


def _graphdef(folder: Path, session: Any) -> Path:
    return Path(tf.io.write_graph(session.graph, str(folder), "graph.pb", as_text=False))


def _saved_model(folder: Path, session: Any) -> Path:
    asked = tf.placeholder(tf.float32, [2])
    answer = asked + tf.global_variables()[0]
    tf.saved_model.simple_save(session, str(folder / "exported"), {"asked": asked}, {"answer": answer})
    return folder / "exported"


def _safetensors(folder: Path, _: Scopecli) -> Path:
    save_file({"w": np.zeros(2, np.float32)}, folder / "model.safetensors")
    return folder / "model.safetensors"


def _npz(folder: Path, _: Scopecli) -> Path:
    np.savez(folder / "model.npz", w=np.zeros(2, np.float32))
    return folder / "model.npz"


def _keras(folder: Path, _: Scopecli) -> Path:
    with h5py.File(folder / "model.weights.h5", "w") as file:
        file["w"] = np.zeros(2, np.float32)
    return folder / "model.weights.h5"


MAKERS = {
    SourceKind.SCENARIO: _scenario,
    SourceKind.PROGRAM: _program,
    SourceKind.CHECKPOINT: _in_a_session(_checkpoint),
    SourceKind.SAVEDMODEL: _in_a_session(_saved_model),
    SourceKind.METAGRAPH: _in_a_session(_metagraph),
    SourceKind.GRAPHDEF: _in_a_session(_graphdef),
    SourceKind.SAFETENSORS: _safetensors,
    SourceKind.NPZ: _npz,
    SourceKind.KERAS: _keras,
}


@pytest.mark.parametrize("kind", SourceKind, ids=str)
def test_every_kind_is_listed(kind: SourceKind, scopecli: Scopecli, tmp_path: Path) -> None:
    """A source of each kind is told by its kind, has its variable, and what else the kind knows."""
    source = MAKERS[kind](tmp_path, scopecli)
    listing = json.loads(scopecli("list", source, "-f", "json").stdout)
    assert listing["source"]["kind"] == kind.value
    assert [row["name"] for row in listing["variables"]] == ["w"]
    options = {"has_steps": ("--step", "0"), "has_tags": ("--tag", "serve")}
    for fact, option in options.items():
        refused = "[SC652]" in scopecli("list", source, *option).stderr
        assert refused != getattr(kind, fact)
    by_collection = scopecli("list", source, "--collection", "variables")
    assert ("[SC653]" in by_collection.stderr) != kind.has_collections
    assert (scopecli("explain", source).exit_code == 0) == kind.has_calls
