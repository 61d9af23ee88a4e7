"""Measures what watching costs: `python tests/benchmarks/tracing.py`.

A program of 2,000 variables is built with the hooks and without, in turns and now one first, now the other,
in one process. What else the machine does changes the processor's time more from round to round than the
hooks do, and only ever adds to it: the shortest times are compared, and beside them the median of the rounds.
"""

import argparse
import gc
import statistics
import time
from typing import Any

import tensorflow.compat.v1 as tf

from scopecli.tf1.hooks import watched
from scopecli.tf1.surroundings import Surroundings
from scopecli.trace.places import Places
from scopecli.trace.recording import Recording
from scopecli.trace.reporting import reported


def layer(number: int) -> None:
    """Make four variables, and share them."""
    for _ in range(2):
        with tf.variable_scope(f"layer_{number}", reuse=tf.AUTO_REUSE):
            for name in ("w", "b", "g", "s"):
                tf.get_variable(name, [4, 4], initializer=tf.zeros_initializer())


def build(variables: int) -> float:
    """Build a program in a graph of its own; return the processor's time that it took, in seconds."""
    gc.collect()
    with tf.Graph().as_default():
        start = time.process_time()
        for number in range(variables // 4):
            layer(number)
        return time.process_time() - start


def main() -> None:
    """Print the medians, and by how much they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variables", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    tf.disable_v2_behavior()
    build(options.variables)
    rounds = []
    for number in range(options.rounds):
        plain = build(options.variables) if number % 2 else 0.0
        recording: Any = Recording(Surroundings())
        with watched(recording):
            hooked = build(options.variables)
        start = time.process_time()
        reported(recording, "program.py", Places("/"), stacks=False)
        described = time.process_time() - start
        del recording
        rounds.append((plain or build(options.variables), hooked, described))
    in_a_round = statistics.median(hooked / plain - 1 for plain, hooked, _ in rounds)
    without, with_hooks, described = map(min, zip(*rounds, strict=True))
    print(f"{options.variables} variables, {2 * options.variables} calls, {options.rounds} rounds, shortest")
    print(f"without hooks {without:.3f} s, with {with_hooks:.3f} s: {with_hooks / without - 1:+.1%}")
    print(f"median of the rounds {in_a_round:+.1%}; describing the calls at the end {described:.3f} s")


if __name__ == "__main__":
    main()
