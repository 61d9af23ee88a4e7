"""Shows where the variables of sources are, and where they would be on another cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from scopecli.analysis.devices import Balance, below_their_devices, empty_tasks, loads_of
from scopecli.analysis.partitions import logical
from scopecli.analysis.selection import Selection, chosen_variables
from scopecli.commands.engine import Engine
from scopecli.commands.run import load_tensorflow
from scopecli.commands.sources import check_each, open_sources, unknown_fact
from scopecli.commands.tree import Tree, TreeShape, tree_of
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import EngineError, InvalidSourceError, TooManyPartsError
from scopecli.report.model import Variable, totals_of
from scopecli.scenario.document import parse_value
from scopecli.scenario.objects import PARTITIONER, TensorFlowObject
from scopecli.scenario.problems import Problems
from scopecli.sources.opened import Opened, Unread
from scopecli.sources.opening import SourceChoice
from scopecli.tf1.placing import Placement, placed_variables


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Another cluster.

    Attributes:
        tasks: how many parameter servers it has.
        strategy: how a task is chosen: `round_robin` or `greedy`.
        partitioner: what cuts variables into parts, as a scenario says it; None leaves them as they are.
    """

    tasks: int
    strategy: str = "round_robin"
    partitioner: str | None = None


class Placed(NamedTuple):
    """A source with where its variables are, or would be.

    Attributes:
        opened: what was read of it.
        variables: those that are asked for; on the other cluster, if that is asked for.
        balance: what is on each device.
    """

    opened: Opened
    variables: Sequence[Variable]
    balance: Balance


def placed_sources(
    paths: Sequence[str], engine: Engine, selection: Selection, choice: SourceChoice, what_if: WhatIf | None
) -> list[Placed | Unread]:
    """Return where the variables of each source are; no session runs, and nothing is allocated.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters, or there is no such partitioner.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on, or to place with.
    """
    placement = None if what_if is None else _placement(what_if)
    found = open_sources(paths, engine, choice=choice)
    found = check_each(found, lambda opened: unknown_fact(opened.report, selection))
    if placement:
        load_tensorflow(engine)
    return [one if isinstance(one, Unread) else _place(one, selection, placement) for one in found]


def device_trees(  # noqa: PLR0913, PLR0917 - what a tree has
    paths: Sequence[str],
    engine: Engine,
    selection: Selection,
    shape: TreeShape,
    choice: SourceChoice,
    what_if: WhatIf | None,
) -> list[Tree | Unread]:
    """Return each source as a tree below the job, the task and the device of each variable.

    Raises:
        InvalidSourceError: if no scenario has one of the parameters, or there is no such partitioner.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on, or to place with.
    """
    return [
        one
        if isinstance(one, Unread)
        else tree_of(one.opened, below_their_devices(one.variables), selection, shape)
        for one in placed_sources(paths, engine, selection, choice, what_if)
    ]


def _place(opened: Opened, selection: Selection, placement: Placement | None) -> Placed | Unread:
    variables = chosen_variables(opened.report.variables, selection)
    source, path = opened.report.source, opened.shown_path
    loads = partial(loads_of, sort=selection.sort, reverse=selection.reverse)
    before = loads(variables, empty_tasks(opened.report, variables))
    if placement is None:
        return Placed(opened, variables, Balance(source, path, totals_of(variables), before))
    try:
        moved = placed_variables(logical(variables) if placement.partitioner else variables, placement)
    except (EngineError, TooManyPartsError) as error:
        return Unread(path, InvalidSourceError([Diagnostic("SC118", str(error), Location(path))]))
    tasks = (f"/job:ps/task:{index}" for index in range(placement.tasks))
    balance = Balance(source, path, totals_of(moved), before, loads(moved, tasks))
    return Placed(opened, moved, balance)


def _placement(what_if: WhatIf) -> Placement:
    """Return what TensorFlow is to do; raise InvalidSourceError if the partitioner is none."""
    partitioner = None if what_if.partitioner is None else _partitioner(what_if.partitioner)
    return Placement(what_if.tasks, what_if.strategy, partitioner)


def _partitioner(text: str) -> TensorFlowObject:
    """Return what a partitioner is, written as a scenario has it.

    Raises:
        InvalidSourceError: if it is none.
    """
    problems = Problems()
    read = PARTITIONER.read(parse_value(text, "--partitioner", problems), problems)
    problems.raise_if_any()
    if not isinstance(read, TensorFlowObject):
        problem = Diagnostic("SC023", "code of your own is for scenarios alone", Location("--partitioner"))
        raise InvalidSourceError([problem])
    return read
