"""`scopecli serve`."""

import sys
from typing import TYPE_CHECKING

import click

from scopecli.cli.clusters import cluster_option
from scopecli.cli.messages import say, show

if TYPE_CHECKING:
    from scopecli.ground.clusters import Task


@click.command(
    short_help="Run one task of a cluster, TensorFlow's own server.",
    epilog="""\b
    Examples:
      scopecli serve --job ps --task 0 --cluster cluster.yaml
      scopecli serve --job worker --task 0 --cluster cluster.yaml
      scopecli run model.yaml --cluster cluster.yaml
    """,
)
@click.option("--job", required=True, metavar="JOB", help="The job that the task is of, such as ps.")
@click.option("--task", "index", type=click.IntRange(min=0), required=True, metavar="N", help="Its number.")
@cluster_option(required=True)
@click.option("--with-parent", is_flag=True, hidden=True)
@click.option("-v", "--verbose", is_flag=True, help="Show TensorFlow's log lines.")
def serve(*, job: str, index: int, cluster: str, with_parent: bool, verbose: bool) -> None:
    """Run one task of a cluster in the foreground, until Ctrl-C or SIGTERM ends it.

    TensorFlow's protocol has no authentication: whoever reaches the port can run any operation, and so read
    and write files as you. A task whose address is 127.0.0.1 or localhost is kept to this machine; with any
    other address it listens to all, and says so.
    """
    from scopecli.commands.engine import Engine  # noqa: PLC0415 - not for `--help`
    from scopecli.commands.serve import serve as run_task  # noqa: PLC0415 - likewise
    from scopecli.commands.serve import task_of  # noqa: PLC0415 - leads to the YAML parser

    servers, task = task_of(cluster, job, index)
    engine = Engine(bool(click.get_current_context().find_root().obj), verbose)

    def ready(reachable: bool) -> None:  # noqa: FBT001 - as it is called
        _tell(task, reachable=reachable, with_parent=with_parent)

    try:
        run_task(servers, task, engine, ready=ready, with_parent=with_parent)
    except KeyboardInterrupt:  # the way to end it
        return


def _tell(task: "Task", *, reachable: bool, with_parent: bool) -> None:
    """Tell that a task is up: its parent, a person, and everybody if strangers may reach it."""
    if with_parent:
        from scopecli.commands.local_cluster import READY  # noqa: PLC0415 - seldom needed

        click.echo(READY)
        return
    if reachable:
        from scopecli.ground.diagnostics import Diagnostic, Location  # noqa: PLC0415 - seldom needed

        message = (
            f"{task.name} listens on port {task.port} of every address of this machine, and TensorFlow's "
            "protocol has no authentication: whoever reaches it can read and write files as you"
        )
        hint = "keep the port behind a firewall; an address of 127.0.0.1 keeps it to this machine"
        show(Diagnostic("SC117", message, Location(task.address), hint, severity="warning"))
    if sys.stderr.isatty():
        say(f"{task.name} is up at grpc://{task.address}; Ctrl-C ends it")
