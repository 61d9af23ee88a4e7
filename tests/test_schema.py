"""`scopecli schema`: the JSON Schema says of a file's structure what the reader says."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT, SCENARIOS, Scopecli

from scopecli.ground.errors import InvalidSourceError
from scopecli.report.writing import report_schema
from scopecli.scenario.document import parse_value, read_document
from scopecli.scenario.model import read_scenario
from scopecli.scenario.nodes import Mapping, Node, Scalar, children
from scopecli.scenario.plain import parse_plain
from scopecli.scenario.problems import Problems
from scopecli.scenario.schema import language_schema
from scopecli.scenario.session import SESSION
from scopecli.scenario.steps import KINDS

FOLDERS = [ROOT / "scenarios", *(SCENARIOS / name for name in ("valid", "variable_scope", "explain", "lint"))]
VALID = sorted(path for folder in FOLDERS for path in folder.glob("*.yaml"))
STRUCTURE = {"SC010", "SC012", "SC013", "SC014", "SC015"}
SCHEMA = jsonschema.Draft202012Validator(language_schema())


def _document(path: Path) -> Node:
    problems = Problems()
    node = read_document(str(path), problems)
    problems.raise_if_any()
    return node


def _plain(node: Node) -> Any:
    """Return a document as JSON has it."""
    if isinstance(node, Mapping):
        return {name: _plain(entry.value) for name, entry in node.entries.items()}
    return node.value if isinstance(node, Scalar) else [_plain(each) for each in children(node)]


def _structural_problems(node: Node) -> list[str]:
    """Return what the reader finds wrong with a document by itself, before anything is put in."""
    problems = Problems()
    read_scenario(node, "x", problems)
    try:
        problems.raise_if_any()
    except InvalidSourceError as error:
        return [each.message for each in error.diagnostics if each.code in STRUCTURE]
    return []


def test_the_schema_is_one(scopecli: Scopecli) -> None:
    """What is printed is a JSON Schema of draft 2020-12, and strict JSON."""
    printed = json.loads(scopecli("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed == language_schema()


def test_the_schema_of_reports(scopecli: Scopecli) -> None:
    """`--report` prints the JSON Schema that every report of the tests is held against."""
    printed = json.loads(scopecli("schema", "--report").stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed == report_schema()


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_files(path: Path) -> None:
    """The schema accepts every valid file."""
    SCHEMA.validate(_plain(_document(path)))


@pytest.mark.parametrize("path", sorted((SCENARIOS / "invalid").glob("*.yaml")), ids=lambda path: path.stem)
def test_invalid_files(path: Path) -> None:
    """The schema refuses just those of the invalid files whose structure is wrong."""
    try:
        node = _document(path)
    except InvalidSourceError:
        return  # it is no document at all
    assert SCHEMA.is_valid(_plain(node)) == (_structural_problems(node) == [])


# Where a value refers to something, the reader waits for what that is: such files are compared as they are.
_DOCUMENTS = [_plain(_document(path)) for path in VALID if "$" not in path.read_text("utf-8")]
_VALUES = st.sampled_from(
    [
        *(None, True, 7, -1, 0.5, "w", "ones", "float32", "AUTO_REUSE"),
        *([], [1, None], ["a"], [[1, 2], [3]], [{"get_variable": "w"}], ["reuse_variables"]),
        *({}, {"value": 1}, {"l2": 0.1}, {"constant": 1}, {"constant": {"value": 1}}, {"ones": None}),
        *({"fixed_size": 2}, {"python": "a:b"}, {"type": "ValueError"}),
    ]
)
_KEYS = st.sampled_from(
    """
    shape dtype initializer regularizer reuse steps as raises in with trainable collections name value scope
    get_variable variable_scope Variable constant device session expect parameters functions seed wrong
    """.split()
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container with each of its keys."""
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]
    return []


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_the_schema_and_the_reader_agree(data: st.DataObject) -> None:
    """Of documents that are changed somewhere, the schema accepts just those that the reader does."""
    document = copy.deepcopy(data.draw(st.sampled_from(_DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 2))):
        container, key = data.draw(st.sampled_from(_places(document)))
        match data.draw(st.sampled_from(["change", "remove", "add"])):
            case "change":
                container[key] = copy.deepcopy(data.draw(_VALUES))
            case "remove":
                del container[key]
            case _ if isinstance(container, dict):
                container[data.draw(_KEYS)] = copy.deepcopy(data.draw(_VALUES))
        if not _places(document):
            break
    node = parse_value(json.dumps(document), "x", Problems())
    problems = _structural_problems(node)
    assert SCHEMA.is_valid(_plain(node)) == (problems == []), (document, problems)


@pytest.mark.parametrize(
    ("value", "refers"),
    [("$n", True), ("${2 * n}", True), ("a$$$n", True), ("$$n", False), ("a$$b", False), ("$$$$n", False)],
)
def test_a_dollar_sign_that_is_escaped_refers_to_nothing(value: str, *, refers: bool) -> None:
    """`$$` stands for a dollar sign: such a string is no reference."""
    document = {"steps": [{"get_variable": "w", "trainable": value}]}
    assert SCHEMA.is_valid(document) == refers


@pytest.mark.parametrize(
    "step",
    [
        {"get_variable": "$n", "shape": "$shape", "initializer": "$init", "trainable": "$yes", "as": "$n"},
        {"get_variable": "w", "shape": ["$n", "${2 * n}"], "initializer": {"constant": "$c"}},
        {
            "get_variable": "w",
            "regularizer": {"l2": "$s"},
            "partitioner": {"fixed_size": {"num_shards": "$n"}},
        },
        {"variable_scope": "$scope", "reuse": "$mode", "steps": []},
        {"for": "i", "in": "$n", "steps": []},
        {"call": "$f", "with": {"x": "$y"}},
    ],
)
def test_references_may_stand_for_values(step: dict[str, Any]) -> None:
    """A reference may stand for a value of any type, and for the values in it."""
    SCHEMA.validate({"steps": [step]})


@pytest.mark.parametrize(
    "step",
    [{"for": "i", "in": [], "steps": "$steps"}, {"get_variable": "w", "raises": {"type": "$t", "match": 1}}],
)
def test_references_may_not_stand_for_structure(step: dict[str, Any]) -> None:
    """Steps, and what a step must raise, are written out."""
    assert not SCHEMA.is_valid({"steps": [step]})


def test_descriptions_are_there() -> None:
    """Every key of every step has a description, which editors show."""
    for word in (*KINDS, *SESSION.kinds):
        for name, value in language_schema()["$defs"][word]["properties"].items():
            assert re.search(r"\w", value["description"]), name


@pytest.mark.parametrize("word", [*KINDS, *SESSION.kinds])
def test_examples_are_steps(word: str, scopecli: Scopecli) -> None:
    """Each step has an example, which the reader and the schema take, and help shows as YAML."""
    example = language_schema()["$defs"][word]["examples"][0]
    (shown,) = re.findall(r"```yaml\n- (.*)\n```", scopecli("help", word).stdout)
    assert parse_plain(shown, "help") == example
    key = "session" if word in SESSION.kinds else "steps"
    document = {"steps": [], key: [example]}
    SCHEMA.validate(document)
    assert _structural_problems(parse_value(json.dumps(document), "x", Problems())) == []
