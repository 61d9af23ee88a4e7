"""What a source says: the calls that were made and the variables that are there. Totals are derived."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, get_args

from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.record_fields import unsaved_field, where_given
from scopecli.ground.sizes import format_bytes
from scopecli.report.roles import Role, role_of, shapes_by_name
from scopecli.report.source_kinds import SourceKind
from scopecli.report.values import Plain, Value

if TYPE_CHECKING:
    import os

    from scopecli import Drawing, DrawingFormat

SCHEMA_VERSION = 2
"""Of the JSON; version 1 had other keys (`version_1`)."""

Outcome: TypeAlias = Literal["created", "reused", "raised"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
Shape: TypeAlias = tuple[int | None, ...] | None
"""Dimensions, None for an unknown one; None as a whole for an unknown rank."""


class Source(NamedTuple):
    """Where a report comes from.

    A saved report keeps the kind that it was made from.
    """

    kind: SourceKind
    path: str


class Slice(NamedTuple):
    """A part of a partitioned variable: where it begins in the whole, and its shape.

    `name` is the part's own name in a graph (`w/part_0`); a checkpoint keeps none.
    """

    offset: tuple[int, ...]
    shape: tuple[int, ...]
    name: str | None = None


class Part(NamedTuple):
    """Of which partitioned variable a variable is a part, and which: `SaveSliceInfo` has the same."""

    whole: str
    whole_shape: tuple[int, ...]
    offset: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a graph, or a tensor of a checkpoint.

    Attributes:
        name: its full name, without `:0`.
        dtype: its base dtype, also of a ref variable.
        repr: as TensorFlow shows it; of a tensor in a checkpoint, as it would show a variable made of it.
        kind: `ref` or `resource`; `tensor` of a call that yielded one; `saved` in a checkpoint; `constant` of
            what was a variable in a graph that was frozen.
        trainable: None where the source does not say.
        itemsize: bytes of an element; None where elements have no fixed size (strings).
        calls: the indices of the calls that yielded it; of a part, those that yielded the whole.
        key: what an object-based checkpoint keeps it under.
        part: of which partitioned variable it is a part; None of a whole one.
        slices: the parts of a whole that is kept in parts, in order.
        initialized: whether a running cluster has a value of it; None where that was not asked.
        container: of a graph that was read, the container that it is in (`tf.container`); empty for none.
        shared_name: of such a graph, the name that sessions share it under, if that is not its own.
        judged_role: its role beside the other variables of its source; None where that was not asked for.
    """

    name: str
    shape: Shape
    dtype: str
    repr: str
    kind: str
    trainable: bool | None
    collections: tuple[str, ...]
    device: str
    itemsize: int | None
    calls: tuple[int, ...] = ()
    key: str | None = where_given(None)
    part: Part | None = where_given(None)
    slices: tuple[Slice, ...] = where_given(())
    initialized: bool | None = where_given(None)
    container: str = where_given("")
    shared_name: str = where_given("")
    judged_role: Role | None = unsaved_field(None)

    @property
    def role(self) -> Role:
        """What it is there for, as far as its name and the others of its source tell."""
        return self.judged_role or role_of(self.key or self.name, self.dtype)

    @property
    def size(self) -> int | None:
        """The number of elements; None where the shape is not known."""
        if self.shape is None:
            return None
        known = [size for size in self.shape if size is not None]
        return prod(known) if len(known) == len(self.shape) else None

    @property
    def bytes(self) -> int | None:
        """The bytes of its elements; None where they are not known."""
        return None if self.size is None or self.itemsize is None else self.size * self.itemsize

    @property
    def parameters(self) -> int:
        """The number of elements that count as parameters: none of a string tensor."""
        return self.size or 0 if self.itemsize is not None else 0


class Given(NamedTuple):
    """An argument of a call: what stands for its value, to be compared with others, and its place."""

    value: Plain
    location: Location


class Use(NamedTuple):
    """A line of a program that does something with a variable which a call made.

    Attributes:
        location: the line; of a function that is called by several lines, the one that calls it.
        op: the name of the operation there.
    """

    location: Location
    op: str


class Repeat(NamedTuple):
    """What a call made again, since a function that makes variables was called again.

    Attributes:
        call: the index of the call that made the first.
        at: where the way to this call parts from the way to the first.
        before: where the way to the first does.
        function: the function that is called there.
    """

    call: int
    at: Location
    before: Location
    function: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `get_variable`, `get_local_variable` or `Variable`.

    Attributes:
        name: the name that was asked for.
        scope: the variable scope it was asked in.
        reuse: the mode in force: `False`, `True` or `AUTO_REUSE`.
        variable: what it yielded; None if it failed.
        first_call: the index of the call that created the variable.
        reuse_set_at: where the mode in force was set; None for the root's.
        uninitialized: whether the session left the variable without a value.
        scope_index: the index of the scope around it, None at the top.
        given: the arguments that were given, by name.
        trail: how the call came about: the calls and loops that led to it, innermost first.
        function: of a program, the function that the call's line is in; empty at the top of a file.
        source_line: of a program, that line.
        library: the library's function that was called there, such as `slim.conv2d`; empty where the call
            was made directly.
        derived: the full names of the variables that a custom getter of a program made its result of.
        repeats: what it made again of an earlier call, where that may not be meant; None for nothing.
        uses: of a variable that no other call yields, the lines that use it, if there are several: it is
            shared by its object, as a cell, a layer or a `tf.Variable` is.
        orphan: of a variable of an imported graph that has the name of one that was there, the node that was
            imported for it, and that no variable is of; empty for none.
    """

    index: int
    step: str
    handle: str | None
    name: str
    scope: str
    reuse: str
    outcome: Outcome
    location: Location
    reuse_set_at: Location | None = None
    variable: Variable | None = None
    first_call: int | None = None
    value: Value | None = None
    uninitialized: bool = where_given(default=False)
    error: Diagnostic | None = None
    scope_index: int | None = where_given(None)
    given: Mapping[str, Given] = where_given(factory=dict)
    trail: tuple[Note, ...] = where_given(())
    function: str = where_given("")
    source_line: str = where_given("")
    library: str = where_given("")
    derived: tuple[str, ...] = where_given(())
    repeats: Repeat | None = where_given(None)
    uses: tuple[Use, ...] = where_given(())
    orphan: str = where_given("")

    @property
    def has_no_variable(self) -> bool:
        """Whether a custom getter of a program yielded something that it made of no variable."""
        is_none = self.variable is None or self.variable.kind == "tensor"
        return is_none and not self.derived and self.error is None


@dataclass(frozen=True, slots=True)
class Scope:
    """A variable scope that was opened or captured.

    Attributes:
        name: its full name.
        reuse: the mode in force in it when it was opened.
        original_name_scope: the name scope of its operations when it was first opened.
        name_scope: the name scope of operations in it now.
        requested_name: the name or `default_name` it was opened with; None for a captured scope.
        uniquified: whether TensorFlow was asked to make the name unique.
        reuse_given: the `reuse` given here, None for none.
        reuse_given_at: where that is.
        auxiliary_name_scope: whether a name scope was opened too.
        reuse_set_at: where the mode in force was set; None for the root's.
        parent_index: the index of the scope around it, None at the top.
        reopens_index: the index of the captured scope that is opened again.
        template: where the template was made whose call opened it.
        library: of a program, the library's function that opened it; empty where the program did.
        given: the defaults for variables that were given here, by name: `initializer` and `regularizer`.
    """

    handle: str | None
    name: str
    reuse: str
    original_name_scope: str
    location: Location
    name_scope: str = ""
    requested_name: str | None = where_given(None)
    uniquified: bool = where_given(default=False)
    reuse_given: str | None = where_given(None)
    reuse_given_at: Location | None = where_given(None)
    auxiliary_name_scope: bool = where_given(default=True)
    reuse_set_at: Location | None = where_given(None)
    parent_index: int | None = where_given(None)
    reopens_index: int | None = where_given(None)
    template: Location | None = where_given(None)
    library: str = where_given("")
    given: Mapping[str, Given] = where_given(factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation that a `constant` step made."""

    name: str
    handle: str | None
    location: Location


@dataclass(frozen=True, slots=True)
class Loss:
    """What a regularizer added to the collection REGULARIZATION_LOSSES.

    Attributes:
        name: the operation's name.
        variable: the full name of the variable it is of; None where it is of several, or none.
    """

    name: str
    variable: str | None
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session that a program opened.

    Attributes:
        target: where it runs; empty in the program's own process.
        config: the fields of `tf.ConfigProto` that were given, as JSON has them.
    """

    location: Location
    target: str = ""
    config: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartedServer:
    """A server of TensorFlow's that a program started: one task of its cluster.

    Attributes:
        task: which: `/job:worker/task:0`.
        target: what sessions name it by.
    """

    task: str
    target: str
    location: Location


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must be true, as JSON has it: what is expected, and what was found.

    Attributes:
        difference: how they differ, where that is not seen at once.
    """

    name: str
    ok: bool
    expected: Plain
    found: Plain
    location: Location
    difference: str = where_given("")


class Totals(NamedTuple):
    """Sums over variables; a variable of unknown shape adds nothing but itself.

    `trainable_parameters` is None where the source does not say what is trainable.
    """

    variables: int
    parameters: int
    trainable_parameters: int | None
    bytes: int


def totals_of(variables: Iterable[Variable]) -> Totals:
    """Return the sums over some variables."""
    rows = list(variables)
    return Totals(
        len(rows),
        sum(row.parameters for row in rows),
        None
        if any(row.trainable is None for row in rows)
        else sum(row.parameters for row in rows if row.trainable),
        sum(row.bytes or 0 for row in rows),
    )


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """Everything a source says.

    Attributes:
        variables: `tf.global_variables()`, each once, in graph order.
        ops: what `constant` steps made.
        snapshots: what the session showed, by handle.
        collections: the names of the variables in each collection, in its order.
        losses: what regularizers added.
        sessions: those that a program opened on the graph.
        cluster: the jobs that a program or a scenario names, with the addresses of their tasks.
        servers: the tasks of it that a program started itself.
        expectations: what must be true, judged.
        expected_failures: what failed as the scenario said it would, in order.
        warnings: what TensorFlow did in a session that is seldom meant; no part of the JSON report.
        about: what else a source says of itself, as JSON has it: of a graph its `signatures`, the `tags` of
            a SavedModel, the `steps` in a directory of checkpoints, the number of `objects`.
        error: what ended the program before its end.
    """

    source: Source
    title: str | None = None
    description: str | None = None
    tensorflow: str | None = None
    calls: tuple[Call, ...] = ()
    ops: tuple[Operation, ...] = ()
    scopes: tuple[Scope, ...] = ()
    variables: tuple[Variable, ...] = ()
    local_variables: tuple[Variable, ...] = ()
    snapshots: tuple[Mapping[str, Value | None], ...] = field(default=())
    collections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    sessions: tuple[OpenedSession, ...] = ()
    cluster: Mapping[str, tuple[str, ...]] = where_given(factory=dict)
    servers: tuple[StartedServer, ...] = where_given(())
    expectations: tuple[Expectation, ...] = ()
    expected_failures: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = unsaved_field(())
    about: Mapping[str, Plain] = where_given(factory=dict)
    error: Diagnostic | None = None

    @property
    def other_variables(self) -> tuple[Variable, ...]:
        """What calls yielded and no list has, each once: partitioned wholes, tensors, the uncollected."""
        listed = {*self.variables, *self.local_variables}
        yielded = dict.fromkeys(call.variable for call in self.calls if call.variable)
        return tuple(row for row in yielded if row not in listed)

    @property
    def totals(self) -> Totals:
        """The totals of the global variables."""
        return totals_of(self.variables)

    def __repr__(self) -> str:
        """Return what the report is of, and how much is in it."""
        told = ", ".join(
            [*totals_in_words(self.totals), *([f"calls: {len(self.calls):,}"] if self.calls else [])]
        )
        failed = f", failed: {self.error.full_message.partition(chr(10))[0]}" if self.error else ""
        return f"<{self.source.kind} {self.source.path}: {told}{failed}>"

    def __str__(self) -> str:
        """Return the totals and the first variables."""
        from scopecli.report.notebook import report_text  # noqa: PLC0415 - only for people

        return report_text(self)

    def draw(self, format: "DrawingFormat" = "svg", *, depth: int | None = None) -> "Drawing":  # noqa: A002 - as there
        """Return a drawing of who shares what, as `scopecli.draw` does."""
        import scopecli  # noqa: PLC0415 - what the package offers is made of reports

        return scopecli.draw(self, format=format, depth=depth)

    def page(self, path: "str | os.PathLike[str]") -> None:
        """Write a page to look at in a browser, as `scopecli.page` does."""
        import scopecli  # noqa: PLC0415 - likewise

        scopecli.page(self, path)

    def _repr_html_(self) -> str:
        """Return the drawing, calls, sharing, variables and what failed, as a notebook shows them."""
        from scopecli.report.notebook import report_html  # noqa: PLC0415 - only for notebooks

        return report_html(self)


def with_roles(report: Report) -> Report:
    """Return a report whose variables have the roles that they have beside each other."""
    called = (call.variable for call in report.calls if call.variable)
    rows = {id(row): row for row in (*report.variables, *report.local_variables, *called)}
    others = shapes_by_name((row.name, row.shape) for row in rows.values())
    averages = {
        id(call.variable) for call in report.calls if call.outcome == "created" and _is_average(call.library)
    }
    judged = {key: _with_judged_role(row, others, is_average=key in averages) for key, row in rows.items()}
    calls = (
        replace(call, variable=judged[id(call.variable)]) if call.variable else call for call in report.calls
    )
    return replace(
        report,
        variables=tuple(judged[id(row)] for row in report.variables),
        local_variables=tuple(judged[id(row)] for row in report.local_variables),
        calls=tuple(calls),
    )


def _is_average(library: str) -> bool:
    return ".ExponentialMovingAverage." in library


def _with_judged_role(row: Variable, others: Mapping[str, Shape], *, is_average: bool) -> Variable:
    names = [row.key, row.name] if row.key else [row.name]
    roles = [role_of(name, row.dtype, row.shape, others, trainable=row.trainable) for name in names]
    role: Role = next((word for word in roles if word != "weight"), "average" if is_average else "weight")
    return replace(row, judged_role=role)


def totals_in_words(totals: Totals) -> list[str]:
    """Return totals in words."""
    trainable = totals.trainable_parameters
    of_these = "" if trainable is None else f" ({trainable:,} trainable)"
    size = format_bytes(totals.bytes)
    return [f"variables: {totals.variables:,}, parameters: {totals.parameters:,}{of_these}, bytes: {size}"]
