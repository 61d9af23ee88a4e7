"""Compares scopecli with the same work written by hand in TF1: `python tests/benchmarks/compare.py`.

Every measurement is a process of its own; the two sides take turns, and the medians are compared. The
hand-written side imports `tensorflow.compat.v1` in full, as programs do.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
SCOPECLI = (sys.executable, "-m", "scopecli")

TEMPLATE_BY_HAND = """
import tensorflow.compat.v1 as tf
with tf.Graph().as_default():
    with tf.variable_scope("test", reuse=False, use_resource=False):
        w1 = tf.get_variable("weight_1", shape=[2], dtype=tf.float32, initializer=tf.ones_initializer())
        w2 = tf.get_variable("weight_2", initializer=tf.constant([2., 2.], dtype=tf.float32))
    with tf.variable_scope("test", reuse=True):
        w3 = tf.get_variable("weight_1")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for name, value in zip(("w1", "w2", "w3"), session.run([w1, w2, w3])):
            print(name, ":", value)
    print(tf.global_variables())
"""

MANY_BY_HAND = """
import json
import tensorflow.compat.v1 as tf
made = []
with tf.Graph().as_default():
    for scope in range({scopes}):
        with tf.variable_scope(f"scope_{{scope}}", use_resource=False):
            for name in range(100):
                made.append(tf.get_variable(f"w{{name}}", shape=[2], initializer=tf.zeros_initializer()))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        values = session.run(made)
    for variable, value in zip(made, values):
        print(json.dumps({{"name": variable.op.name, "shape": variable.shape.as_list(),
                           "dtype": variable.dtype.base_dtype.name, "value": value.tolist()}}))
"""

TWO_HUNDRED_BY_HAND = """
import tensorflow.compat.v1 as tf
for number in range(200):
    with tf.Graph().as_default():
        with tf.variable_scope("s", use_resource=False):
            made = [tf.get_variable(f"w{i}", shape=[2], initializer=tf.ones_initializer()) for i in range(5)]
        with tf.variable_scope("s", reuse=True):
            made += [tf.get_variable(f"w{i}") for i in range(5)]
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = session.run(made)
        assert len(tf.global_variables()) == 5 and values[0].tolist() == [1, 1]
"""

SMALL = """
steps:
  - variable_scope: s
    steps:
      - for: i
        in: 5
        steps: [{get_variable: w$i, shape: [2], initializer: ones, as: w$i}]
  - variable_scope: s
    reuse: true
    steps:
      - for: i
        in: 5
        steps: [{get_variable: w$i, as: again$i}]
expect: {count: 5, values: {w0: [1, 1]}}
"""

LOAD_YAML = "import sys, yaml; yaml.load(open(sys.argv[1]), Loader=yaml.CSafeLoader)"


class Cost(NamedTuple):
    """What a process took: seconds, the most memory it had, in MiB, and the processor's seconds."""

    seconds: float
    memory: float
    processor: float


class Row(NamedTuple):
    """A comparison: what, the ratio, the most it may be, and the two sides in words."""

    what: str
    ratio: float
    bound: float
    sides: str


def cost(command: Sequence[str]) -> Cost:
    """Run a command and return what it took."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    # Both sides run what is compiled, as installed programs do.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} … failed with {process.returncode}")
    processor = usage.ru_utime + usage.ru_stime
    return Cost(time.perf_counter() - start, usage.ru_maxrss / 1024, processor)


def medians(commands: Sequence[Sequence[str]], repeat: int) -> list[Cost]:
    """Run the commands in turn, several times, and return the median cost of each."""
    rounds = [[cost(command) for command in commands] for _ in range(repeat)]
    return [Cost(*map(statistics.median, zip(*costs, strict=True))) for costs in zip(*rounds, strict=True)]


def scenario_of(scopes: int, folder: Path) -> str:
    """Write a scenario of a hundred variables a scope, and return its path."""
    lines = ["steps:" if scopes else "steps: []"]
    for scope in range(scopes):
        lines += [f"  - variable_scope: scope_{scope}", "    steps:"]
        lines += [f"      - {{get_variable: w{name}, shape: [2], initializer: zeros}}" for name in range(100)]
    path = folder / f"{scopes}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def rows(repeat: int, folder: Path) -> list[Row]:
    """Measure everything."""
    by_hand = (sys.executable, "-c", TEMPLATE_BY_HAND)
    imported = (sys.executable, "-c", "import tensorflow")
    template = (*SCOPECLI, "run", "scenarios/reuse_true.yaml", "-f", "table")
    theirs, ours, full = medians([by_hand, template, imported], repeat)
    sides = _sides(ours, theirs)
    found = [
        Row("run a template, time", ours.seconds / theirs.seconds, 0.40, sides),
        Row("run a template, memory", ours.memory / theirs.memory, 0.85, sides),
    ]
    for option, bound in (("--help", 0.10), ("--version", 0.10), ("check", 0.12)):
        command = (*SCOPECLI, option) if option.startswith("-") else (*SCOPECLI, option, template[4])
        (light,) = medians([command], repeat)
        sides = f"{light.seconds:.2f} s; import tensorflow {full.seconds:.2f} s"
        found.append(Row(option, light.seconds / full.seconds, bound, sides))
    gpt2, again = medians([(*SCOPECLI, "list", "scenarios/gpt2.yaml"), imported], repeat)
    sides = f"{gpt2.seconds:.2f} s; import tensorflow {again.seconds:.2f} s"
    found.append(Row("list GPT-2, built twice", gpt2.seconds / again.seconds, 0.50, sides))
    return [*found, *_without_tensorflow(repeat, folder), *_tests(repeat, folder), *_many(repeat, folder)]


def _without_tensorflow(repeat: int, folder: Path) -> list[Row]:
    """Measure `check` on a file of 20,000 steps against PyYAML's own C loader."""
    path = scenario_of(200, folder)
    ours, theirs = medians([(*SCOPECLI, "check", path), (sys.executable, "-c", LOAD_YAML, path)], repeat)
    return [Row("check 20,000 steps", ours.seconds / theirs.seconds, 1.50, _sides(ours, theirs))]


def _tests(repeat: int, folder: Path) -> list[Row]:
    """Measure 200 small scenarios in one `test` against the same 200 graphs by hand in one process."""
    scenarios = folder / "small"
    scenarios.mkdir()
    for number in range(200):
        (scenarios / f"{number:03}.yaml").write_text(SMALL)
    ours, theirs = medians(
        [(*SCOPECLI, "test", str(scenarios)), (sys.executable, "-c", TWO_HUNDRED_BY_HAND)], repeat
    )
    return [Row("test 200 scenarios", ours.seconds / theirs.seconds, 1.50, _sides(ours, theirs))]


def _sides(ours: Cost, theirs: Cost) -> str:
    hand = f"by hand {theirs.seconds:.2f} s, {theirs.memory:.0f} MiB"
    return f"{ours.seconds:.2f} s, {ours.memory:.0f} MiB; {hand}"


def _many(repeat: int, folder: Path) -> list[Row]:
    """Measure 5,000 variables against the same by hand, and 20,000 against 1,000, a variable."""
    sizes = {scopes: scenario_of(scopes, folder) for scopes in (0, 10, 50, 200)}
    run = {scopes: (*SCOPECLI, "run", path, "-f", "json") for scopes, path in sizes.items()}
    by_hand = (sys.executable, "-c", MANY_BY_HAND.format(scopes=50))
    ours, theirs = medians([run[50], by_hand], repeat)
    few, start, many = medians([run[10], run[0], run[200]], repeat)
    # The processor's time: the clock's tells more of how the machine pages a gibibyte.
    each_of_few = (few.processor - start.processor) / 1_000
    each_of_many = (many.processor - start.processor) / 20_000
    return [
        Row(
            "5,000 variables as JSON",
            ours.seconds / theirs.seconds,
            0.80,
            _sides(ours, theirs),
        ),
        Row(
            "a variable of 20,000 against one of 1,000",
            each_of_many / each_of_few,
            1.10,
            f"{each_of_many * 1e3:.2f} ms; {each_of_few * 1e3:.2f} ms",
        ),
    ]


def main() -> None:
    """Print a line a comparison; leave with 1 if one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="rounds, the median counts (default: 5)")
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        tell(rows(repeat, Path(folder)))


def tell(found: Sequence[Row]) -> None:
    """Print a line a comparison; leave with 1 if one is above its bound."""
    for row in found:
        verdict = "" if row.ratio <= row.bound else "   MISSED"
        print(f"{row.what:<42} {row.ratio:5.2f}  of at most {row.bound:.2f}   ({row.sides}){verdict}")
    sys.exit(any(row.ratio > row.bound for row in found))


if __name__ == "__main__":
    main()
