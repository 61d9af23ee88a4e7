"""What a scenario does, with its functions, loops and parameters put in: the steps that are really taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeVar, cast

from scopecli.ground.collector import collector_held
from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.errors import source_error
from scopecli.ground.limits import MAX_DEPTH, MAX_EXPANDED, MAX_STEPS
from scopecli.ground.words import closest, shorten
from scopecli.scenario.document import parse_value, read_document
from scopecli.scenario.expect import Expect, Handle, handles_in
from scopecli.scenario.model import Function, Scenario, read_scenario
from scopecli.scenario.nodes import Extents, Node, Reference, Scalar
from scopecli.scenario.problems import Problems
from scopecli.scenario.records import Pending
from scopecli.scenario.session import Entry
from scopecli.scenario.steps import AnyStep, Argument, CallStep, For, MakeTemplate, Step, Written
from scopecli.scenario.substitution import Found, substitute

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """A step that is taken.

    Attributes:
        step: the step, with what its references stand for.
        actions: what is taken inside.
        note: how the actions inside came about: by a call, in a round of a loop.
    """

    step: Step
    actions: tuple["Action", ...] = ()
    note: Note | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A scenario, ready for TensorFlow.

    Attributes:
        scenario: what the file says.
        actions: the steps that are taken.
        session: the entries of the session; None for the one without any.
        expect: what must be true.
        unused: warnings about parameters, functions and arguments that nothing refers to.
        size: how many steps are taken, in loops and calls too.
    """

    scenario: Scenario
    actions: tuple[Action, ...]
    session: tuple[Entry, ...] | None
    expect: Expect | None
    unused: tuple[Diagnostic, ...]
    size: int


def load_program(path: str, parameters: Mapping[str, str] | None = None) -> Program:
    """Read the scenario at `path` (`-` is standard input) and put in what its references stand for.

    Args:
        path: the file.
        parameters: values for its parameters, as YAML.

    Raises:
        InvalidSourceError: with every problem of the file, in the file's order.
    """
    with collector_held():
        problems = Problems()
        root = read_document(path, problems)
        written = read_scenario(root, path, problems)
        if written is None:
            problems.raise_if_any()
            raise AssertionError("a scenario that could not be read has a problem")
        program = _Expansion(written, problems).program(parameters or {})
        problems.raise_if_any()
        return program


class _Expansion:
    """Walks the steps as they will be taken; implements `substitution.Names`."""

    def __init__(self, written: Scenario | Pending[Scenario], problems: Problems) -> None:
        self._written = written
        self._problems = problems
        self._functions: dict[str, Function] = {}
        self._parameters: dict[str, Argument] = {}
        self._handles: dict[str, AnyStep] = {}
        self._frame: dict[str, Node] = {}  # loop variables and arguments
        self._calling: list[str] = []
        self._repeats = 0  # functions and loops around: names may be given again there
        self._called: set[str] = set()
        self._is_called = True  # by what is taken; otherwise names may stand for arguments that are not known
        self._used: set[str] = set()
        self._unused_arguments: dict[Location, Diagnostic] = {}
        self.looked_up: list[Note] = []
        self._left = MAX_STEPS
        self._extents = Extents()

    def program(self, parameters: Mapping[str, str]) -> Program:
        """Return the program."""
        declared = self._declared_parameters()
        self._read_parameters(declared, parameters)
        scenario = self._resolve_record(self._written)
        self._functions = scenario.functions or {}
        actions = self._actions(scenario.steps or ())
        session = None if scenario.session is None else self._session(scenario.session)
        expect = None if scenario.expect is None else self._resolve_record(scenario.expect)
        if expect:
            self._check_expected(expect)
        self._read_uncalled()
        return Program(
            scenario=scenario,
            actions=actions,
            session=session,
            expect=expect,
            unused=tuple(self._unused_names(declared)),
            size=MAX_STEPS - self._left,
        )

    # --- names ---

    def find(self, name: str, location: Location, problems: Problems) -> Found:
        """Return what a name stands for here: an item or argument, what a step yields, or a parameter."""
        if name in self._frame:
            self._used.add(name)
            return self._frame[name]
        if name in self._handles:
            step = self._handles[name]
            return Reference(name, None, location, str(step.yields), step, step.key_location("as"))
        if name in self._parameters:
            self._used.add(name)
            place, value = self._parameters[name]
            note = Note(f"`{name}` is given here", place)
            if note not in self.looked_up:
                self.looked_up.append(note)
            return value
        if self._is_called and name not in self._problems.unread:
            self._report_undefined(name, location, problems)
        return None

    def count(self, size: int, location: Location) -> None:
        """Count steps taken, and text put in, against the bound."""
        self._left -= size
        if self._left < 0:
            message = f"the program is larger than {MAX_STEPS:,} steps"
            raise source_error("SC021", message, location, "use shorter loops, or fewer calls")

    def check_extent(self, node: Node, location: Location) -> None:
        """Hold a value that references were put into against the bounds."""
        size, height = self._extents.of(node)
        if height > MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels by its references"
            raise source_error("SC008", message, location, "use fewer lists in lists")
        if size > MAX_EXPANDED:
            message = f"the references expand to {size:,} values, and {MAX_EXPANDED:,} is the most"
            raise source_error("SC009", message, location, "use fewer references to lists of references")
        self.count(size // 100, location)

    def _report_undefined(self, name: str, location: Location, problems: Problems) -> None:
        near = closest(name, [*self._frame, *self._handles, *self._parameters])
        if near:
            hint = f"did you mean `${near}`?"
        elif name in self._declared_parameters():
            hint = f"`{name}` comes later among the parameters: put it before this one"
        elif self._calling:
            given = f"with: {{{shorten(name)}: …}}"
            hint = f"give it in the call, `{given}`, or name it with `as` on a step before"
        else:
            hint = "name it with `as` on a step before this one, or among the `parameters`"
        problems.add("SC016", f"`${shorten(name)}` is not defined here", location, hint)

    def _define(self, step: AnyStep) -> None:
        name: str | None = getattr(step, "handle", None)
        if name is None:
            return
        known = self._handles.get(name)
        place = known.key_location("as") if known else None
        if name in self._parameters:
            place = self._parameters[name].location
        if place and (not self._repeats or name in self._parameters):
            first = Note("first given here", place)
            message = f"the name `{shorten(name)}` is given twice"
            self._problems.add("SC017", message, step.key_location("as"), "choose another name", first)
            return
        self._handles[name] = step

    def _resolve_record(self, written: T | Pending[T]) -> T:
        """Return a record with what its references stand for."""
        return written.resolve(self, self._problems) if isinstance(written, Pending) else written

    # --- parameters ---

    def _declared_parameters(self) -> dict[str, Argument]:
        written = self._written
        found = written.values.get("parameters") if isinstance(written, Pending) else written.parameters
        return found or {}

    def _read_parameters(self, declared: dict[str, Argument], given: Mapping[str, str]) -> None:
        """Take the values that are given, and the file's own otherwise; each may refer to those before."""
        for name, (location, default) in declared.items():
            value = parse_value(given[name], f"-p {name}", self._problems) if name in given else default
            known = substitute(value, self, self._problems) if value else None
            place = Location(f"-p {name}") if name in given else location
            self._parameters[name] = Argument(place, known or default)

    def _unused_names(self, declared: dict[str, Argument]) -> Iterator[Diagnostic]:
        for name, (location, _) in declared.items():
            if name not in self._used:
                message = f"nothing refers to the parameter `{name}`"
                yield Diagnostic("SC301", message, location, "take it out", severity="warning")
        for name, function in self._functions.items():
            if name not in self._called:
                message = f"nothing calls the function `{name}`"
                yield Diagnostic("SC301", message, function.location, "take it out", severity="warning")
        yield from self._unused_arguments.values()

    # --- steps ---

    def _actions(self, steps: tuple[Written, ...]) -> tuple[Action, ...]:
        return tuple(self._action(step) for step in steps)

    def _action(self, written: Written) -> Action:
        step = self._resolve_record(written)
        self.count(1, step.location)
        if self._repeats and getattr(step, "handle", None):
            step = replace(step)  # a name given again stands for another result
        self._define(step)
        taken = cast("Step", step)  # KINDS has no other
        match taken:
            case CallStep():
                return self._call(taken)
            case For():
                return self._for(taken)
            case MakeTemplate():
                if taken.function:  # otherwise it could not be read
                    self._function(taken.function, taken.key_location("function"))
                return Action(taken)
            case _:
                block: tuple[Written, ...] = getattr(taken, "steps", None) or ()
                return Action(taken, self._actions(block)) if block else Action(taken)

    def _call(self, step: CallStep) -> Action:
        called = step.function
        if isinstance(called, Reference):
            name = cast("MakeTemplate", called.definition).function  # CalledSpec takes no other
            function = self._functions.get(name)  # that there is none was said where the template is made
        else:
            name = called
            function = self._function(name, step.key_location("call")) if name else None
        if function is None:
            return Action(step)
        arguments = {value: argument.value for value, argument in (step.arguments or {}).items()}
        if name in self._calling:
            path = " → ".join(f"`{caller}`" for caller in (*self._calling, name))
            self._problems.add("SC020", f"a function calls itself: {path}", step.location)
            return Action(step)
        note = Note(f"`{name}` is called here", step.location)
        outside, self._used = self._used, set()
        self._calling.append(name)
        actions = self._inside(arguments, function.steps, note)
        self._calling.pop()
        self._note_unused(step, name, arguments)
        self._used = outside | (self._used - arguments.keys())
        return Action(step, actions, note)

    def _note_unused(self, step: CallStep, function: str, arguments: Mapping[str, Node]) -> None:
        for name in arguments.keys() - self._used:
            place = (step.arguments or {})[name].location
            message = f"`{function}` does not refer to its argument `{name}`"
            self._unused_arguments[place] = Diagnostic(
                "SC301", message, place, "take it out", severity="warning"
            )

    def _for(self, step: For) -> Action:
        block = step.steps or ()
        rounds: list[Action] = []
        items = step.items if step.items and step.variable else ()  # otherwise they could not be read
        if len(items) > self._left:
            self.count(len(items), step.location)  # refuses so many rounds before the first
        for item in items:
            self.count(1, step.location)
            value = item if not isinstance(item, int) else Scalar(item, str(item), step.location)
            shown = shorten(value.text, 20) if isinstance(value, Scalar) else f"item {len(rounds) + 1}"
            note = Note(f"in the round where `{step.variable}` is {shown}", step.location)
            actions = self._inside({**self._frame, step.variable: value}, block, note)
            rounds.append(Action(step, actions, note))
        return Action(step, tuple(rounds))

    def _inside(self, frame: dict[str, Node], steps: tuple[Written, ...], note: Note) -> tuple[Action, ...]:
        """Take the steps of a function or a round, where other names hold."""
        outside, self._frame = self._frame, frame
        start = len(self._problems)
        self._repeats += 1
        actions = self._actions(steps)
        self._repeats -= 1
        self._frame = outside
        if len(self._problems) > start:
            self._problems.annotate(start, note)
        return actions

    def _function(self, name: str, location: Location) -> Function | None:
        function = self._functions.get(name)
        if function is None:
            near = closest(name, self._functions)
            hint = f"did you mean `{near}`?" if near else "write its steps under `functions`"
            self._problems.add("SC016", f"there is no function `{shorten(name)}`", location, hint)
            return None
        self._called.add(name)
        return function

    def _read_uncalled(self) -> None:
        """Read the functions that nothing calls; what only a call would tell is passed over."""
        called, handles = set(self._called), self._handles
        self._is_called = False
        for name, function in self._functions.items():
            if name not in called:
                self._handles, self._calling = {}, [name]
                note = Note(f"nothing calls `{name}`", function.location)
                self._inside({}, function.steps, note)
        self._calling = []
        self._is_called, self._handles, self._called = True, handles, called

    # --- session and expectations ---

    def _session(self, written: tuple[Written, ...]) -> tuple[Entry, ...]:
        return tuple(cast("Entry", self._resolve_record(step)) for step in written)  # SESSION has no other

    def _check_expected(self, expect: Expect) -> None:
        """Record each handle that an expectation names and no step gives, or gives to something else."""
        for declared in fields(expect):
            for handle in handles_in(getattr(expect, declared.name)):
                if handle.kinds:
                    self._check_handle(handle)

    def _check_handle(self, handle: Handle) -> None:
        step = self._handles.get(handle.name)
        if step is None and handle.name not in self._problems.unread:
            near = closest(handle.name, self._handles)
            hint = f"did you mean `{near}`?" if near else "name it with `as` on a step"
            self._problems.add("SC016", f"no step is named `{shorten(handle.name)}`", handle.location, hint)
        elif step and step.yields not in handle.kinds:
            needed = " or ".join(handle.kinds)
            message = f"`{handle.name}` is {step.yields}, and {needed} is needed here"
            named = Note("named here", step.key_location("as"))
            self._problems.add("SC016", message, handle.location, None, named)
