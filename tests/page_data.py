"""Made-up data for the page, and the page that shows it."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, TypeAlias

from scopecli.drawing.page import filled_lines

Data: TypeAlias = dict[str, Any]

COLUMNS = "name shape dtype trainable role size bytes kind device collections calls key".split()


def fill_page(data: Data) -> str:
    """Return the page that shows some data."""
    return "\n".join(filled_lines(data))


def variable(name: str, shape: Sequence[int | None] | None = (2, 3), **facts: Any) -> Data:
    """Return a variable: of float32 and trainable, unless it is said otherwise."""
    known = shape is not None and None not in shape
    size = prod(shape) if known and shape is not None else None  # type: ignore[type-var]
    row = {
        "name": name,
        "shape": None if shape is None else list(shape),
        "dtype": "float32",
        "trainable": True,
        "role": "weight",
        "size": size,
        "bytes": None if size is None else size * 4,
        "kind": "ref",
        "device": "",
        "collections": 0,
        "calls": [],
        "key": None,
    }
    return row | facts


def call(index: int, name: str, scope: str = "", **facts: Any) -> Data:
    """Return a call of `get_variable` that created something, unless it is said otherwise."""
    return {
        "index": index,
        "label": f"#{index}",
        "step": "get_variable",
        "name": name,
        "scope": scope,
        "reuse": "False",
        "reuse_set_at": None,
        "outcome": "created",
        "variable": None,
        "variable_name": None,
        "first_call": None,
        "place": f"net.py:{index + 1}:1",
        "source_line": "",
        "value": None,
        "why": [],
        "uses": [],
        "problem": None,
    } | facts


def graph(variables: Sequence[Data] = (), calls: Sequence[Data] = (), **facts: Any) -> Data:
    """Return a graph of the page's data."""
    known = [row for row in variables if row["bytes"] is not None]
    return {
        "path": "net.yaml",
        "kind": "scenario",
        "title": None,
        "description": None,
        "tensorflow": "2.21.0",
        "notes": [],
        "totals": {
            "variables": len(variables),
            "parameters": sum(row["size"] for row in known),
            "trainable_parameters": sum(row["size"] for row in known if row["trainable"]),
            "bytes": sum(row["bytes"] for row in known),
        },
        "columns": list(COLUMNS),
        "variables": {column: [row[column] for row in variables] for column in COLUMNS},
        "collection_sets": [["trainable_variables", "variables"]],
        "local": [],
        "calls": list(calls),
        "problems": [],
        "statistics": None,
        "drawing": None,
    } | facts


def page(*graphs: Data, comparison: Data | None = None, title: str = "net.yaml") -> Data:
    """Return the data of a page."""
    return {"scopecli": "0.1.0", "title": title, "graphs": list(graphs), "comparison": comparison}


def statistics(rows: Sequence[Mapping[str, Any]]) -> Data:
    """Return the statistics of some variables, for each what is not as it mostly is."""
    usual = {"min": -1.0, "max": 1.0, "mean": 0.0, "std": 0.5, "l2": 2.5, "zeros": 0, "nan": 0, "inf": 0}
    columns = usual | {"flags": [], "histograms": {"low": -1.0, "high": 1.0, "counts": [*range(20)]}}
    return {column: [row.get(column, value) for row in rows] for column, value in columns.items()}
