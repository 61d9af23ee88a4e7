"""scopecli beside plain `tf.compat.v1` code: drawn programs come out the same, step by step.

`SCOPECLI_EXAMPLES=5000 pytest tests/test_fidelity.py` draws others, and more of them.
"""

import os
from collections import Counter
from statistics import median
from typing import Any

from both_ways import both_ways
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from plain_tf import run_plainly
from programs import programs
from support import Scopecli

EXAMPLES = os.environ.get("SCOPECLI_EXAMPLES")
DRAWN = settings(
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


@DRAWN
@given(program=programs(), expected_failures=st.sampled_from([None, None, None, 0, 1, 2]))
def test_program(program: dict[str, Any], expected_failures: int | None, scopecli: Scopecli) -> None:
    """Outcomes, names, values, messages, scopes and lists are those of the same program in plain TF1."""
    for call in both_ways(program, scopecli, expected_failures=expected_failures)["calls"]:
        event(f"{call['step']} {call['outcome']}")


def test_programs_are_worth_comparing() -> None:
    """Most drawn programs make several variables; making, sharing and refusing are all frequent."""
    outcomes: Counter[str] = Counter()
    made = []

    @settings(DRAWN, max_examples=30, derandomize=True)
    @given(program=programs())
    def count(program: dict[str, Any]) -> None:
        calls = Counter(call["outcome"] for call in run_plainly(program)[1]["calls"])
        outcomes.update(calls)
        made.append(calls["created"])

    count()
    assert outcomes.keys() == {"created", "reused", "raised"}
    assert min(outcomes.values()) > outcomes.total() / 20, outcomes
    assert median(made) >= 3, Counter(made)
