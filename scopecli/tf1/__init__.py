"""The door to TensorFlow: nothing outside this package touches its objects, and plain values come out."""

from scopecli.tf1.connecting import reset
from scopecli.tf1.graph import Graph, Loss, Scope, Template, Variable
from scopecli.tf1.refusals import stack_of
from scopecli.tf1.server import RunningServer, start_server
from scopecli.tf1.session import Session
from scopecli.tf1.startup import load
from scopecli.tf1.stderr import captured_stderr

__all__ = [
    "Graph",
    "Loss",
    "RunningServer",
    "Scope",
    "Session",
    "Template",
    "Variable",
    "captured_stderr",
    "load",
    "reset",
    "stack_of",
    "start_server",
]
