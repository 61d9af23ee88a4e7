"""Runs a program both ways: in plain `tf.compat.v1` code, and as a scenario by scopecli's command line."""

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import yaml
from hypothesis import currently_in_test_context, note
from plain_tf import run_plainly
from support import Scopecli

# TensorFlow lists these in another order every time.
_ATTRIBUTES = re.compile(r" with these attrs: .*?\\nRegistered devices")


def both_ways(
    program: dict[str, Any], scopecli: Scopecli, *, expected_failures: int | None = None
) -> dict[str, Any]:
    """Assert that scopecli says of a program what plain code says; return that.

    Args:
        program: a scenario as YAML has it, with a `seed`; what is refused is found out by the plain code.
        scopecli: runs the command line.
        expected_failures: how many of the refusals are expected; the next one ends the program.
    """
    program, expected = run_plainly(program)
    if expected_failures is not None and expected["error"] is None:
        _forget_raises(program["steps"], count(-expected_failures))
        program, expected = run_plainly(program, as_written=True)
    text = yaml.safe_dump(program, sort_keys=False)
    if currently_in_test_context():
        note(text)
    result = scopecli("run", "-", "-f", "json", text=text)
    assert (result.exit_code, bool(result.stderr)) == ((1, True) if expected["error"] else (0, False)), text
    report = json.loads(_ATTRIBUTES.sub("", result.stdout))
    expected = json.loads(_ATTRIBUTES.sub("", json.dumps(expected)))
    assert [each for each in report["expectations"] if not each["ok"]] == []
    assert {name: _like(report[name], wanted) for name, wanted in expected.items()} == expected
    return expected


def _forget_raises(steps: list[dict[str, Any]], numbers: Iterator[int]) -> None:
    """Leave out `raises` at the step of number 0."""
    for step in steps:
        _forget_raises(step.get("steps", []), numbers)
        if "raises" in step and next(numbers) == 0:
            del step["raises"]


def _like(found: Any, wanted: Any) -> Any:
    """Return those fields of the report that plain code tells as well: places and hints it doesn't know."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return {key: _like(value, wanted[key]) for key, value in found.items() if key in wanted}
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [_like(*each) for each in zip(found, wanted, strict=True)]
    return found
