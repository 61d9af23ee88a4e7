"""A client of yaml-language-server, as an editor is one: over its protocol, on its standard streams."""

import itertools
import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self


class LanguageServer:
    """The server in a process of its own, with a schema for every file.

    It follows the Language Server Protocol 3.17.
    """

    def __init__(self, command: list[str], schema: Path) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._numbers = itertools.count(1)
        self._settings = {
            "yaml": {
                "schemas": {schema.as_uri(): "*.yaml"},
                "schemaStore": {"enable": False},
                "completion": True,
                "validate": True,
                "hover": True,
            }
        }
        self._diagnostics: dict[str, list[Any]] = {}
        snippets = {"completion": {"completionItem": {"snippetSupport": True}}}
        capabilities = {"workspace": {"configuration": True}, "textDocument": snippets}
        self._ask("initialize", processId=None, rootUri=None, capabilities=capabilities)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings=self._settings)

    def __enter__(self) -> "Self":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def completions(self, text: str) -> list[dict[str, Any]]:
        """Return what is offered where `|` is in a scenario."""
        before, _, after = text.partition("|")
        place = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        uri = self._open(before + after)
        found = self._ask("textDocument/completion", textDocument={"uri": uri}, position=place)
        return found["items"] if isinstance(found, dict) else found

    def diagnostics(self, text: str) -> list[dict[str, Any]]:
        """Return what is told of a scenario."""
        uri = self._open(text)
        while uri not in self._diagnostics:
            self._hear(self._receive())
        return self._diagnostics.pop(uri)

    def _open(self, text: str) -> str:
        uri = f"file:///scenario_{next(self._numbers)}.yaml"
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", textDocument=document)
        return uri

    def _ask(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                return message["result"]
            self._hear(message)

    def _tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def _hear(self, message: dict[str, Any]) -> None:
        """Answer what the server asks, and keep what it says of files."""
        if message.get("method") == "workspace/configuration":
            asked = [item.get("section") for item in message["params"]["items"]]
            self._send({"id": message["id"], "result": [self._settings.get(section) for section in asked]})
        elif message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        headers = dict(line.split(b": ", 1) for line in iter(stream.readline, b"\r\n") if line)
        received: dict[str, Any] = json.loads(stream.read(int(headers[b"Content-Length"])))
        return received
