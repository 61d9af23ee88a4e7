"""What TensorFlow's messages mean and what helps: inside a scenario, and for an error that someone pastes."""

from scopecli.advice.advising import Advice, advise
from scopecli.advice.explaining import ErrorExplanation, ErrorReading, Mention, explain_error
from scopecli.advice.known import Fix, Situation

__all__ = [
    "Advice",
    "ErrorExplanation",
    "ErrorReading",
    "Fix",
    "Mention",
    "Situation",
    "advise",
    "explain_error",
]
