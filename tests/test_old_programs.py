"""What programs of TF1's days ask for: `scopecli trace --tf1` has it, or says in a line what to do."""

import gzip
import json
import struct
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from support import Scopecli

from scopecli.tf1.compat import crf, mnist


def traced(folder: Path, scopecli: Scopecli, text: str, *more: str) -> list[str]:
    """Run a program with `--tf1`, and return the names of its global variables."""
    path = folder / "train.py"
    path.write_text(text)
    result = scopecli("trace", "--tf1", "-f", "json", *more, path)
    assert result.exit_code == 0, result.stderr
    return [row["name"] for row in json.loads(result.stdout)["variables"]]


RUNS = {
    "deconv": (
        "x = tf.placeholder(tf.float32, [None, 4, 4, 8])\nw = tf.get_variable('w', [5, 5, 6, 8])\n"
        "y = tf.nn.conv2d_transpose(x, w, output_shape=[2, 8, 8, 6], strides=[1, 2, 2, 1])\n"
        "assert y.get_shape().as_list() == [2, 8, 8, 6]\ntf.reshape(y, y.get_shape())\n"
        "n = tf.shape(x)[0]\nz = tf.nn.conv2d_transpose(x, w, [n, 8, 8, 6], [1, 2, 2, 1])\n"
        "assert z.get_shape().as_list() == [None, 8, 8, 6]"
    ),
    "tensor type": (
        "x = tf.placeholder(tf.float32, [2])\nassert type(x) is tf.Tensor and isinstance(x, tf.Tensor)\n"
        "assert isinstance(tf.get_variable('w', [1]).value(), tf.Tensor)"
    ),
    "numpy": "import numpy as np\ntf.get_variable('w', [np.int(2)])\nnp.float(1), np.bool(1), np.object",
    "learn": "tf.get_variable('w', [2])\nassert tf.contrib.learn.ModeKeys.TRAIN == 'train'",
    "framework": (
        "from tensorflow.contrib.framework import add_arg_scope, arg_scope, get_name_scope, nest\n"
        "assert nest.flatten([1, [2]]) == [1, 2]\nwith tf.name_scope('a'): assert get_name_scope() == 'a'\n"
        "@add_arg_scope\ndef layer(n=1): return tf.get_variable('w', [n])\n"
        "with arg_scope([layer], n=3): layer()"
    ),
    "keras": (
        "import keras\nfrom keras.layers import Dense\nfrom keras import backend as K\n"
        "assert keras.__name__ == 'tf_keras'\nDense(3)(tf.placeholder(tf.float32, [None, 2]))"
    ),
    "flags": (
        "tf.app.flags.DEFINE_integer('n', 2, 'how many')\ntf.get_variable('w', [tf.app.flags.FLAGS.n])\n"
        "def main(_): tf.get_variable('v', [tf.app.flags.FLAGS.n])\ntf.app.run()"
    ),
    "mnist": (
        "from tensorflow.examples.tutorials.mnist import input_data\n"
        "data = input_data.read_data_sets('MNIST_data/', one_hot=True)\nx, y = data.train.next_batch(50)\n"
        "assert x.shape == (50, 784) and y.shape == (50, 10) and x.dtype == 'float32'\n"
        "tf.get_variable('w', [x.shape[1], y.shape[1]])"
    ),
    "modules": (
        "from tensorflow.contrib import cluster_resolver, eager, summary\ntf.get_variable('w', [2])\n"
        "cluster_resolver.TPUClusterResolver, eager.defun, summary.scalar, summary.all_summary_ops"
    ),
    "lstm": (
        "x = tf.placeholder(tf.float32, [2, 5, 3])\n"
        "cell = tf.contrib.rnn.LayerNormBasicLSTMCell(4, dropout_keep_prob=0.5)\n"
        "tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)"
    ),
    "stacked": (
        "from tensorflow.contrib import rnn\nx = tf.placeholder(tf.float32, [2, 5, 3])\n"
        "cells = lambda: [rnn.GRUCell(4), rnn.GRUCell(4)]\n"
        "y, _, _ = rnn.stack_bidirectional_dynamic_rnn(cells(), cells(), x, dtype=tf.float32)\n"
        "assert y.shape.as_list() == [2, 5, 8]"
    ),
    "crf": (
        "x, y = tf.placeholder(tf.float32, [2, 5, 3]), tf.placeholder(tf.int32, [2, 5])\n"
        "n = tf.placeholder(tf.int32, [2])\nscore, t = tf.contrib.crf.crf_log_likelihood(x, y, n)\n"
        "tf.contrib.crf.crf_decode(x, t, n)"
    ),
    "the package's own": (
        "import tensorflow.compat.v1 as v1\nassert v1.get_variable is tf.get_variable\n"
        "v1.get_variable('w', [1])"
    ),
}
LSTM = "rnn/layer_norm_basic_lstm_cell/"
NAMES = {
    "lstm": [
        f"{LSTM}kernel",
        *(
            f"{LSTM}{gate}/{name}"
            for gate, name in product(("input", "transform", "forget", "output", "state"), ("gamma", "beta"))
        ),
    ],
    "crf": ["transitions"],
    "keras": ["dense/kernel", "dense/bias"],
    "flags": ["w", "v"],
}


# Where programs are forked, Keras 3 is loaded with TensorFlow.
OWN = ("keras",)


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[pytest.mark.own_process] * (what in OWN)) for what in RUNS]
)
def test_it_runs(what: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """What TF1 had is there, and its variables have the names that they had."""
    found = traced(tmp_path, scopecli, f"import tensorflow as tf\n{RUNS[what]}\n")
    if what in NAMES:
        assert found == NAMES[what]


def test_flags_of_the_command_line(tmp_path: Path, scopecli: Scopecli) -> None:
    """What follows `--` is the program's, before `tf.app.run` too."""
    path = tmp_path / "train.py"
    path.write_text(f"import tensorflow as tf\n{RUNS['flags']}\n")
    result = scopecli("trace", "--tf1", path, "--", "--n=5")
    assert [line.split("\t")[3] for line in result.stdout.splitlines()[:2]] == ["(5,)", "(5,)"]


ESTIMATOR = """
class Hook(tf.estimator.SessionRunHook):
    pass

def model_fn(features, labels, mode):
    print("model_fn", mode)
    w = tf.get_variable("w", [4, 1])
    loss = tf.reduce_mean((tf.matmul(features["x"], w) - labels) ** 2)
    train = tf.train.AdamOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train)

def input_fn():
    data = {"x": [[1.0, 2.0, 3.0, 4.0]] * 8}, [[1.0]] * 8
    return tf.data.Dataset.from_tensor_slices(data).batch(4).repeat()

config = tf.estimator.RunConfig(model_dir=MODEL)
assert tf.estimator.ModeKeys.TRAIN == "train"
tf.estimator.Estimator(model_fn, config=config).train(input_fn, steps=2, hooks=[Hook()])
"""


@pytest.mark.parametrize("api", ["import tensorflow as tf", "import tensorflow.compat.v1 as tf"])
@pytest.mark.parametrize("more", [[], ["--stop-after-build"]], ids=["trained", "built"])
def test_an_estimator(api: str, more: list[str], tmp_path: Path, scopecli: Scopecli) -> None:
    """An `Estimator` trains; with `--stop-after-build`, `model_fn` is called once and nothing is trained."""
    model, printed = tmp_path / "model", tmp_path / "printed"
    text = f"{api}\nMODEL = {str(model)!r}\n{ESTIMATOR}"
    names = traced(tmp_path, scopecli, text, "--program-output", str(printed), *more)
    assert names == ["global_step", "w", "beta1_power", "beta2_power", "w/Adam", "w/Adam_1"]
    assert printed.read_text() == "model_fn train\n"
    assert any(model.glob("model.ckpt-2*")) == (not more)


def test_an_estimator_for_tpus(tmp_path: Path, scopecli: Scopecli) -> None:
    """`tf.contrib.tpu` has what it had, as far as the estimator."""
    text = f"""
import tensorflow as tf
def model_fn(features, labels, mode, params):
    w = tf.get_variable("w", [1])
    opt = tf.contrib.tpu.CrossShardOptimizer(tf.train.GradientDescentOptimizer(0.1))
    loss = tf.reduce_sum(w * features)
    train = opt.minimize(loss, tf.train.get_global_step())
    return tf.contrib.tpu.TPUEstimatorSpec(mode, loss=loss, train_op=train)
def input_fn(params):
    data = tf.data.Dataset.from_tensor_slices(([1.0] * 8, [1.0] * 8))
    return data.batch(params["batch_size"], True).repeat()
config = tf.contrib.tpu.RunConfig(model_dir={str(tmp_path / "m")!r}, tpu_config=tf.contrib.tpu.TPUConfig(2))
estimator = tf.contrib.tpu.TPUEstimator(model_fn, config=config, use_tpu=False, train_batch_size=4)
estimator.train(input_fn, max_steps=2)
"""
    assert traced(tmp_path, scopecli, text, "--stop-after-build") == ["global_step", "w"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "tf.contrib.seq2seq.AttentionWrapper",
            "tensorflow_addons does not import with this TensorFlow; copy what",
        ),
        (
            "from tensorflow.contrib import cudnn_rnn",
            "`tf.nn.rnn_cell.LSTMCell` in `tf.nn.dynamic_rnn` makes such",
        ),
        (
            "tf.contrib.opt.LazyAdamOptimizer",
            "of its optimizers `tf.train` and `tf_keras.optimizers.legacy` have",
        ),
        (
            "tf.contrib.learn.Experiment",
            "tf.contrib.learn has no 'Experiment' any more: copy what you need",
        ),
        ("from scipy.misc import imread", "imread is gone from SciPy: `imageio.imread` reads it"),
        (
            "import scipy.misc\nscipy.misc.imresize",
            "imresize is gone from SciPy: `PIL.Image.fromarray(image)",
        ),
    ],
)
def test_it_says_what_to_do(text: str, told: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """What nothing brings back is named, with what to do, in one line."""
    (tmp_path / "scipy").mkdir()
    (tmp_path / "scipy" / "__init__.py").write_text("")
    path = tmp_path / "train.py"
    path.write_text(f"import tensorflow as tf\n{text}\n")
    result = scopecli("trace", "--tf1", path)
    assert result.exit_code == 1
    assert told in result.stderr.partition("\n")[0], result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\ntf.placeholder(tf.float32)",
        "import tensorflow as tf\ntf.contrib.layers",
        "from tensorflow.contrib import slim",
        "from tensorflow.examples.tutorials.mnist import input_data",
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.nn.rnn_cell.BasicLSTMCell(3)",
        "import tensorflow.compat.v1 as tf\ntf.estimator.Estimator",
        "import tensorflow as tf, numpy as np\nnp.float",
    ],
)
def test_what_tf1_would_cure(text: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """A failure that `--tf1` would cure says so; with it, the program gets past it."""
    path = tmp_path / "train.py"
    path.write_text(f"{text}\n")
    result = scopecli("trace", path)
    assert result.exit_code == 1
    assert f"help: run it with `scopecli trace --tf1 {path}`" in result.stderr
    cured = scopecli("trace", "--tf1", path).stderr
    assert "no get_variable call was made" in cured
    assert "--tf1" not in cured


@pytest.mark.parametrize(
    "text", ["import tensorflow as tf\ntf.plaecholder", "import numpy as np\nnp.nothing", "1 / 0"]
)
def test_what_tf1_would_not_cure(text: str, tmp_path: Path, scopecli: Scopecli) -> None:
    """Of another failure nothing is promised."""
    (tmp_path / "train.py").write_text(f"{text}\n")
    assert "--tf1" not in scopecli("trace", tmp_path / "train.py").stderr


def test_a_script_that_only_defines_functions(
    tmp_path: Path, scopecli: Scopecli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said which could be called, and that command calls it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "gan.py").write_text(
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nfrom os.path import join\n"
        "def build(n=2): return tf.get_variable('w', [n])\ndef other(): ...\ndef _own(): ...\n"
    )
    result = scopecli("trace", "models/gan.py")
    assert result.exit_code == 1
    told = "it defines functions, which it does not call: `scopecli trace models.gan:build` does"
    assert result.stderr.endswith(f"help: {told}; it also defines other\n")
    assert scopecli("trace", "models.gan:build", "-f", "plain").stdout.startswith(
        "models/gan.py:4\tw\tcreated"
    )
    elsewhere = scopecli("trace", tmp_path / "models" / "gan.py").stderr
    assert f"`scopecli trace --path {tmp_path / 'models'} gan:build` does" in elsewhere
    assert scopecli("trace", "--path", tmp_path / "models", "gan:build").exit_code == 0


def _write_idx(path: Path, array: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> None:
    head = struct.pack(">i", 0x800 + array.ndim) + b"".join(struct.pack(">i", size) for size in array.shape)
    data = head + array.tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_mnist_from_its_files(ending: str, tmp_path: Path) -> None:
    """The four idx files are read where they are in the folder."""
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (30, 28, 28), "uint8"), random.integers(0, 10, 30, "uint8")
    for name, begin, end in (("train", 0, 20), ("t10k", 20, 30)):
        _write_idx(tmp_path / f"{name}-images-idx3-ubyte{ending}", images[begin:end])
        _write_idx(tmp_path / f"{name}-labels-idx1-ubyte{ending}", labels[begin:end])
    data = mnist.read_data_sets(str(tmp_path), validation_size=5, reshape=False)
    assert [part.num_examples for part in data] == [15, 5, 10]
    assert np.array_equal(data.validation.labels, labels[:5])
    assert np.allclose(data.test.images[..., 0], images[20:] / 255)
    assert mnist.read_data_sets(str(tmp_path), one_hot=True, validation_size=5).test.labels.shape == (10, 10)
    seen = [int(label) for _ in range(3) for label in data.train.next_batch(5)[1]]
    assert sorted(seen) == sorted(labels[5:20].tolist())
    assert data.train.epochs_completed == 1


def test_a_crf_is_what_all_paths_add_up_to() -> None:
    """Likelihoods and best tags are those that trying every sequence gives, whatever the lengths."""
    random = np.random.default_rng(3)
    inputs, moves = (
        random.normal(size=(3, 4, 3)).astype("float32"),
        random.normal(size=(3, 3)).astype("float32"),
    )
    tags, lengths = random.integers(0, 3, (3, 4)), np.array([4, 2, 1])
    with tf.Graph().as_default(), tf.Session() as session:
        x, y, n, t = map(tf.constant, (inputs, tags, lengths, moves))
        likelihood, _ = crf.crf_log_likelihood(x, y, n, t)
        decoded, best = crf.crf_decode(x, t, n)
        found = session.run([likelihood, decoded, best])
    for row, length in enumerate(lengths):
        scores = {
            path: sum(inputs[row, at, tag] for at, tag in enumerate(path))
            + sum(moves[a, b] for a, b in pairwise(path))
            for path in product(range(3), repeat=int(length))
        }
        norm = np.log(sum(np.exp(score) for score in scores.values()))
        assert np.isclose(found[0][row], scores[tuple(tags[row, :length].tolist())] - norm, atol=1e-4)
        top = max(scores, key=scores.__getitem__)
        assert tuple(found[1][row][:length]) == top
        assert not found[1][row][length:].any()
        assert np.isclose(found[2][row], scores[top], atol=1e-4)
        path, score = crf.viterbi_decode(inputs[row, :length], moves)
        assert (tuple(path), np.isclose(score, scores[top], atol=1e-4)) == (top, True)
