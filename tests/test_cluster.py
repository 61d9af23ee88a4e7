"""Sessions on TensorFlow's own servers: started, run on, looked for, lost."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import yaml
from support import ROOT, Scopecli, Write

from scopecli.commands.local_cluster import LocalCluster
from scopecli.ground.clusters import Cluster

PLACED = """
steps:
  - device: {replica_device_setter: {strategy: %s}}
    steps:
      - {get_variable: large, shape: [4, 2], initializer: ones, as: large}
      - {get_variable: a, shape: [2], initializer: zeros, as: a}
      - {get_variable: b, shape: [6], initializer: ones, partitioner: {fixed_size: {num_shards: 3}}, as: b}
"""
STEPS = 3000  # of a session that is under way long enough to lose a task


@pytest.fixture(scope="module")
def running() -> Iterator[LocalCluster]:
    """Yield servers that run for the time of these tests."""
    with LocalCluster({"ps": 2, "worker": 1}) as servers:
        yield servers


@pytest.fixture(scope="module")
def local(running: LocalCluster) -> Cluster:
    """Return where they are."""
    return running.wait()


def written(cluster: Cluster, folder: Path) -> Path:
    """Write a cluster to a file."""
    file = folder / "cluster.yaml"
    file.write_text(yaml.safe_dump({job: list(tasks) for job, tasks in cluster.jobs.items()}))
    return file


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on."""
    with ExitStack() as held:
        probes = [held.enter_context(closing(socket.socket())) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def devices(scopecli: Scopecli, *arguments: str | Path) -> dict[str, str]:
    """Return where the variables of a run are, by name."""
    result = scopecli("run", *arguments, "-f", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    return {row["name"]: row["device"] for row in json.loads(result.stdout)["variables"]}


def test_round_robin(scopecli: Scopecli, scenario: Write, local: Cluster, tmp_path: Path) -> None:
    """Variables go to the tasks in turn, as `tf.train.replica_device_setter` has it; the parts of one too."""
    file = written(local, tmp_path)
    assert devices(scopecli, scenario(PLACED % "round_robin"), "--cluster", file) == {
        "large": "/job:ps/task:0",
        "a": "/job:ps/task:1",
        "b/part_0": "/job:ps/task:0",
        "b/part_1": "/job:ps/task:1",
        "b/part_2": "/job:ps/task:0",
    }


def test_greedy(scopecli: Scopecli, scenario: Write, local: Cluster, tmp_path: Path) -> None:
    """Each goes where there is least so far; the values come back, those of parts as a whole."""
    file = written(local, tmp_path)
    path = scenario(PLACED % "greedy")
    assert set(devices(scopecli, path, "--cluster", file).values()) == {"/job:ps/task:0", "/job:ps/task:1"}
    result = scopecli("run", path, "--cluster", file, "-f", "tf")
    assert "b : [1. 1. 1. 1. 1. 1.]" in result.stdout


def test_cluster_of_a_scenario(scopecli: Scopecli, scenario: Write, local: Cluster) -> None:
    """The scenario itself says where its session runs; `list` places its variables, and runs nothing."""
    text = f"cluster: {json.dumps({**local.jobs})}\n{PLACED % 'round_robin'}"
    path = scenario(text)
    placed = devices(scopecli, path)
    assert placed["a"] == "/job:ps/task:1"
    listed = json.loads(scopecli("list", path, "-f", "json").stdout)["variables"]
    assert {row["name"]: row["device"] for row in listed} == placed


def test_target_alone(scopecli: Scopecli, scenario: Write, local: Cluster) -> None:
    """A session needs no more than the server that drives it; without devices, that has the variables."""
    path = scenario("steps:\n  - device: /job:ps/task:1\n    steps: [{get_variable: w, shape: [2]}]\n")
    assert devices(scopecli, path, "--target", f"grpc://{local.master.address}") == {"w": "/job:ps/task:1"}


def test_expectations_on_servers(scopecli: Scopecli, scenario: Write, local: Cluster, tmp_path: Path) -> None:
    """`test` runs there too."""
    path = scenario(f"{PLACED % 'greedy'}\nexpect: {{values: {{a: [0, 0]}}}}\n")
    assert scopecli("test", path, "--cluster", written(local, tmp_path)).exit_code == 0


def test_servers_keep_variables(scopecli: Scopecli, scenario: Write, local: Cluster, tmp_path: Path) -> None:
    """A session finds what another left, as TensorFlow has it, and devices are TensorFlow's to refuse."""
    file = written(local, tmp_path)
    call = "{get_variable: kept, shape: [2], initializer: ones, as: w}"
    kept = f"steps:\n  - device: /job:ps/task:0\n    steps: [{call}]\n"
    assert scopecli("run", scenario(kept), "--cluster", file).exit_code == 0
    result = scopecli("run", scenario(f"{kept}session: [show]\n"), "--cluster", file, "-f", "tf")
    assert "w : [1. 1.]" in result.stdout
    elsewhere = scopecli("run", scenario(kept.replace("ps/task:0", "ps/task:7")), "--cluster", file)
    assert elsewhere.exit_code == 1
    assert "InvalidArgumentError" in elsewhere.stderr


def test_local_cluster(scopecli: Scopecli, scenario: Write) -> None:
    """Servers are started for the time of the run; a second scenario finds nothing of the first."""
    path = scenario(PLACED % "round_robin")
    only_shown = path.with_name("shown.yaml")
    only_shown.write_text(f"{PLACED % 'round_robin'}session: [show]\n")
    before = tasks_of(os.getpid())
    result = scopecli("run", path, only_shown, "--local-cluster", "ps=2,worker=1", "-f", "json")
    first, second = json.loads(result.stdout)
    assert first["calls"][0]["value"] == [[1.0, 1.0]] * 4
    assert second["calls"][0]["value"] is None
    assert second["calls"][0]["uninitialized"]
    assert tasks_of(os.getpid()) == before


def tasks_of(parent: int) -> set[int]:
    """Return the processes that run a task and that a process started."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            state, started_by = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has ended
            continue
        if b"serve" in words and b"--job" in words and state != "Z" and int(started_by) == parent:
            found.add(int(folder.name))
    return found


def has_ended(process: int) -> bool:
    """Tell whether a process is gone, but for what its parent has not heard of."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that other processes do."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        select.select([], [], [], 0.02)


@contextmanager
def under_way(scenario: Write, *options: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """Yield a run on servers whose session goes on for long, once that has begun."""
    path = scenario(
        f"{PLACED % 'round_robin'}session: [initialize, show, {{save: saved}}"
        + ", {assign_add: $a, value: [1.0, 1.0]}" * STEPS
        + "]\n"
    )
    saved = path.with_name("saved.index")
    saved.unlink(missing_ok=True)
    with started("run", path, "-f", "json", *options) as process:
        wait_until(lambda: saved.exists() or process.poll() is not None)
        yield process


@contextmanager
def started(*arguments: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """Yield a process of scopecli, which ends with the block."""
    command = [sys.executable, "-m", "scopecli", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_nothing_is_left(scenario: Write, number: signal.Signals, status: int) -> None:
    """Whatever ends a run, its servers end with it."""
    with under_way(scenario, "--local-cluster", "ps=1,worker=1") as process:
        tasks = tasks_of(process.pid)
        assert len(tasks) == 2
        process.send_signal(number)
        process.communicate()
        assert process.returncode == status
    wait_until(lambda: all(map(has_ended, tasks)))


def lose(scenario: Write, file: Path, process: "subprocess.Popen[bytes]", number: signal.Signals) -> str:
    """Have a task end or hang while a session runs; return what is said, with what was fetched before."""
    with under_way(scenario, "--cluster", file, "--connect-timeout", "0.7") as running:
        process.send_signal(number)
        stdout, stderr = running.communicate()
    assert running.returncode == 1
    report = json.loads(stdout)
    assert report["snapshots"][0]["large"] == [[1.0, 1.0]] * 4
    assert report["error"]["code"] == "SC113"
    return str(stderr)


def test_a_task_hangs(scenario: Write, local: Cluster, running: LocalCluster, tmp_path: Path) -> None:
    """It is named, where TensorFlow would wait for ever."""
    process = running.process_of("ps", 1)
    try:
        told = lose(scenario, written(local, tmp_path), process, signal.SIGSTOP)
    finally:
        process.send_signal(signal.SIGCONT)
    address = local.jobs["ps"][1]
    assert f"TimeoutError: /job:ps/task:1 at {address} was lost: nothing came of it for 0.7 seconds" in told


def test_tasks_die(scopecli: Scopecli, scenario: Write, tmp_path: Path) -> None:
    """Each is named, with the words of TensorFlow's; what does not answer any more is not begun with."""
    with LocalCluster({"ps": 2, "worker": 1}) as damaged:
        cluster = damaged.wait()
        file = written(cluster, tmp_path)
        told = lose(scenario, file, damaged.process_of("ps", 1), signal.SIGKILL)
        assert f"UnavailableError: /job:ps/task:1 at {cluster.jobs['ps'][1]} was lost: Graph" in told
        path = scenario(PLACED % "greedy")
        result = scopecli("run", path, "--cluster", file, "--connect-timeout", "0.5")
        assert (result.exit_code, result.stdout) == (2, "")
        address = cluster.jobs["ps"][1]
        assert f"/job:ps/task:1 at {address} does not answer after 0.5 seconds [SC111]" in result.stderr
        assert "ps/task:0" not in result.stderr


def test_the_master_dies(scenario: Write, tmp_path: Path) -> None:
    """The server that drives the session is named, too: its client would wait for ever."""
    with LocalCluster({"ps": 1, "worker": 1}) as damaged:
        file = written(damaged.wait(), tmp_path)
        told = lose(scenario, file, damaged.process_of("worker", 0), signal.SIGKILL)
    assert "/job:worker/task:0 at 127.0.0.1:" in told


def test_no_task_is_up(scopecli: Scopecli, scenario: Write, tmp_path: Path) -> None:
    """All are named where the server that drives the session is among them."""
    ps, worker = free_ports(2)
    file = written(Cluster({"ps": (f"127.0.0.1:{ps}",), "worker": (f"127.0.0.1:{worker}",)}), tmp_path)
    result = scopecli("run", scenario(PLACED % "greedy"), "--cluster", file, "--connect-timeout", "0.5")
    assert result.exit_code == 2
    told = f"/job:ps/task:0 at 127.0.0.1:{ps}, /job:worker/task:0 at 127.0.0.1:{worker} do not answer"
    assert told in result.stderr


def test_another_layout(scopecli: Scopecli, scenario: Write, local: Cluster, tmp_path: Path) -> None:
    """A file with other tasks than the servers were started with is refused."""
    more = Cluster({**local.jobs, "ps": (*local.jobs["ps"], f"127.0.0.1:{free_ports(1)[0]}")})
    result = scopecli("run", scenario(PLACED % "greedy"), "--cluster", written(more, tmp_path))
    assert result.exit_code == 2
    assert "it has no /job:ps/task:2 at 127.0.0.1:" in result.stderr
    fewer = Cluster({**local.jobs, "ps": local.jobs["ps"][:1]})
    result = scopecli("run", scenario(PLACED % "greedy"), "--cluster", written(fewer, tmp_path))
    assert "it has /job:ps/task:1 beside [SC112]" in result.stderr


def is_up(port: int) -> bool:
    """Tell whether something listens on a port."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_serve(scopecli: Scopecli, scenario: Write, tmp_path: Path) -> None:
    """Two terminals run a task each, quietly, and a third a session; a signal, or Ctrl-C, ends them."""
    ports = free_ports(2)
    ps, worker = (f"127.0.0.1:{port}" for port in ports)
    file = written(Cluster({"ps": (ps,), "worker": (worker,)}), tmp_path)
    with (
        started("serve", "--job", "ps", "--task", "0", "--cluster", file) as first,
        started("serve", "--job", "worker", "--task", "0", "--cluster", file) as second,
    ):
        wait_until(lambda: all(map(is_up, ports)))
        assert devices(scopecli, scenario(PLACED % "greedy"), "--cluster", file)["a"] == "/job:ps/task:0"
        first.send_signal(signal.SIGINT)
        second.send_signal(signal.SIGTERM)
        assert [first.communicate(), second.communicate()] == [("", "")] * 2
        assert (first.returncode, second.returncode) == (0, 143)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux binds a socket to a device")
def test_a_task_is_kept_to_this_machine(local: Cluster) -> None:
    """What listens on loopback is reached by no other address of this machine."""
    port = local.master.port
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: it chooses the address that would send
        own = probe.getsockname()[0]
    assert is_up(port)
    with closing(socket.socket()) as outside:
        assert outside.connect_ex((own, port)) != 0


def test_a_port_is_taken(scopecli: Scopecli, tmp_path: Path) -> None:
    """Which, and of which task; whatever listens there."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        file = written(Cluster({"ps": (f"127.0.0.1:{port}",)}), tmp_path)
        result = scopecli("serve", "--job", "ps", "--task", "0", "--cluster", file)
    assert result.exit_code == 2
    assert f"cannot run /job:ps/task:0: port {port} is taken [SC114]" in result.stderr
    assert "Traceback" not in result.stderr


def test_no_such_task(scopecli: Scopecli, tmp_path: Path) -> None:
    """The cluster says which there are."""
    file = written(Cluster({"ps": ("127.0.0.1:1",)}), tmp_path)
    result = scopecli("serve", "--job", "ps", "--task", "1", "--cluster", file)
    assert (result.exit_code, "it has ps=1" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "1:1: error: expected a mapping of jobs to lists of addresses"),
        ("{}", "1:1: error: expected a job at least"),
        ("{ps: 127.0.0.1:1}", "1:6: error: expected a list of the addresses of the tasks of `ps`"),
        ("{ps: []}", "expected a list of the addresses"),
        ("{ps: [localhost]}", '"localhost" is no address of a task'),
        ("{ps: ['h:0']}", '"h:0" is no address'),
        ("{ps: ['h:65536']}", '"h:65536" is no address'),
        ("{ps: ['h:65535'], w: ['h:65535']}", "two tasks have the address h:65535"),
        ("{p-s: ['h:1']}", '"p-s" is no name of a job'),
        ("{cluster: {ps: [1]}}", "1:17: error: expected a string"),
    ],
)
def test_a_cluster_that_is_wrong(scopecli: Scopecli, tmp_path: Path, text: str, told: str) -> None:
    """It is told where, and what to write instead."""
    file = tmp_path / "cluster.yaml"
    file.write_text(text)
    result = scopecli("serve", "--job", "ps", "--task", "0", "--cluster", file)
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--local-cluster", "ps"], "is no cluster"),
        (["--local-cluster", "ps=0"], "is no cluster"),
        (["--local-cluster", "ps=1,ps=2"], "is no cluster"),
        (["--local-cluster", "ps=65"], "65 tasks are more than 64"),
        (["--local-cluster", "ps=1", "--target", "grpc://h:1"], "leave out --cluster and --target"),
        (["--target", "h:1"], "give it as grpc://host:port"),
    ],
)
def test_options_that_are_wrong(scopecli: Scopecli, options: list[str], told: str) -> None:
    """They are refused before anything starts."""
    result = scopecli("run", "scenarios/reuse_true.yaml", *options)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_target_that_is_none(scopecli: Scopecli, scenario: Write) -> None:
    """TensorFlow's own words."""
    result = scopecli("run", scenario(PLACED % "greedy"), "--target", "grpc://nowhere")
    assert result.exit_code == 1
    assert 'Could not interpret "nowhere" as a host-port pair' in result.stderr


def test_export(scopecli: Scopecli, scenario: Write, tmp_path: Path) -> None:
    """A program that is exported places its variables as the scenario does, and says where it is to run."""
    cluster = "cluster: {ps: ['10.0.0.1:1', '10.0.0.2:1'], worker: ['10.0.0.3:1']}"
    path = scenario(f"{cluster}\n{PLACED % 'greedy'}")
    program = tmp_path / "program.py"
    program.write_text(scopecli("export", path).stdout)
    assert '# tf.Session("grpc://10.0.0.3:1")' in program.read_text()
    traced = json.loads(scopecli("trace", program, "-f", "json").stdout)
    listed = json.loads(scopecli("list", path, "-f", "json").stdout)
    assert [row["device"] for row in traced["variables"]] == [row["device"] for row in listed["variables"]]
    assert traced["cluster"] == {"ps": ["10.0.0.1:1", "10.0.0.2:1"], "worker": ["10.0.0.3:1"]}


def test_a_server_that_others_reach(tmp_path: Path) -> None:
    """It is warned of: TensorFlow's protocol has no authentication."""
    (port,) = free_ports(1)
    file = written(Cluster({"ps": (f"0.0.0.0:{port}",)}), tmp_path)
    with started("serve", "--job", "ps", "--task", "0", "--cluster", file) as process:
        assert process.stderr
        warned = process.stderr.readline()
    assert f"/job:ps/task:0 listens on port {port} of every address of this machine" in warned
    assert "has no authentication" in warned


def test_the_whole_of_it_is_checked_without_tensorflow(scopecli: Scopecli, scenario: Write) -> None:
    """`check` judges a cluster with the rest of a scenario, and the schema has it."""
    path = scenario(f"cluster: {{ps: [localhost]}}\n{PLACED % 'greedy'}")
    result = scopecli("check", path)
    assert (result.exit_code, '"localhost" is no address of a task' in result.stdout) == (2, True)
    schema = json.loads(scopecli("schema").stdout)
    assert schema["properties"]["cluster"]["anyOf"][0] == {"$ref": "#/$defs/cluster"}
    assert {"title", "description", "examples"} <= schema["$defs"]["cluster"].keys()
