"""TensorFlow's own rules for variable scopes, each in a scenario of its own.

The scenarios say what TensorFlow's `variable_scope_test.py` and `template_test.py` pin down. What can't be
said in a scenario without Python code, and is not here:

- scopes left in another order than they were opened in, and `get_variable` on a variable store itself;
- eager execution, `tf.function`, `EagerVariableStore`, and reuse there;
- control dependencies around calls, and calls inside `tf.cond`;
- custom getters, variable creators, device functions and initializers that are functions of a program;
- values of no type of the language: an `auxiliary_name_scope` that is no boolean, `{}` as an initializer;
- what a scope object answers when it is asked: its collections, its constraint, signatures of functions;
- threads, and two graphs entered at once.
"""

import json
from pathlib import Path

import pytest
from support import SCENARIOS, Scopecli

RULES = sorted((SCENARIOS / "variable_scope").glob("*.yaml"))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_rule(path: Path, scopecli: Scopecli) -> None:
    """What each scenario expects of TensorFlow is so, and it expects something."""
    result = scopecli("run", path, "-f", "json")
    assert result.exit_code == 0, result.stderr
    expectations = json.loads(result.stdout)["expectations"]
    assert expectations
    assert [each for each in expectations if not each["ok"]] == []
