"""What an editor makes of the schema, by yaml-language-server itself."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from language_server import LanguageServer

from scopecli.scenario.schema import language_schema
from scopecli.scenario.session import SESSION
from scopecli.scenario.steps import KINDS

SERVER = shutil.which("yaml-language-server")
pytestmark = pytest.mark.skipif(
    SERVER is None, reason="there is no yaml-language-server; `npm install -g yaml-language-server` brings it"
)
ARGUMENTS = sorted({*language_schema()["$defs"]["get_variable"]["properties"]} - {"get_variable"})


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """Return the server, which has read the schema."""
    schema = tmp_path_factory.mktemp("editor") / "scopecli.schema.json"
    schema.write_text(json.dumps(language_schema()))
    with LanguageServer([str(SERVER), "--stdio"], schema) as server:
        server.diagnostics("steps: []\n")
        yield server


def offered(editor: LanguageServer, text: str) -> list[str]:
    """Return the names that are offered where `|` is."""
    return sorted(item["label"] for item in editor.completions(text))


@pytest.mark.parametrize(
    "text",
    [
        "steps:\n  - |",
        "steps:\n  - ge|",
        "steps:\n  - {|}",
        "steps:\n  - variable_scope: a\n    steps:\n      - |",
        "functions:\n  f:\n    - |",
        "steps:\n  - get_variable: w\n  - |\nsession:\n  - show\n",
    ],
)
def test_steps_alone_are_offered_where_one_begins(text: str, editor: LanguageServer) -> None:
    """After `- ` come the steps, not the keys of each."""
    assert offered(editor, text) == sorted(KINDS)


def test_entries_alone_are_offered_in_the_session(editor: LanguageServer) -> None:
    """There are no steps in it."""
    assert offered(editor, "steps: []\nsession:\n  - |") == sorted(SESSION.kinds)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("steps:\n  - get_variable: w\n    |", ARGUMENTS),
        ("steps:\n  - {get_variable: w, s|}", ARGUMENTS),
        (
            "steps:\n  - get_variable: w\n    shape: [2]\n    |",
            [name for name in ARGUMENTS if name != "shape"],
        ),
    ],
)
def test_arguments_are_offered_inside_their_step(text: str, rest: list[str], editor: LanguageServer) -> None:
    """They are those of this step, but for those that it has."""
    assert offered(editor, text) == rest


@pytest.mark.parametrize(
    ("text", "word", "inserted"),
    [
        ("steps:\n  - get_|", "get_variable", "get_variable: "),
        ("steps:\n  - re|", "reuse_variables", "reuse_variables: "),
        ("session:\n  - ini|", "initialize", "initialize: "),
        ("session:\n  - |", "show", "show: "),
    ],
)
def test_a_word_is_inserted_as_a_step(text: str, word: str, inserted: str, editor: LanguageServer) -> None:
    """What is accepted is a step, or begins one; `initialize:` is one, as `initialize` is."""
    (item,) = [item for item in editor.completions(text) if item["label"] == word]
    assert item["textEdit"]["newText"] == inserted
    if inserted.strip(": ") in SESSION.kinds:
        whole = f"steps: []\n{text.partition('- ')[0]}- {inserted}\n"
        assert editor.diagnostics(whole) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("steps:\n  - get_variable: w\n    shap: [2]\n", 2, "Property shap is not allowed."),
        ("steps:\n  - {get_varable: w}\n", 1, "Property get_varable is not allowed."),
        ("steps:\n  - get_variable: 3\n", 1, 'Incorrect type. Expected "string".'),
        (
            "steps:\n  - variable_scope: a\n    steps:\n      - make_template: t\n",
            3,
            'Missing property "function".',
        ),
        (
            "steps: []\nsession:\n  - initialise\n",
            2,
            "Only initialize and show can stand alone.",
        ),
    ],
)
def test_what_is_wrong_is_told_of_that_step(
    text: str, line: int, message: str, editor: LanguageServer
) -> None:
    """There is one message, in the line of the step, and about it."""
    (told,) = editor.diagnostics(text)
    assert (told["range"]["start"]["line"], told["message"]) == (line, message)


def test_what_is_right_is_not_told(editor: LanguageServer) -> None:
    """Of the scenarios that come with it, nothing is told."""
    for path in sorted(Path("scenarios").glob("*.yaml")):
        assert editor.diagnostics(path.read_text()) == [], path
