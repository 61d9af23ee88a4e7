"""Words of the language that stand for TF1's own: its regularizers, assignments of variables, `raises`."""

import json
from typing import Any

import pytest
import tensorflow.compat.v1 as tf
import tf_slim
from support import Scopecli, Write

REGULARIZERS: list[tuple[str, Any]] = [
    ("{l1_regularizer: 0.5}", tf_slim.l1_regularizer(0.5)),
    ("{l2_regularizer: 0.5}", tf_slim.l2_regularizer(0.5)),
    ("{l2_regularizer: {scale: 0.25}}", tf_slim.l2_regularizer(0.25)),
    ("{l1_l2_regularizer: {scale_l1: 0.5, scale_l2: 2.0}}", tf_slim.l1_l2_regularizer(0.5, 2.0)),
    ("{l1_l2_regularizer: {scale_l1: 0.5}}", tf_slim.l1_l2_regularizer(0.5)),
    ("{l2_regularizer: 0.0}", tf_slim.l2_regularizer(0.0)),
]


@pytest.mark.parametrize("kind", ["", ", use_resource: true", ", partitioner: {fixed_size: 2}"])
@pytest.mark.parametrize(("written", "plain"), REGULARIZERS, ids=[written for written, _ in REGULARIZERS])
def test_regularizers_of_tf1(
    written: str, plain: Any, kind: str, scopecli: Scopecli, scenario: Write
) -> None:
    """What `tf.contrib.layers` had adds the same losses by the same names as where it lives on."""
    path = scenario(
        f"steps: [{{variable_scope: s, steps: [{{get_variable: w, shape: [4], initializer: {{constant: 3}}, "
        f"regularizer: {written}{kind}}}]}}]\n"
    )
    report = json.loads(scopecli("run", path, "-f", "json").stdout)
    options: dict[str, Any] = {"use_resource": True} if "resource" in kind else {}
    if "partitioner" in kind:
        options["partitioner"] = tf.fixed_size_partitioner(2)
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("s"):
            tf.get_variable("w", [4], initializer=tf.constant_initializer(3), regularizer=plain, **options)
        session.run(tf.global_variables_initializer())
        losses = tf.losses.get_regularization_losses()
        expected = [(loss.op.name, session.run(loss)) for loss in losses]
    assert [(loss["name"].removesuffix(":0"), loss["value"]) for loss in report["losses"]] == expected


KINDS = ["", "use_resource: true", "partitioner: {fixed_size: 2}"]


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_a_variable_is_given_the_value_of_another(
    target: str, source: str, scopecli: Scopecli, scenario: Write
) -> None:
    """It is the value that the other has at that moment, whatever the kinds of the two."""
    path = scenario(
        "steps:\n"
        f"  - {{get_variable: a, shape: [4], initializer: ones, as: a, {target}}}\n"
        f"  - {{get_variable: b, shape: [4], initializer: {{constant: 3}}, as: b, {source}}}\n"
        "session:\n"
        "  - initialize\n"
        "  - {assign_add: $a, value: $b}\n"
        "  - {assign_sub: $a, value: [1., 1., 1., 2.]}\n"
        "  - show\n"
        "  - {assign: $b, value: $a}\n"
        "  - show\n"
    )
    before, after = json.loads(scopecli("run", path, "-f", "json").stdout)["snapshots"]
    assert before == {"a": [3.0, 3.0, 3.0, 2.0], "b": [3.0] * 4}
    assert after == {"a": before["a"], "b": before["a"]}


def test_an_assignment_that_tensorflow_refuses(scopecli: Scopecli, scenario: Write) -> None:
    """The shapes and dtypes of the two are TensorFlow's to judge; the message has the entry's place."""
    path = scenario(
        "steps: [{get_variable: a, shape: [2], as: a}, {get_variable: b, shape: [3], as: b}]\n"
        "session: [initialize, {assign: $a, value: $b}]\n"
    )
    result = scopecli("run", path)
    assert result.exit_code == 1
    assert "scenario.yaml:2:23: error: ValueError: " in result.stderr


@pytest.mark.parametrize(
    ("raises", "status"),
    [("{match: already}", 0), ("{type: ValueError}", 0), ("{match: no such words}", 1), ("{}", 2)],
)
def test_any_exception_with_a_text(raises: str, status: int, scopecli: Scopecli, scenario: Write) -> None:
    """Of the class and the text of an exception either may be left out, and not both."""
    path = scenario(f"steps: [{{get_variable: a, shape: [1]}}, {{get_variable: a, raises: {raises}}}]\n")
    assert scopecli("run", path).exit_code == status
