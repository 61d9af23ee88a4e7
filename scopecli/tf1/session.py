"""A TF1 session over a finished graph: initialises variables, changes them, and fetches their values."""

import glob
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from scopecli.ground.clusters import Servers, place_of
from scopecli.ground.errors import EngineError
from scopecli.tf1.apart import run_apart
from scopecli.tf1.connecting import connect, listed_tasks, silent_tasks
from scopecli.tf1.describing import parts
from scopecli.tf1.refusals import translate_errors
from scopecli.tf1.startup import TensorFlow, lazy

_FOR_GPUS: Final = ("gpu_options", "pluggable_device_options")
_abandoned: Final[list[Any]] = []  # sessions that were interrupted: to forget one would be to close it
_FETCHED_TOGETHER: Final = 32 * 1024 * 1024  # bytes: enough to make the calls cheap, little beside a model


class Session:
    """A session on the CPU, with the graph optimizer off: a graph of initializers gives it nothing to do.

    With options of its own, it is what they say, and the devices of the graph hold; on servers they hold too.
    Every method raises `EngineError` where TensorFlow fails, which names the task that was lost.
    """

    def __init__(
        self,
        tf: TensorFlow,
        graph: Any,
        config: Mapping[str, Any] | None = None,
        servers: Servers | None = None,
    ) -> None:
        """Open the session.

        Args:
            tf: TensorFlow's objects.
            graph: the graph, which is finished.
            config: the fields of `tf.ConfigProto`; None for the CPU.
            servers: where it runs; None for this process.

        Raises:
            ServersError: if one of the servers does not answer, or they are others than are meant.
        """
        self._tf = tf
        self._graph = graph
        self._given = config
        self._servers = servers
        if servers:
            self._tasks = connect(tf, servers, _task_names(graph), (config or {}).get("device_filters", ()))
        elif config is None:
            for operation in graph.get_operations():
                if operation.device:  # told already, and perhaps a job or a GPU that is not here
                    operation._set_device("")  # noqa: SLF001 - TensorFlow's own way to move an operation
        with translate_errors(tf.OpError):
            target = servers.target if servers else ""
            self._session = tf.Session(target, graph=graph, config=_config(tf, config))
        self._result: Future[Any] | None = None
        self._wholes: dict[int, Any] = {}

    def close(self) -> None:
        """Free what the session holds, unless it was interrupted: that would wait until it has run.

        Servers that are gone would be waited for, too, by TensorFlow's own `Session.__del__` as well.
        """
        if self._result is not None and not self._result.done():
            _abandoned.append(self._session)
        elif self._servers is None:
            self._session.close()
        else:
            wait([run_apart(self._session.close)], self._servers.connect_timeout)

    def without_effect(self) -> list[str]:
        """Return the options given that mean nothing on this machine: those of GPUs where there is none."""
        if self._given is None or any(device.device_type != "CPU" for device in self._session.list_devices()):
            return []
        counted = self._given.get("device_count", {})
        devices = [f"device_count.{name}" for name, count in counted.items() if name != "CPU" and count]
        return [*(name for name in _FOR_GPUS if self._given.get(name)), *devices]

    def initialize(self, variables: Sequence[Any]) -> None:
        """Run the initializers of some variables, in one call."""
        with self._asking():
            whole = [part for variable in variables for part in parts(self._tf, variable)]
            self._run(self._tf.variables_initializer(whole))

    def assign(self, variable: Any, how: str, value: Any, *, is_variable: bool) -> None:
        """Change a variable.

        Args:
            variable: what a call yielded.
            how: `assign`, `assign_add` or `assign_sub`.
            value: a whole tensor, as Python has it, or another variable.
            is_variable: whether it is one.
        """
        with self._asking():
            tensor = self._whole(value) if is_variable else self._constant(value, variable)
            if isinstance(variable, self._tf.PartitionedVariable):
                self._run(getattr(variable, how)(tensor))
            else:
                self._run(getattr(self._tf, how)(variable, tensor))

    def _constant(self, value: Any, variable: Any) -> Any:
        return self._tf.constant(value, dtype=variable.dtype.base_dtype)

    def save(self, path: str) -> None:
        """Write a checkpoint with `tf.train.Saver`; what it leaves where it can't is taken away."""
        there = _half_written(path)
        try:
            with self._asking():
                lazy.Saver().save(self._session, path, write_meta_graph=False)
        except BaseException:
            for left in _half_written(path) - there:
                with suppress(OSError):
                    Path(left).unlink()
            raise

    def restore(self, path: str) -> None:
        """Read a checkpoint with `tf.train.Saver`."""
        with self._asking():
            lazy.Saver().restore(self._session, path)

    def are_initialized(self, variables: Sequence[Any]) -> list[bool]:
        """Return for each variable whether it has a value; a tensor has the value of what it is made of."""
        with self._asking():
            asked = [
                [self._tf.is_variable_initialized(part) for part in parts(self._tf, variable)]
                for variable in variables
            ]
            return [all(answers) for answers in self._run(asked)]

    def fetch(self, variables: Iterable[tuple[Any, int]]) -> Iterator[Any]:
        """Yield the value of each variable as an array, few of them in memory at a time.

        Args:
            variables: each with the bytes it takes, 0 where they are not known.
        """
        for group in group_by_size(variables):
            with self._asking():
                fetched = self._run([self._whole(variable) for variable in group])
            while fetched:
                yield as_array(fetched.pop(0))

    def values_of(self, tensors: Sequence[Any]) -> list[Any]:
        """Return the values of tensors as arrays, fetched in one call."""
        if not tensors:
            return []
        with self._asking():
            return list(map(as_array, self._run(tensors)))

    def _whole(self, variable: Any) -> Any:
        """Return what to fetch for a variable: of one in parts a tensor, the same every time."""
        if not isinstance(variable, self._tf.PartitionedVariable):
            return variable
        if id(variable) not in self._wholes:  # a second one could not have the name of a variable called `s/`
            self._wholes[id(variable)] = variable.as_tensor()
        return self._wholes[id(variable)]

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            with translate_errors(self._tf.OpError), self._graph.as_default():
                yield
        except EngineError as error:
            lost = isinstance(error.__cause__, _of_lost_tasks()) and self._lost_tasks()
            if lost:
                raise EngineError(error.type_names, error.message, error.operation, lost) from error.__cause__
            raise

    def _run(self, asked: Any) -> Any:
        """Run the session on another thread: inside of TensorFlow Python is not told of an interrupt.

        On servers, they are looked for while nothing comes: TensorFlow waits for one that hangs for ever.
        """
        self._result = result = run_apart(lambda: self._call(asked))
        while self._servers and not wait([result], self._servers.connect_timeout).done:
            lost = self._lost_tasks()
            if lost and not result.done():
                message = f"nothing came of it for {self._servers.connect_timeout:g} seconds"
                raise EngineError(("TimeoutError",), message, None, lost)
        return result.result()

    def _call(self, asked: Any) -> Any:
        """Run the session; TensorFlow stumbles over some messages of servers, and tells that."""
        try:
            return self._session.run(asked)
        except ValueError as error:
            if isinstance(error.__context__, self._tf.OpError):
                raise error.__context__ from None
            raise

    def _lost_tasks(self) -> str:
        """Return which tasks do not answer any more; empty if all do."""
        if self._servers is None:
            return ""
        return listed_tasks(self._servers, silent_tasks(self._tf, self._servers, sorted(self._tasks)))


def group_by_size(variables: Iterable[tuple[Any, int]]) -> Iterator[list[Any]]:
    """Yield together as many as are fetched in one call; each comes with its bytes."""
    taken = 0

    def number(item: tuple[Any, int]) -> int:
        nonlocal taken
        taken += item[1]
        return taken // _FETCHED_TOGETHER

    for _, group in groupby(variables, key=number):
        yield [variable for variable, _ in group]


def as_array(value: Any) -> Any:
    """Return what a session fetched as an array."""
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    # A scalar string comes as bytes, from which numpy would drop zeros at the end.
    return np.asarray(value, dtype=object if isinstance(value, bytes) else None)


def _config(tf: TensorFlow, given: Mapping[str, Any] | None) -> Any:
    if given is not None:
        from google.protobuf.json_format import ParseDict  # noqa: PLC0415 - few scenarios have options

        return ParseDict(dict(given), tf.ConfigProto())
    config = tf.ConfigProto(device_count={"GPU": 0})
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return config


def _of_lost_tasks() -> tuple[Any, ...]:
    """Return what TensorFlow raises where a task is lost; of one that came back, it knows no session."""
    return (lazy.UnavailableError, lazy.AbortedError, lazy.DeadlineExceededError)


def _task_names(graph: Any) -> set[str]:
    """Return the tasks that the operations of a graph are on."""
    devices = {operation.device for operation in graph.get_operations()}
    places = map(place_of, devices)
    return {place.task_name for place in places if place.job is not None and place.task is not None}


def _half_written(path: str) -> set[str]:
    """Return the files that TensorFlow writes before they get their names (`BundleWriter`)."""
    return set(glob.glob(f"{glob.escape(path)}.*.tempstate*"))  # noqa: PTH207 - a path of any kind
