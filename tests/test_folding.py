"""`trace --emit scenario` folds what comes again, and says the same as before."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from support import Scopecli

from scopecli.codegen.folding import (
    MARK,
    Block,
    BlockFunction,
    Called,
    Line,
    Loop,
    Node,
    Passes,
    fold_functions,
    fold_loops,
)


def unfolded(
    nodes: list[Node], functions: dict[str, BlockFunction], values: dict[str, str]
) -> Iterator[tuple[str, object]]:
    """Yield the blocks that nodes stand for: their scopes, and what they say."""
    for node in nodes:
        match node:
            case Loop(variable, start, rounds, body):
                for number in range(start, start + rounds):
                    yield from unfolded([*body], functions, {**values, variable: str(number)})
            case Passes():
                raise AssertionError("none is made of blocks alone")
            case Called(name, scope, shapes):
                given = {f"${argument}": shape for argument, shape in shapes}
                lines = tuple(
                    tuple(
                        (key, given.get(value, value) if key == "shape" else value)
                        for key, value in line.entries
                    )
                    for line in functions[name].block.lines
                )
                block = functions[name].block
                yield _named(scope, values), (block.device, block.reuse, lines)
            case Block():
                yield _named(node.scope, values), node.said


def _named(scope: str, values: dict[str, str]) -> str:
    parts = scope.split(MARK)
    return "".join(values[part] if number % 2 else part for number, part in enumerate(parts))


_LINES = st.lists(
    st.builds(
        lambda name, shape: Line(name, (("get_variable", f'"{name}"'), ("shape", shape))),
        st.sampled_from(["w", "b", "1"]),
        st.sampled_from(["[2]", "[3]", "[2, 3]"]),
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda line: line.name,
).map(tuple)
_SCOPES = st.lists(
    st.sampled_from(["a", "h0", "h1", "h2", "h3", "h01", "2", "3", "x1y2", "x2y2"]), min_size=1, max_size=3
).map("/".join)
_BLOCKS = st.builds(Block, _SCOPES, st.sampled_from(["", "/cpu:0"]), st.booleans(), _LINES)
_RUNS = st.builds(
    lambda start, rounds, rests: [
        Block(f"m/h{start + number}/{rest}", "", reuse=False, lines=lines)
        for number in range(rounds)
        for rest, lines in rests
    ],
    st.integers(0, 3),
    st.integers(1, 12),
    st.lists(st.tuples(_SCOPES, _LINES), min_size=1, max_size=3),
)


@given(st.lists(st.one_of(_BLOCKS.map(lambda block: [block]), _RUNS), max_size=6))
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost(parts: list[list[Block]]) -> None:
    """What is folded stands for the blocks that there were, in their order."""
    blocks = [block for part in parts for block in part]
    functions, nodes = fold_functions(fold_loops(blocks))
    by_name = {function.name: function for function in functions}
    assert len(by_name) == len(functions)
    assert list(unfolded(nodes, by_name, {})) == [(block.scope, block.said) for block in blocks]


MODEL = """
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
def norm(scope, n):
    with tf.variable_scope(scope):
        tf.get_variable("g", [n])
        tf.get_variable("b", [n])
def dense(scope, a, b):
    with tf.variable_scope(scope):
        tf.get_variable("w", [a, b])
        tf.get_variable("b", [b])
def model(reuse):
    with tf.variable_scope("model", reuse=reuse):
        tf.get_variable("wte", [50, 8])
        for layer in range(LAYERS):
            with tf.variable_scope(f"h{layer}"):
                norm("ln_1", 8)
                dense("attn/c_attn", 8, 24)
                dense("attn/c_proj", 8, 8)
                norm("ln_2", 8)
                dense("mlp/c_fc", 8, 32)
                dense("mlp/c_proj", 32, 8)
        norm("ln_f", 8)
"""


def emitted(folder: Path, scopecli: Scopecli, text: str) -> list[str]:
    """Return the lines of the scenario that is emitted of a program, which builds the same."""
    program, report, scenario = folder / "train.py", folder / "run.json", folder / "again.yaml"
    program.write_text(text)
    assert scopecli("trace", program, "-f", "json", "-o", report).exit_code == 0
    assert scopecli("trace", program, "--emit", "scenario", "-o", scenario).exit_code == 0
    assert scopecli("diff", report, scenario).exit_code == 0
    built, traced = scopecli("run", scenario, "-f", "plain"), scopecli("trace", program, "-f", "plain")
    assert _calls(built.stdout) == _calls(traced.stdout)
    return scenario.read_text().splitlines()


def _calls(plain: str) -> list[list[str]]:
    """Return the variable and the outcome of each call."""
    return [line.split("\t")[1:3] for line in plain.splitlines() if "\t" in line]


def test_a_deep_model_is_small(tmp_path: Path, scopecli: Scopecli) -> None:
    """Twelve layers and a second pass are some lines, as many as of two layers, and build the same calls."""
    lengths = []
    for layers in (2, 12):
        calls = "model(tf.AUTO_REUSE)\nmodel(tf.AUTO_REUSE)\n"
        lines = emitted(tmp_path, scopecli, f"LAYERS = {layers}\n{MODEL}{calls}")
        lengths.append(len(lines))
    assert lengths[0] == lengths[1] <= 37
    text = "\n".join(lines)
    assert "reuse: AUTO_REUSE" in text
    assert "- for: i\n            in: 12" in text
    assert "  norm:" in text


def test_slots_and_tied_weights(tmp_path: Path, scopecli: Scopecli) -> None:
    """What is made after the passes, and what is shared within one, stay where they are."""
    emitted(
        tmp_path,
        scopecli,
        f"LAYERS = 3\n{MODEL}model(None)\nmodel(True)\nmodel(True)\n"
        "with tf.variable_scope('model', reuse=True):\n    w = tf.get_variable('wte', [50, 8])\n"
        "tf.train.AdamOptimizer().minimize(tf.reduce_sum(w))\n",
    )
    emitted(
        tmp_path,
        scopecli,
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
        "for i in (1, 2, 3):\n    with tf.variable_scope(f'tower_{i}'):\n        for j in range(2):\n"
        "            with tf.variable_scope(f'layer_{j}'):\n                tf.get_variable('w', [4])\n",
    )
