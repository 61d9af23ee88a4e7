"""Finds who asked TensorFlow for what it refused: by the frames of a pasted traceback.

What is refused is mostly asked for by `tf.get_variable`; but a moving average, an optimizer or an RNN cell
may have called it, for a variable of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_FRAME: Final = re.compile(
    r'File "(?P<file>[^"\n]{1,500})", line (?P<line>\d{1,9}), in (?P<function>[\w<>.]{1,100})'
    r"|(?:File )?(?P<file2>[^\s\"(]{1,500}\.py)(?::(?P<line2>\d{1,9}),)? in (?P<function2>\w{1,100})\("
)
_LIBRARY: Final = re.compile(r"[\\/](site-packages|dist-packages|tensorflow(_core)?|tf_keras|keras)[\\/]")
_TRACEBACK: Final = re.compile(r"Traceback \(most recent call last\)|Original stack trace for|Caused by op")


@dataclass(frozen=True, slots=True)
class Asker:
    """A function of TensorFlow's that makes variables for itself.

    Attributes:
        name: what people call.
        entries: for an entry of the knowledge base, by its key, the one that knows this asker.
    """

    name: str
    entries: Mapping[str, str] = field(default_factory=dict)


class Asked(NamedTuple):
    """Who asked, and where a program called it; None where the traceback does not tell."""

    asker: Asker
    caller: str | None

    @property
    def told(self) -> str:
        """The two in words."""
        name = self.asker.name if " " in self.asker.name else f"`{self.asker.name}`"
        return f"{name}, called at {self.caller}" if self.caller else name


_AVERAGE: Final = Asker(
    "ExponentialMovingAverage.apply",
    {"does-not-exist": "average-under-reuse", "slot-under-reuse": "average-under-reuse"},
)
_OPTIMIZER: Final = Asker(
    "Optimizer.minimize",
    {"does-not-exist": "slot-under-reuse", "average-under-reuse": "slot-under-reuse"},
)
# Which function in which file, the last components of its path.
_ASKERS: Final[tuple[tuple[str, str, Asker], ...]] = (
    (r"training/moving_averages\.py", "apply|assign_moving_average|_zero_debias", _AVERAGE),
    (r"training/\w*optimizer\.py", "minimize|apply_gradients", _OPTIMIZER),
    (r"training/saver\.py", r"_?import_meta_graph\w*", Asker("tf.train.import_meta_graph")),
    (r"framework/meta_graph\.py", r"import_scoped_meta_graph\w*", Asker("tf.train.import_meta_graph")),
    (r"ops/metrics_impl\.py", r".*", Asker("tf.metrics", {"uninitialized": "metric-uninitialized"})),
    (r"\w*(rnn_cell\w*|legacy_cells|rnn)\.py", r".*", Asker("an RNN cell")),
    (r"(slim|tf_slim|contrib)/.*layers\w*\.py", r".*", Asker("a layer of slim")),
    (r"(legacy_tf_layers|tensorflow\w*/python/layers)/\w+\.py", r".*", Asker("a layer of tf.layers")),
    (r"(keras|tf_keras)/.*\.py", r".*", Asker("a Keras layer")),
)


def who_asked(text: str) -> Asked | None:
    """Return what a program called that asked for what was refused, by the last traceback of a text.

    None where the program called `tf.get_variable` itself, or nothing that is known.
    """
    starts = [match.end() for match in _TRACEBACK.finditer(text)]
    frames = list(_FRAME.finditer(text, starts[-1] if starts else 0))
    own = [number for number, frame in enumerate(frames) if not _LIBRARY.search(_part(frame, "file"))]
    inside = frames[own[-1] + 1 :] if own else frames
    askers = (_asker(_part(frame, "file"), _part(frame, "function")) for frame in inside)
    asker = next(filter(None, askers), None)
    return Asked(asker, _place(frames[own[-1]]) if own else None) if asker else None


def _asker(file: str, function: str) -> Asker | None:
    path = file.replace("\\", "/")
    known = (
        asker
        for of_file, of_function, asker in _ASKERS
        if re.search(rf"/({of_file})$", path) and re.fullmatch(of_function, function)
    )
    return next(known, None)


def _place(frame: re.Match[str]) -> str:
    line = _part(frame, "line")
    return f"{_part(frame, 'file')}:{line}" if line else _part(frame, "file")


def _part(frame: re.Match[str], name: str) -> str:
    return frame[name] or frame[f"{name}2"] or ""
