"""The names by which programs call the functions of libraries: `slim.conv2d`, `tf.layers.dense`."""

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from types import CodeType, ModuleType
from typing import Any, Final

_SHORT: Final = {"tf_slim": "slim", "tensorflow": "tf", "tf_keras": "tf.keras"}
_WRAPPERS: Final = frozenset(
    "func_with_args error_handler wrapper wrapped new_func op_dispatch_handler __call__".split()
)
_LEGACY: Final = "keras.__internal__.legacy."  # how tf_keras exports the layers and cells of TF1
_DIRECT: Final = (
    "get_variable get_local_variable Variable VariableV1 _variable_v1 __init__ __enter__ _run_code call"
).split()


def library_name(frames: Sequence[Any]) -> str:
    """Return the name of the first library function among the frames that the user's line led to.

    It is empty where the user called TensorFlow's functions for variables directly.
    """
    for frame in frames:
        named = _name_on_line(frame.filename, frame.name, frame.lineno)
        if named:
            return "" if named.rpartition(".")[2] in _DIRECT else named
    return ""


@cache
def _name_on_line(file: str, name: str, line: int) -> str:
    module = _modules().get(file)
    if module is None or name in _WRAPPERS:
        return ""
    package = module.__name__.partition(".")[0]
    if package not in _SHORT:
        is_named = package not in sys.stdlib_module_names and not name.startswith("<")
        return _within(module, name, line) if is_named else ""
    exported = _exported_name(module, name, line)
    if exported:
        return f"tf.{exported}"
    if name.startswith(("_", "<")):
        return ""
    public = _public(sys.modules[package], module, name) if package == "tf_slim" else name
    return f"{_SHORT[package]}.{public}"


def _exported_name(module: ModuleType, name: str, line: int) -> str:
    """Return the name in TensorFlow's v1 API of a function, or a class and its method."""
    for prefix, found in _candidates(module, name, line):
        public = _public_name(prefix) if prefix else _public_name(found) or _public_name(_unwrap(found))
        if public:
            return f"{public}.{name}" if prefix else public
    return ""


def _within(module: ModuleType, name: str, line: int) -> str:
    """Return the name of a function where it is defined; for what makes or calls an object, its class's."""
    owner = next((owner for owner, _ in _candidates(module, name, line) if owner), None)
    if owner is None:
        return f"{module.__name__}.{name}"
    named = f"{module.__name__}.{owner.__name__}"
    return named if name.startswith("__") else f"{named}.{name}"


def _public_name(exported: Any) -> str:
    """Return the name that an object is exported under; empty if it is not."""
    for attribute in ("_tf_api_names_v1", "_keras_api_names_v1"):
        names = getattr(exported, "__dict__", {}).get(attribute)  # its own, not those of a base
        if names:
            return str(names[0]).removeprefix(_LEGACY)
    return ""


def _candidates(module: ModuleType, name: str, line: int) -> Iterator[tuple[Any, Any]]:
    """Yield what of a module has a name and the line in it: a class or None, and the function."""
    for key, var in list(vars(module).items()):
        if key == name and _has_line(var, line):
            yield None, var
        if isinstance(var, type) and name in vars(var) and _has_line(vars(var)[name], line):
            yield var, vars(var)[name]


def _has_line(function: Any, line: int) -> bool:
    code = getattr(_unwrap(function), "__code__", None)
    return isinstance(code, CodeType) and code.co_firstlineno <= line <= _last_line(code)


def _unwrap(function: Any) -> Any:
    while True:
        inner = getattr(function, "__wrapped__", None) or getattr(function, "_tf_decorator", None)
        inner = getattr(inner, "decorated_target", inner)
        if inner is None or inner is function:
            return function
        function = inner


def _last_line(code: CodeType) -> int:
    return max((line for *_, line in code.co_lines() if line is not None), default=code.co_firstlineno)


def _public(package: ModuleType, module: ModuleType, name: str) -> str:
    """Return the shortest name under which a package has a function: `conv2d` of `convolution2d`."""
    names = [key for key, var in vars(package).items() if getattr(var, "__name__", None) == name]
    return min(names, key=len, default=f"{module.__name__.partition('.')[2]}.{name}")


@cache
def _modules() -> dict[str, ModuleType]:
    """Return the modules by their files; asked for once, at the end."""
    loaded = list(sys.modules.values())
    return {str(module.__file__): module for module in loaded if getattr(module, "__file__", None)}
