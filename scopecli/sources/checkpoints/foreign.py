"""Opens the checkpoints that only TensorFlow's own reader knows: of the first version, or compressed."""

from typing import Any

from scopecli import tf1
from scopecli.ground.dtypes import DTYPES
from scopecli.ground.errors import EngineError, InvalidSourceError
from scopecli.report.model import Report, Source, Variable, with_roles
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.checkpoints.files import unreadable
from scopecli.sources.checkpoints.rows import saved
from scopecli.sources.opened import Opened


def open_foreign(prefix: str, *, own_process: bool) -> Opened:
    """Read a checkpoint through TensorFlow; it does not say what is kept in slices, or under which keys.

    Raises:
        InvalidSourceError: if TensorFlow can't read it either.
        TensorFlowUnavailableError: if there is no TensorFlow.
    """
    by_name = {dtype.name: dtype for dtype in DTYPES.values()}
    try:
        with tf1.held():
            reader = tf1.CheckpointReader(prefix, own_process=own_process)
            tensors = reader.tensors()
    except EngineError as error:
        raise _refused(prefix, error) from None

    def read(variable: Variable) -> Any:
        try:
            return _as_array(reader.read(variable.name))
        except EngineError as error:
            raise _refused(prefix, error, f" of {variable.name!r}") from None

    variables = tuple(saved(name, by_name[dtype], shape) for name, (dtype, shape) in tensors.items())
    return Opened(with_roles(Report(Source(SourceKind.CHECKPOINT, prefix), variables=variables)), read)


def _as_array(value: Any) -> Any:
    """Return a value as an array also where TensorFlow's reader returns a string alone."""
    import numpy as np  # noqa: PLC0415 - only to read values

    return np.array(value, dtype=object) if isinstance(value, bytes | str) else np.asarray(value)


def _refused(prefix: str, error: EngineError, of: str = "") -> InvalidSourceError:
    return unreadable(prefix, f"TensorFlow's reader says{of}: {error.message}")
