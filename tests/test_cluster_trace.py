"""What `trace` records of a program's cluster, and what `lint` says of it."""

import json
import socket
from contextlib import closing
from pathlib import Path

from support import Scopecli

PROGRAM = """\
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
cluster = tf.train.ClusterSpec({"ps": ["10.0.0.1:2222", "10.0.0.2:2222"], "worker": ["127.0.0.1:PORT"]})
server = tf.train.Server(cluster, job_name="worker", task_index=0)
with tf.device(tf.train.replica_device_setter(cluster=cluster)):
    first = tf.get_variable("first", [2])
    second = tf.get_variable("second", [3])
forgotten = tf.get_variable("forgotten", [4])
with tf.Session(server.target) as session:
    session.run(first)
"""


def traced(scopecli: Scopecli, folder: Path) -> tuple[Path, int]:
    """Trace a program as far as its first session, and return what was saved, with the server's port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program, saved = folder / "train.py", folder / "saved.json"
    program.write_text(PROGRAM.replace("PORT", str(port)))
    result = scopecli("trace", "--stop-after-build", "-f", "json", "-o", saved, program)
    assert result.exit_code == 0, result.stderr
    return saved, port


def test_trace_records_the_cluster(scopecli: Scopecli, tmp_path: Path) -> None:
    """Jobs with their addresses, the server that was started, the session's target, variables' tasks."""
    saved, port = traced(scopecli, tmp_path)
    report = json.loads(saved.read_text())
    here = f"127.0.0.1:{port}"
    assert report["cluster"] == {"ps": ["10.0.0.1:2222", "10.0.0.2:2222"], "worker": [here]}
    (server,) = report["servers"]
    assert (server["task"], server["target"]) == ("/job:worker/task:0", f"grpc://{here}")
    assert server["location"]["line"] == 5
    assert [session["target"] for session in report["sessions"]] == [f"grpc://{here}"]
    devices = {row["name"]: row["device"] for row in report["variables"]}
    assert devices == {"first": "/job:ps/task:0", "second": "/job:ps/task:1", "forgotten": ""}


def test_a_saved_report_keeps_it(scopecli: Scopecli, tmp_path: Path) -> None:
    """What was recorded is read back: devices are summed up, and a variable without a server is warned of."""
    saved, _ = traced(scopecli, tmp_path)
    assert "/job:ps/task:1\t1\t3\t12\n" in scopecli("list", saved, "--by", "device").stdout
    warned = scopecli("lint", saved)
    assert warned.exit_code == 1
    assert "train.py:9:1: warning: `forgotten` is on no device" in warned.stdout
    assert warned.stdout.count("[SC412]") == 1
