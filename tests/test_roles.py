"""Roles of variables: what optimizers, averages, metrics and layers keep, and what a user names alike."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow.compat.v1 as tf
from saved import save
from support import Scopecli

OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "adam": tf.train.AdamOptimizer,
    "momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    "rmsprop": lambda: tf.train.RMSPropOptimizer(0.1, centered=True),
    "adagrad": lambda: tf.train.AdagradOptimizer(0.1),
    "adadelta": tf.train.AdadeltaOptimizer,
    "ftrl": lambda: tf.train.FtrlOptimizer(0.1),
    "descent": lambda: tf.train.GradientDescentOptimizer(0.1),
}
KERAS = {
    "dnn/kernel": [3, 4],
    "dnn/bias": [4],
    "training/Adagrad/dnn/kernel/accumulator": [3, 4],
    "training/Ftrl/dnn/kernel/linear": [3, 4],
    "training/Ftrl/l1_regularization_strength": [],
    "training/Adam/dnn/bias/m": [4],
    "training/Adam/dnn/bias/vhat": [4],
    "training/Adam/beta_1": [],
    "training/SGD/dnn/kernel/momentum": [3, 4],
    "training/RMSprop/dnn/kernel/rms": [3, 4],
    "training/RMSprop/Variable_3": [3, 4],
    "training/RMSprop/iter": [],
    "RMSprop/lr": [],
    "Adadelta/dnn/kernel/accum_var": [3, 4],
    "conv/weights_quant/min": [],
    "conv/act_quant/max": [],
    "conv/act_quant/max/biased": [],
    "conv/act_quant/max/local_step": [],
    "accuracy/total": [],
    "accuracy/count": [],
    "dnn/kernel/avg": [3, 4],
}
OWN = {
    "Adam": [2],
    "layer/Momentum": [2],
    "beta1_power": [3],
    "head/m": [2],
    "Adam/w/m": [2],
    "training/SGD/kernel/momentum": [7],
    "embedding/count": [5],
    "global_step": [4],
    "tower/total": [],
    "attention/v": [2],
    "ema/kernel": [2],
}


def _roles(scopecli: Scopecli, source: Path) -> dict[str, str]:
    listed = json.loads(scopecli("list", source, "-f", "json").stdout)
    return {row["name"]: row["role"] for row in listed["variables"]}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("form", ["ref", "resource", "partitioned"])
def test_real_optimizers(form: str, optimizer: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """What an optimizer of TF1 makes is a slot or bookkeeping, whatever the variables are."""
    partitioner = tf.fixed_size_partitioner(2) if form == "partitioned" else None
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("net", use_resource=form == "resource", partitioner=partitioner):
            weights = [tf.get_variable("kernel", [4, 2]), tf.get_variable("Adam", [4])]
        own = [name.op.name for name in tf.global_variables()]
        with tf.variable_scope("train"):
            loss = sum(tf.reduce_sum(tf.convert_to_tensor(weight)) for weight in weights)
            OPTIMIZERS[optimizer]().minimize(loss, global_step=tf.train.get_or_create_global_step())
        if form != "partitioned":
            tf.train.ExponentialMovingAverage(0.9, name="mean_avg").apply(tf.trainable_variables())
        session.run(tf.variables_initializer(tf.trainable_variables()))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, str(tmp_path / "model"))
    roles = _roles(scopecli, tmp_path / "model.meta")
    assert {name for name, role in roles.items() if role == "weight"} == set(own)
    averages = {f"{name}/mean_avg" for name in own if form != "partitioned"}
    assert {name for name, role in roles.items() if role == "average"} == averages
    assert {name for name, role in roles.items() if role == "step"} == {"train/global_step"}
    saved = _roles(scopecli, tmp_path / "model")
    assert {name for name, role in saved.items() if role == "weight"} == {"net/kernel", "net/Adam"}


def test_names_of_keras(scopecli: Scopecli, tmp_path: Path) -> None:
    """What tf.keras, quantization and metrics keep in a TF1 graph is no weight."""
    save(tmp_path / "c", {name: tf.zeros(shape) for name, shape in KERAS.items()})
    roles = _roles(scopecli, tmp_path / "c")
    assert [name for name, role in roles.items() if role == "weight"] == ["dnn/bias", "dnn/kernel"]
    assert roles["training/RMSprop/iter"] == "step"
    assert roles["dnn/kernel/avg"] == "average"
    statistics = {name for name, role in roles.items() if role == "statistic"}
    assert statistics == {name for name in KERAS if "quant" in name}
    bookkeeping = {name for name, role in roles.items() if role == "bookkeeping"}
    assert bookkeeping == {
        "training/Ftrl/l1_regularization_strength",
        "training/Adam/beta_1",
        "RMSprop/lr",
        "accuracy/total",
        "accuracy/count",
    }


def test_names_of_ones_own(scopecli: Scopecli, tmp_path: Path) -> None:
    """A weight that somebody named as an optimizer names its slots is a weight."""
    save(tmp_path / "c", {name: tf.zeros(shape) for name, shape in OWN.items()})
    assert set(_roles(scopecli, tmp_path / "c").values()) == {"weight"}


def test_averages_by_who_made_them(scopecli: Scopecli, tmp_path: Path) -> None:
    """In a traced program an average is one whatever it is called, and a trainable variable is a weight."""
    program = tmp_path / "program.py"
    program.write_text(
        "import tensorflow.compat.v1 as tf\n"
        "tf.disable_v2_behavior()\n"
        "w = tf.get_variable('w', [2])\n"
        "tf.get_variable('w/Adam', [2])\n"
        "tf.train.ExponentialMovingAverage(0.9, name='old').apply([w])\n"
    )
    saved = tmp_path / "run.json"
    scopecli("trace", program, "-f", "json", "-o", saved)
    assert _roles(scopecli, saved) == {"w": "weight", "w/Adam": "weight", "w/old": "average"}


def test_what_is_kept_for_a_statistic_that_is_not_there(scopecli: Scopecli, tmp_path: Path) -> None:
    """The numbers that undo an average's bias are statistics, also where the average itself was not saved."""
    names = {
        "w": (2,),
        "bn/moving_mean/biased": (2,),
        "bn/moving_mean/local_step": (),
        "w/ema": (3,),
        "v/ema": (2,),
    }
    save(tmp_path / "c", {name: tf.zeros(shape) for name, shape in {**names, "v": (2,)}.items()})
    assert _roles(scopecli, tmp_path / "c") == {
        "w": "weight",
        "bn/moving_mean/biased": "statistic",
        "bn/moving_mean/local_step": "statistic",
        "w/ema": "weight",  # of another shape than what it would be an average of
        "v": "weight",
        "v/ema": "average",
    }
