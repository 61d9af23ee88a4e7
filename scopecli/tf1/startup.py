"""Loads TensorFlow: the only module that imports it, and the only one that knows there are two ways.

The ordinary way is `import tensorflow`. The fast way leaves the package's own `__init__` unexecuted: with
bare parent modules in `sys.modules`, the modules that define the v1 variable API load by themselves in a
third of the time, and the objects are the same. It is for a process that is scopecli's own: a bare
`tensorflow` in `sys.modules` is of no use to anything else, so everyone else gets the ordinary way.
"""

import gc
import importlib
import logging
import os
import sys
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from scopecli.ground.collector import collector_held
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import TensorFlowUnavailableError

FULL_IMPORT: Final = "SCOPECLI_FULL_IMPORT"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TensorFlow:
    """What scopecli uses of TensorFlow.

    Each field's default says where in the package the object is: `module:attribute`, or a whole `module:`.
    """

    AUTO_REUSE: Any = "python.ops.variable_scope:AUTO_REUSE"
    ConfigProto: Any = "core.protobuf.config_pb2:ConfigProto"
    Graph: Any = "python.framework.ops:Graph"
    GraphKeys: Any = "python.framework.ops:GraphKeys"
    OpError: Any = "python.framework.errors_impl:OpError"
    RefVariable: Any = "python.ops.ref_variable:RefVariable"
    Session: Any = "python.client.session:Session"
    Variable: Any = "python.ops.variable_v1:VariableV1"
    VariableScope: Any = "python.ops.variable_scope:VariableScope"
    as_dtype: Any = "python.framework.dtypes:as_dtype"
    assign: Any = "python.ops.state_ops:assign"
    assign_add: Any = "python.ops.state_ops:assign_add"
    assign_sub: Any = "python.ops.state_ops:assign_sub"
    constant: Any = "python.framework.constant_op:constant_v1"
    control_flow_util: Any = "python.ops.control_flow_util:"
    device: Any = "python.framework.ops:device"
    get_local_variable: Any = "python.ops.variable_scope:get_local_variable"
    get_variable: Any = "python.ops.variable_scope:get_variable"
    get_variable_scope: Any = "python.ops.variable_scope:get_variable_scope"
    global_variables: Any = "python.ops.variables:global_variables"
    init_ops: Any = "python.ops.init_ops:"
    is_variable_initialized: Any = "python.ops.variable_v1:is_variable_initialized"
    local_variables: Any = "python.ops.variables:local_variables"
    math_ops: Any = "python.ops.math_ops:"
    name_scope: Any = "python.framework.ops:name_scope_v1"
    no_regularizer: Any = "python.ops.variable_scope:no_regularizer"
    PartitionedVariable: Any = "python.ops.variables:PartitionedVariable"
    set_random_seed: Any = "python.framework.random_seed:set_random_seed"
    trainable_variables: Any = "python.ops.variables:trainable_variables"
    variable_scope: Any = "python.ops.variable_scope:variable_scope"
    variables_initializer: Any = "python.ops.variables:variables_initializer"
    VariableAggregation: Any = "python.ops.variables:VariableAggregation"
    VariableSynchronization: Any = "python.ops.variables:VariableSynchronization"
    version: Any = "python.framework.versions:VERSION"


_loaded: TensorFlow | None = None


def load(*, own_process: bool = False) -> TensorFlow:
    """Return TensorFlow's objects, loading them at the first call.

    The fast way is taken only with `own_process`, if TensorFlow is not imported yet and the environment
    variable `SCOPECLI_FULL_IMPORT` is empty; where it fails, the ordinary way follows.

    Raises:
        TensorFlowUnavailableError: if TensorFlow is missing, or lacks what scopecli builds on.
    """
    global _loaded  # noqa: PLW0603 - as with any import, the first one counts
    if _loaded is None:
        _loaded = (_load_fast() if _may_be_fast(own_process=own_process) else None) or _load_fully()
    return _loaded


def _may_be_fast(*, own_process: bool) -> bool:
    return own_process and "tensorflow" not in sys.modules and not os.environ.get(FULL_IMPORT)


class _Lazy:
    """What few scenarios need: each is loaded at its first use, not with the rest.

    Where this TensorFlow has none, that raises TensorFlowUnavailableError.
    """

    AttrValue: Any = "core.framework.attr_value_pb2:AttrValue"
    AbortedError: Any = "python.framework.errors_impl:AbortedError"
    BaseSession: Any = "python.client.session:BaseSession"
    ClusterSpec: Any = "python.training.server_lib:ClusterSpec"
    DeadlineExceededError: Any = "python.framework.errors_impl:DeadlineExceededError"
    GraphDef: Any = "core.framework.graph_pb2:GraphDef"
    NodeDef: Any = "core.framework.node_def_pb2:NodeDef"
    FailedPreconditionError: Any = "python.framework.errors_impl:FailedPreconditionError"
    Saver: Any = "python.training.saver:Saver"
    Server: Any = "python.training.server_lib:Server"
    TensorShape: Any = "python.framework.tensor_shape:TensorShape"
    UnavailableError: Any = "python.framework.errors_impl:UnavailableError"
    UnknownError: Any = "python.framework.errors_impl:UnknownError"
    VariableMetaclass: Any = "python.ops.variables:VariableMetaclass"
    constraints: Any = "python.keras.constraints:"
    context: Any = "python.eager.context:"
    deprecation: Any = "python.util.deprecation:"
    extract_stack: Any = "python.util.tf_stack:extract_stack"
    get_default_graph: Any = "python.framework.ops:get_default_graph"
    import_graph_def: Any = "python.framework.importer:import_graph_def"
    l2_loss: Any = "python.ops.gen_nn_ops:l2_loss"
    make_template: Any = "python.ops.template:make_template"
    partitioned_variables: Any = "python.ops.partitioned_variables:"
    replica_device_setter: Any = "python.training.device_setter:replica_device_setter"
    variable_scope_module: Any = "python.ops.variable_scope:"

    def __getattribute__(self, name: str) -> Any:
        """Return an object, from where its default says."""
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        found = self.__dict__
        if name not in found:
            load()
            try:
                found[name] = _object(getattr(_Lazy, name))
            except (ImportError, AttributeError) as error:
                raise _lacking(error) from None
        return found[name]


lazy: Final = _Lazy()


def _load_fast() -> TensorFlow | None:
    """Return TensorFlow's objects without its package's `__init__`, or None if its layout is another."""
    added = _add_bare_packages()
    if not added:
        return None
    try:
        with collector_held(), _annotations_compiled_once():
            loaded = _resolve()
            gc.freeze()  # what modules hold is there to stay
            return loaded
    except (ImportError, AttributeError) as error:
        _log.info("the fast way to TensorFlow is not there (%s); importing it in full", error)
        for name in added:
            del sys.modules[name]
        return None


def _add_bare_packages() -> tuple[str, ...]:
    """Put the parent packages into `sys.modules` unexecuted; return their names, if TensorFlow is there."""
    spec = PathFinder.find_spec("tensorflow")
    if spec is None or spec.origin is None:
        return ()
    root = Path(spec.origin).parent
    packages = {"tensorflow": root, "tensorflow.python": root / "python"}
    for name, folder in packages.items():
        module = ModuleType(name)
        module.__path__ = [str(folder)]
        module.__spec__ = ModuleSpec(name, None, is_package=True)
        module.__spec__.submodule_search_locations = module.__path__
        sys.modules[name] = module
    return tuple(packages)


@contextmanager
def _annotations_compiled_once() -> Iterator[None]:
    """Have `typing` compile each annotation that is a string once; it is as it was afterwards.

    TensorFlow's generated modules write the same thirty names of types some ten thousand times, and to
    compile them takes a sixth of all the loading.
    """
    names = vars(typing)
    names["compile"] = cache(compile)
    try:
        yield
    finally:
        del names["compile"]


def _load_fully() -> TensorFlow:
    _import_fully()
    try:
        return _resolve()
    except (ImportError, AttributeError) as error:
        raise _lacking(error) from None


def _import_fully() -> None:
    try:
        importlib.import_module("tensorflow")
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError) and error.name == "tensorflow":
            raise _unavailable("TensorFlow is not installed", "pip install tensorflow") from None
        hint = "`python -c 'import tensorflow'` shows where it fails"
        raise _unavailable(f"TensorFlow can't be loaded: {error}", hint) from None


def _resolve() -> TensorFlow:
    return TensorFlow(*(_object(str(field.default)) for field in fields(TensorFlow)))


def _object(path: str) -> Any:
    name, _, attribute = path.partition(":")
    module = importlib.import_module(f"tensorflow.{name}")
    return getattr(module, attribute) if attribute else module


def _lacking(error: Exception) -> TensorFlowUnavailableError:
    hint = "scopecli is tested with TensorFlow 2.16 to 2.21"
    return _unavailable(f"this TensorFlow lacks what scopecli builds on: {error}", hint)


def _unavailable(message: str, hint: str) -> TensorFlowUnavailableError:
    return TensorFlowUnavailableError([Diagnostic("SC201", message, Location("tensorflow"), hint)])
