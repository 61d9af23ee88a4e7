"""`config` in a scenario, and the options of a traced program's sessions: the fields of `tf.ConfigProto`."""

import json
from pathlib import Path
from typing import Any

import pytest
import tensorflow.compat.v1 as tf
from support import Scopecli, Write

from scopecli.scenario.config_fields import ENUMS, MESSAGES

STEPS = "steps:\n  - {get_variable: w, shape: [2], initializer: ones}\n"
ON_A_GPU = (
    "steps:\n  - device: /device:GPU:0\n    steps: [{get_variable: w, shape: [2], initializer: ones}]\n"
)
LEFT_OUT = ("experimental", "cluster_def", "custom_optimizers")


def _kind(field: Any) -> str:
    """Return the type of a field as the table has it."""
    message, enum = field.message_type, field.enum_type
    names = {number: name for name, number in vars(type(field)).items() if name.startswith("TYPE_")}
    if message is not None and message.GetOptions().map_entry:
        return f"map {_kind(message.fields_by_name['value'])}"
    named = message or enum
    kind = named.full_name.removeprefix("tensorflow.") if named else names[field.type][5:].lower()
    return f"repeated {kind}" if field.is_repeated else kind


def test_the_fields_are_tensorflows() -> None:
    """The table has every message, field, type and enum of the `tf.ConfigProto` that is installed."""
    messages, enums, waiting = {}, {}, [tf.ConfigProto.DESCRIPTOR]
    while waiting:
        message = waiting.pop()
        fields = [field for field in message.fields if field.name not in LEFT_OUT]
        name = message.full_name.removeprefix("tensorflow.")
        messages[name] = {field.name: _kind(field) for field in fields}
        for field in fields:
            if field.enum_type is not None:
                names = tuple(value.name for value in field.enum_type.values)
                enums[field.enum_type.full_name.removeprefix("tensorflow.")] = names
            inside = field.message_type
            if inside is not None and not inside.GetOptions().map_entry:
                waiting.append(inside)
    assert messages == MESSAGES
    assert enums == ENUMS


@pytest.mark.parametrize(
    ("config", "message", "hint"),
    [
        ("{gpu_options: {alow_growth: true}}", "`tf.GPUOptions` has no field `alow_growth`", "did you mean"),
        (
            "{allow_growth: true}",
            "`tf.ConfigProto` has no field `allow_growth`",
            "its fields are device_count",
        ),
        ("{allow_soft_placement: yes}", 'expected a bool, found the string "yes"', None),
        (
            "{gpu_options: {visible_device_list: 0}}",
            "expected a string, found the number",
            "put it in quotes",
        ),
        ("{intra_op_parallelism_threads: 2.5}", "expected an int32, found the number 2.5", None),
        ("{intra_op_parallelism_threads: 4294967296}", "expected an int32", "it has to fit into 32 bits"),
        ("{device_count: [1]}", "expected a mapping of names to int32, found a list", None),
        ("{device_filters: /job:ps}", "expected a list of string", None),
        ("{gpu_options: true}", "expected a mapping with the fields of `tf.GPUOptions`", None),
        ("{graph_options: {optimizer_options: {opt_level: L3}}}", "is no `Optimizer", "it is one of L1"),
        ("{gpu_options: {per_process_gpu_memory_fraction: half}}", "expected a double", None),
    ],
)
def test_what_is_no_option(
    config: str, message: str, hint: str | None, scenario: Write, scopecli: Scopecli
) -> None:
    """`check` refuses it without TensorFlow, at its place."""
    path = scenario(f"config: {config}\n{STEPS}")
    result = scopecli("check", path)
    assert result.exit_code == 2
    assert result.stdout.startswith(f"{path}:1:")
    assert message in result.stdout
    assert hint is None or f"help: {hint}" in result.stdout


ALL = """config:
  device_count: {CPU: 1, GPU: 0}
  intra_op_parallelism_threads: 1
  inter_op_parallelism_threads: 2
  allow_soft_placement: true
  log_device_placement: false
  operation_timeout_in_ms: 60000
  graph_options:
    optimizer_options: {opt_level: L0, global_jit_level: "OFF"}
    rewrite_options: {disable_meta_optimizer: true}
  gpu_options: {per_process_gpu_memory_fraction: 0.5, allow_growth: true, visible_device_list: "0"}
"""


def test_options_reach_the_session(scenario: Write, scopecli: Scopecli) -> None:
    """The session runs with them; what means nothing here is told in a line; `export` writes the same."""
    path = scenario(ALL + STEPS)
    result = scopecli("run", path)
    assert result.exit_code == 0
    assert result.stdout.startswith("-\tw\tcreated\t(2,)\tfloat32\t[1. 1.]")
    warning = (
        f"{path}: warning: no effect on this machine, which has no GPU: `gpu_options` of `config` [SC109]\n"
    )
    assert result.stderr == ("" if tf.config.list_physical_devices("GPU") else warning)
    written = scopecli("export", path).stdout.replace("tf.disable_v2_behavior()", "")
    exported: dict[str, Any] = {}
    with tf.Graph().as_default():
        exec(written, exported)  # noqa: S102 - it is ours
    expected = tf.ConfigProto(
        device_count={"CPU": 1, "GPU": 0},
        intra_op_parallelism_threads=1,
        inter_op_parallelism_threads=2,
        allow_soft_placement=True,
        operation_timeout_in_ms=60000,
        gpu_options=tf.GPUOptions(
            per_process_gpu_memory_fraction=0.5, allow_growth=True, visible_device_list="0"
        ),
    )
    expected.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
    expected.graph_options.optimizer_options.global_jit_level = tf.OptimizerOptions.OFF
    expected.graph_options.rewrite_options.disable_meta_optimizer = True
    assert exported["config"] == expected


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is a GPU")
def test_with_options_the_devices_hold(scenario: Write, scopecli: Scopecli) -> None:
    """A GPU that is not there is refused in TensorFlow's words, with a help line, unless that is allowed."""
    assert scopecli("run", scenario(ON_A_GPU)).exit_code == 0
    result = scopecli("run", scenario(f"config: {{log_device_placement: false}}\n{ON_A_GPU}"))
    assert result.exit_code == 1
    assert "Cannot assign a device for operation w" in result.stderr
    assert (
        "help: with `config: {allow_soft_placement: true}` TensorFlow takes another device" in result.stderr
    )
    assert scopecli("run", scenario(f"config: {{allow_soft_placement: true}}\n{ON_A_GPU}")).exit_code == 0


def test_sessions_of_a_program(tmp_path: Path, scopecli: Scopecli) -> None:
    """Each has its line and the options that it was given; a table tells of those that have some."""
    path = tmp_path / "train.py"
    path.write_text(
        "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\nw = tf.get_variable('w', [2])\n"
        "config = tf.ConfigProto(device_count={'CPU': 2})\nconfig.gpu_options.allow_growth = True\n"
        "with tf.Session(config=config) as sess:\n    sess.run(w.initializer)\n"
        "config.gpu_options.allow_growth = False\ntf.Session()\n"
        "tf.Session('', tf.get_default_graph(), config)\n"
    )
    report = json.loads(scopecli("trace", path, "-f", "json").stdout)
    assert [(one["location"]["line"], one["config"]) for one in report["sessions"]] == [
        (6, {"device_count": {"CPU": 2}, "gpu_options": {"allow_growth": True}}),
        (9, {}),
        (10, {"device_count": {"CPU": 2}, "gpu_options": {}}),
    ]
    table = scopecli("trace", path, "-f", "table").stdout
    assert f"session at {path}:6, device_count.CPU=2, gpu_options.allow_growth\n" in table
    assert f"{path}:9" not in table


def test_a_report_without_sessions_is_read(tmp_path: Path, scopecli: Scopecli) -> None:
    """One that was saved before they were recorded has none."""
    report = tmp_path / "report.json"
    scopecli("run", "scenarios/gan.yaml", "-f", "json", "-o", report)
    older = json.loads(report.read_text())
    del older["sessions"]
    report.write_text(json.dumps(older))
    assert scopecli("list", report).exit_code == 0
