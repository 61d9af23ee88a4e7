"""Holds what a step raises against what it should raise."""

from collections.abc import Iterator
from contextlib import contextmanager

from scopecli.ground.diagnostics import Diagnostic, Note
from scopecli.ground.errors import EngineError
from scopecli.ground.patterns import compile_pattern
from scopecli.scenario.steps import AnyStep, Raises


class StepRefusedError(Exception):
    """TensorFlow refused a step; the `raises` of the step or of a block around it may have said so."""

    def __init__(self, error: EngineError, failure: Diagnostic) -> None:
        super().__init__(failure.message)
        self.error = error
        self.failure = failure


class ScenarioWrongError(Exception):
    """The scenario said something that is not so; no `raises` meets it."""

    def __init__(self, failure: Diagnostic) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Judging:
    """Judges steps as they are taken.

    Attributes:
        met: what failed as the scenario said it would, in order.
    """

    def __init__(self) -> None:
        self.met: list[Diagnostic] = []

    @contextmanager
    def check_raises(self, step: AnyStep) -> Iterator[None]:
        """Let what the step raises pass if it should be raised; raise it, or that it was not, otherwise."""
        raises = step.raises
        try:
            yield
        except StepRefusedError as refused:
            if raises is None:
                raise
            if not _meets(raises, refused.error):
                raise ScenarioWrongError(_raised_otherwise(step, raises, refused.failure)) from None
            self.met.append(refused.failure)
        else:
            if raises:
                raise ScenarioWrongError(_not_raised(step, raises))


def _meets(raises: Raises, error: EngineError) -> bool:
    found = raises.match is None or compile_pattern(raises.match.text).search(error.message)
    return (raises.type is None or raises.type in error.type_names) and bool(found)


def _expected_text(raises: Raises) -> str:
    type_ = raises.type or "an exception"
    return f"{type_} matching {raises.match.text!r}" if raises.match else type_


def _not_raised(step: AnyStep, raises: Raises) -> Diagnostic:
    message = f"this step should have raised {_expected_text(raises)}, and raised nothing"
    place = step.key_location("raises")
    return Diagnostic("SC102", message, place, "take `raises` out, or say what makes the step fail")


def _raised_otherwise(step: AnyStep, raises: Raises, failure: Diagnostic) -> Diagnostic:
    message = f"this step should have raised {_expected_text(raises)}, and raised {failure.full_message}"
    notes = (Note("raised here", failure.location), *failure.notes)
    return Diagnostic("SC103", message, step.key_location("raises"), failure.help, notes)
