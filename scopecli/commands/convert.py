"""Writes what a source has to another file: chosen, renamed, cast, joined."""

import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from scopecli.analysis.partitions import logical
from scopecli.analysis.selection import Selection, chosen_variables
from scopecli.analysis.unmatched_filters import unmatched_filter
from scopecli.commands.engine import Engine
from scopecli.commands.sources import misfit_of, open_one
from scopecli.converting.choosing import (
    Chosen,
    like_another,
    refuse_repeated_names,
    roles_left_out,
    with_casts,
)
from scopecli.converting.conversion import Conversion
from scopecli.converting.destinations import Destination, refuse_unholdable
from scopecli.converting.files import OpenFiles
from scopecli.converting.objects import keys_left_out, refuse_renames, with_keys
from scopecli.converting.planning import planned_variables
from scopecli.converting.reading import TensorSource, refuse_gaps
from scopecli.converting.renaming import Renaming, renamed_variables
from scopecli.converting.tensors import Progress
from scopecli.converting.writing import WriteSettings, existing_paths, write_tensors
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import ConversionError, InvalidSourceError
from scopecli.report.source_kinds import SourceKind
from scopecli.sources.checkpoints import is_checkpoint, open_checkpoint
from scopecli.sources.checkpoints.objects import GRAPH_KEY
from scopecli.sources.opened import Opened
from scopecli.sources.opening import ONLY_ONE, SourceChoice, open_source, the_one
from scopecli.sources.protos.files import file_of
from scopecli.sources.protos.saved_models import values_prefix


@dataclass(frozen=True, slots=True)
class ConvertSettings:
    """What is written, and how.

    Attributes:
        choice: which of several checkpoints or MetaGraphs is read.
        selection: which variables are written, by their names in the source.
        renaming: what they are called.
        casts: dtypes of floats, with those that they are cast to.
        like: a source whose names, in its order, are written; None for no such.
        plan: a file that says all names and casts; None for no such.
        join: whether the slices of partitioned variables are put together.
        writing: how the destination is written.
        dry_run: whether nothing is.
    """

    choice: SourceChoice = ONLY_ONE
    selection: Selection = field(default_factory=Selection)
    renaming: Renaming = field(default_factory=Renaming)
    casts: Mapping[str, str] = field(default_factory=dict)
    like: str | None = None
    plan: str | None = None
    join: bool = False
    writing: WriteSettings = WriteSettings()
    dry_run: bool = False


def convert_source(
    path: str,
    destination: Destination,
    settings: ConvertSettings,
    *,
    engine: Engine,
    progress: Progress,
) -> Conversion:
    """Write what a source has.

    Args:
        path: the source.
        destination: where to, and what is written there.
        settings: what is written, and how.
        engine: how a scenario is built whose names are asked for.
        progress: yields what is written in turn.

    Raises:
        ConversionError: if it can't be done; nothing is written.
        InvalidSourceError: if a source can't be read, or is damaged; likewise.
        OSError: if the destination can't be written; likewise.
        TensorFlowUnavailableError: if there is no TensorFlow to build a scenario on.
    """
    opened = _open(path, settings.choice)
    _refuse_place(opened, destination, force=settings.writing.force)
    kind = destination.kind
    chosen = _choose(opened, settings, engine)
    is_object_based = opened.bundle is not None and GRAPH_KEY in opened.bundle.entries
    keeps_objects = kind.is_checkpoint and is_object_based
    if keeps_objects:
        refuse_renames(chosen, opened.shown_path)
        chosen = with_keys(chosen)
    refuse_repeated_names(chosen, opened.shown_path)
    refuse_unholdable(kind, chosen, opened.shown_path, opened.bundle.keys if opened.bundle else ())
    joins = settings.join or not kind.is_checkpoint
    refuse_gaps(chosen, opened, joins=joins)
    rows = opened.report.variables
    done = Conversion(opened.report.source, destination, chosen, rows, roles_left_out(rows, chosen))
    with closing(OpenFiles()) as files:
        source = TensorSource(opened, files)
        damage = source.damage([one.row for one in chosen])
        if damage:
            raise InvalidSourceError(damage)
        graph = [source.graph(keys_left_out(rows, chosen))] if keeps_objects else []
        if settings.dry_run:
            return done
        tensors = [*source.tensors(chosen, join=joins), *graph]
        written = write_tensors(tensors, Path(destination.path), kind, settings.writing, progress)
        return done._replace(written=written)


def _open(path: str, choice: SourceChoice) -> Opened:
    """Return a source that has values; of a SavedModel, the checkpoint in it."""
    found = open_source(path, choice)
    if found is None:
        message = "a scenario has values in a session only, and none that could be converted"
        raise ConversionError([Diagnostic("SC653", message, Location(path), "convert what it saves")])
    opened = the_one(path, found)
    misfit = misfit_of(opened, choice)
    if misfit:
        raise InvalidSourceError([misfit])
    if opened.report.source.kind is SourceKind.SAVEDMODEL:
        prefix = values_prefix(os.path.dirname(file_of(path) or path))  # noqa: PTH120 - a path of any kind
        if is_checkpoint(prefix):
            return open_checkpoint(prefix)
    if opened.read is None or opened.report.source.kind.has_calls:
        message = f"a {opened.report.source.kind} has no values that could be converted"
        hint = "convert the checkpoint that was saved with it"
        raise ConversionError([Diagnostic("SC653", message, Location(path), hint)])
    return opened


def _choose(opened: Opened, settings: ConvertSettings, engine: Engine) -> list[Chosen]:
    """Return what is written of a source."""
    rows, path = opened.report.variables, opened.shown_path
    unmatched = unmatched_filter(rows, settings.selection, path)
    if unmatched:
        raise ConversionError([unmatched])
    selected = chosen_variables(rows, settings.selection)
    if settings.plan is not None:
        from scopecli.sources.plans import read_plan  # noqa: PLC0415 - leads to the YAML parser

        return planned_variables(rows, selected, read_plan(settings.plan), path)
    chosen = renamed_variables(rows, selected, settings.renaming, path)
    chosen = with_casts(chosen, settings.casts, path)
    if settings.like is None:
        return chosen
    refuse_repeated_names(chosen, path)
    wanted = open_one(settings.like, engine).report
    return like_another(chosen, logical(wanted.variables), settings.like, path)


def _refuse_place(opened: Opened, destination: Destination, *, force: bool) -> None:
    """Raise ConversionError if a destination is the source, by whatever name, or is there already."""
    path, kind = destination
    there = existing_paths(path, kind)
    own = opened.bundle.index if opened.bundle else opened.shown_path
    if any(_are_same(own, str(file)) for file in there):
        message, hint = "the destination is the source itself", "give it another name"
    elif there and not force:
        message, hint = f"{there[0].name} is there already", "`--force` writes over it"
    else:
        return
    raise ConversionError([Diagnostic("SC666", message, Location(path), hint)])


def _are_same(one: str, other: str) -> bool:
    return os.path.exists(one) and os.path.exists(other) and os.path.samefile(one, other)  # noqa: PTH110, PTH121 - paths of any kind
