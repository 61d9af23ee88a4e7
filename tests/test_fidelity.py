"""scopecli beside plain `tf.compat.v1` code: drawn programs come out the same, step by step.

`SCOPECLI_EXAMPLES=5000 pytest tests/test_fidelity.py` draws others, and more of them.
"""

import json
import os
from typing import Any

import yaml
from hypothesis import HealthCheck, event, given, note, settings
from plain_tf import run_plainly
from programs import programs
from support import Scopecli

EXAMPLES = os.environ.get("SCOPECLI_EXAMPLES")


@settings(
    max_examples=int(EXAMPLES or 100),
    derandomize=not EXAMPLES,
    deadline=None,
    # The fixture is a function without state, and a program is a large thing to draw.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(program=programs())
def test_program(program: dict[str, Any], scopecli: Scopecli) -> None:
    """Outcomes, names, values, messages, scopes and lists are those of the same program in plain TF1."""
    program, expected = run_plainly(program)
    for call in expected["calls"]:
        event(f"{call['step']} {call['outcome']}")
    text = yaml.safe_dump(program, sort_keys=False)
    note(text)
    result = scopecli("run", "-", "-f", "json", text=text)
    assert (result.exit_code, result.stderr) == (0, "")
    report = json.loads(result.stdout)
    assert [each for each in report["expectations"] if not each["ok"]] == []
    assert {name: _like(report[name], wanted) for name, wanted in expected.items()} == expected


def _like(found: Any, wanted: Any) -> Any:
    """Return those fields of the report that plain code tells as well: places and hints it doesn't know."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return {key: _like(value, wanted[key]) for key, value in found.items() if key in wanted}
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [_like(*each) for each in zip(found, wanted, strict=True)]
    return found
