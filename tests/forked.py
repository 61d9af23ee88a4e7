"""Starts traced programs as forks of a process that has TensorFlow's modules loaded: in a tenth of the time.

A forked program runs `tensorflow/__init__.py` once more when it imports TensorFlow, so that tracing hears of
it as it does in a process of its own. A test that wants a real start is marked `own_process`.
"""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from scopecli.tf1.watching.own_frames import STARTER

_SERVER: Final = """\
import json, os, socket, struct, sys

server = socket.socket(fileno=int(sys.argv[1]))
import tensorflow
import tensorflow.compat.v1  # with what it loads when it is asked for

while True:
    question, descriptors, _, _ = socket.recv_fds(server, 1 << 20, 8)
    if not question:
        sys.exit()
    answers = socket.socket(fileno=descriptors.pop())
    if os.fork():
        answers.close()
        for each in descriptors:
            os.close(each)
        continue
    server.close()  # who waits for one program
    program = os.fork()
    if program:
        answers.send(struct.pack("i", program))
        answers.send(struct.pack("i", os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])))
        os._exit(0)
    answers.close()
    asked = json.loads(question)
    for have, want in zip(descriptors, asked["descriptors"]):
        os.dup2(have, want)
    for each in {*descriptors} - {*asked["descriptors"]}:
        os.close(each)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv = asked["arguments"]
    sys.path[0] = os.path.dirname(sys.argv[0])
    del sys.modules["tensorflow"]
    text = open(sys.argv[0]).read()
    file = sys.argv[0]
    sys.modules["__main__"] = type(sys)("__main__")
    exec(compile(text, file, "exec"), vars(sys.modules["__main__"]))
    sys.exit()
"""


class ForkServer:
    """The process that programs are forked from; it ends with the one that started it."""

    def __init__(self, folder: Path) -> None:
        file = folder / STARTER  # a name that tracing knows not to be the program's
        file.parent.mkdir(parents=True)
        file.write_text(_SERVER, encoding="utf-8")
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            command = [sys.executable, str(file), str(other.fileno())]
            environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
            self._server = subprocess.Popen(command, pass_fds=[other.fileno()], env=environment)

    def start(
        self,
        command: Sequence[str],
        *,
        stdout: int | IO[Any] | None = None,
        cwd: str | None = None,
        pass_fds: Sequence[int] = (),
        env: Mapping[str, str] | None = None,
    ) -> "_Forked":
        """Start what `subprocess.Popen` would start with these arguments."""
        output = 1 if stdout is None else stdout if isinstance(stdout, int) else stdout.fileno()
        asked = {
            "arguments": command[1:],
            "environment": dict(os.environ if env is None else env),
            "folder": str(Path(cwd or ".").resolve(strict=True)),
            "descriptors": [0, 1, 2, *pass_fds],
        }
        answers, other = socket.socketpair()
        with other:
            descriptors = [0, output, 2, *pass_fds, other.fileno()]
            socket.send_fds(self._socket, [json.dumps(asked).encode()], descriptors)
        return _Forked(answers)

    def close(self) -> None:
        """End the server."""
        self._socket.close()
        self._server.wait()


class _Forked:
    """A program that was forked, as `subprocess.Popen` has it."""

    def __init__(self, answers: socket.socket) -> None:
        self._answers = answers
        self.pid = self._answer()
        self.returncode: int | None = None

    def _answer(self) -> int:
        return int(struct.unpack("i", self._answers.recv(4, socket.MSG_WAITALL))[0])

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its status."""
        if self.returncode is None:
            self._answers.settimeout(timeout)
            try:
                self.returncode = self._answer()
            except TimeoutError:
                raise subprocess.TimeoutExpired("", timeout or 0) from None
            self._answers.close()
        return self.returncode

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.pid, signal.SIGKILL)
