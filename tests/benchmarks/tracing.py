"""Measures what watching costs: `python tests/benchmarks/tracing.py`.

Two programs of 2,000 variables are built in one process, one with the hooks and one without, in turns of 200
variables, now the one first and now the other: what else the machine does meets both alike. The processor's
time of each is summed up; the median of the rounds is told, and between what they lie. Python's collector is
held off, as `timeit` has it: one whole pass takes as long as 500 variables, and comes at one side alone.
"""

import argparse
import gc
import statistics
import time
from contextlib import nullcontext
from typing import Any

import tensorflow.compat.v1 as tf

from scopecli.tf1.watching.hooks import watch_calls
from scopecli.tf1.watching.surroundings import Surroundings
from scopecli.tracing.places import Places
from scopecli.tracing.recording import Recording
from scopecli.tracing.reporting import describe_recording

PER_LAYER = 4
PER_TURN = 50


def layer(number: int) -> None:
    """Make four variables, and share them."""
    for _ in range(2):
        with tf.variable_scope(f"layer_{number}", reuse=tf.AUTO_REUSE):
            for name in ("w", "b", "g", "s"):
                tf.get_variable(name, [4, 4], initializer=tf.zeros_initializer())


class Side:
    """A program that grows by some layers at a time, and how many seconds of the processor it took."""

    def __init__(self, recording: Any = None) -> None:
        self.seconds = 0.0
        self._graph = tf.Graph()
        self._recording = recording

    def build(self, first: int) -> None:
        """Build a few layers more."""
        hooks = watch_calls(self._recording) if self._recording else nullcontext()
        with self._graph.as_default(), hooks:
            start = time.process_time()
            for number in range(first, first + PER_TURN):
                layer(number)
            self.seconds += time.process_time() - start


def measured(variables: int) -> tuple[float, float, float]:
    """Return the seconds without hooks, with them, and those to describe the calls at the end."""
    gc.collect()
    gc.disable()
    recording = Recording(Surroundings())
    plain, hooked = Side(), Side(recording)
    for first in range(0, variables // PER_LAYER, PER_TURN):
        for side in (plain, hooked) if first // PER_TURN % 2 else (hooked, plain):
            side.build(first)
    gc.enable()
    start = time.process_time()
    describe_recording(recording, "program.py", Places("/"), stacks=False)
    return plain.seconds, hooked.seconds, time.process_time() - start


def main() -> None:
    """Print the medians, and by how much they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variables", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tf.disable_v2_behavior()
    measured(200)
    rounds = [measured(options.variables) for _ in range(options.rounds)]
    without, with_hooks, described = map(statistics.median, zip(*rounds, strict=True))
    added = sorted(hooked / plain - 1 for plain, hooked, _ in rounds)
    print(f"{options.variables} variables, {2 * options.variables} calls, {options.rounds} rounds, medians")
    print(f"without hooks {without:.3f} s, with {with_hooks:.3f} s", end="")
    print(f": {statistics.median(added):+.1%}, from {added[0]:+.1%} to {added[-1]:+.1%}")
    print(f"describing the calls at the end {described:.3f} s")


if __name__ == "__main__":
    main()
