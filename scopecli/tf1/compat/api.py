"""TF1's API, as what stands in for parts of it builds on it."""

import importlib
from typing import Any


def tf1_api() -> Any:
    """Return `tensorflow.compat.v1`; a program that asks for its old parts has loaded TensorFlow."""
    return importlib.import_module("tensorflow.compat.v1")
