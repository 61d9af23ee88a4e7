"""The options that say on which of TensorFlow's servers sessions run."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import click

from scopecli.cli.completing import SourceFile
from scopecli.ground.clusters import CONNECT_TIMEOUT, JOB_PATTERN, SCHEME

_CLUSTER_FILE: Final = SourceFile(".yaml", ".yml", ".json")
_MOST_LOCAL: Final = 64  # processes with a TensorFlow each


def cluster_option(*, required: bool = False) -> Callable[..., Any]:
    """Return the option that names a file with a cluster."""
    option: Callable[..., Any] = click.option(
        "--cluster",
        type=_CLUSTER_FILE,
        required=required,
        metavar="FILE",
        help="The cluster's jobs and addresses: `{ps: [host:port, …], worker: [host:port]}`.",
    )
    return option


def _target(ctx: click.Context, param: click.Parameter, given: str | None) -> str | None:
    if given is not None and not given.startswith(SCHEME):
        message = f"{given!r} is no target of a session; give it as {SCHEME}host:port"
        raise click.BadParameter(message, ctx, param)
    return given


target_option: Callable[..., Any] = click.option(
    "--target", callback=_target, metavar="grpc://HOST:PORT", help="The server that drives the session."
)
connect_timeout_option: Callable[..., Any] = click.option(
    "--connect-timeout",
    type=click.FloatRange(min=0.1),
    default=CONNECT_TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long a server may take to answer.",
)


def task_counts(ctx: click.Context, param: click.Parameter, given: str | None) -> dict[str, int] | None:
    """Return how many tasks each job has, given as `ps=2,worker=1`."""
    import re  # noqa: PLC0415 - seldom needed

    if given is None:
        return None
    counts: dict[str, int] = {}
    for part in given.split(","):
        match = re.fullmatch(rf"({JOB_PATTERN})=(\d{{1,5}})", part.strip())
        if match is None or not int(match[2]) or match[1] in counts:
            message = f"{given!r} is no cluster; give each job once with its tasks, such as ps=2,worker=1"
            raise click.BadParameter(message, ctx, param)
        counts[match[1]] = int(match[2])
    return counts


def _local_counts(ctx: click.Context, param: click.Parameter, given: str | None) -> dict[str, int] | None:
    counts = task_counts(ctx, param, given)
    if counts and sum(counts.values()) > _MOST_LOCAL:
        message = f"{sum(counts.values()):,} tasks are more than {_MOST_LOCAL}, the most on one machine"
        raise click.BadParameter(message, ctx, param)
    return counts


_local_cluster: Callable[..., Any] = click.option(
    "--local-cluster",
    callback=_local_counts,
    metavar="JOB=N,…",
    help="Start so many servers on this machine for the time of the run, such as ps=2,worker=1.",
)


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where sessions run; the command gets them as `servers`."""

    @wraps(command)
    def with_servers(
        *,
        cluster: str | None,
        target: str | None,
        local_cluster: dict[str, int] | None,
        connect_timeout: float,
        **options: Any,
    ) -> Any:
        from scopecli.commands.on_servers import ServerChoice  # noqa: PLC0415 - not for `--help`

        if local_cluster and (cluster or target):
            raise click.UsageError("--local-cluster starts its own servers: leave out --cluster and --target")
        return command(servers=ServerChoice(cluster, target, local_cluster, connect_timeout), **options)

    for option in (connect_timeout_option, _local_cluster, target_option, cluster_option()):
        option(with_servers)
    return with_servers


def look_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name a running cluster; the command gets them as `look`, None for none."""

    @wraps(command)
    def with_look(*, cluster: str | None, target: str | None, connect_timeout: float, **options: Any) -> Any:
        if cluster and not target:
            raise click.UsageError(f"--cluster needs --target; give a server of it, as {SCHEME}host:port")
        if not target:
            return command(look=None, **options)
        from scopecli.commands.on_servers import ServerChoice  # noqa: PLC0415 - not for `--help`

        choice = ServerChoice(cluster, target, connect_timeout=connect_timeout)
        return command(look=choice, **options)

    for option in (connect_timeout_option, cluster_option(), target_option):
        option(with_look)
    return with_look
