"""Says in our shape, and with what to write instead, what the YAML parser found wrong."""

from typing import Final

import yaml

from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.ground.files import point, point_after

_HELP: Final = {
    "did not find expected ',' or '}'": "put a comma between the entries, or close the mapping with `}`",
    "did not find expected ',' or ']'": "put a comma between the items, or close the list with `]`",
    "mapping values are not allowed in this context": (
        "put a string with `: ` in it in quotes; a key stands on a line of its own, as deep as its neighbours"
    ),
    "did not find expected key": "indent the keys of a mapping alike, and the items of a list",
    "did not find expected '-' indicator": "indent the items of a list alike, each behind its `- `",
    "did not find expected node content": "write the value that is missing, or take a comma or a bracket out",
    "could not find expected ':'": "put `: ` between the key and its value, on one line",
    "found character that cannot start any token": "put a string that begins with this character in quotes",
    "found unexpected ':'": "put a string with a colon in it in quotes",
    "did not find expected alphabetic or numeric character": (
        "put a string that begins with this character in quotes"
    ),
    "did not find expected <document start>": "write the keys of the document in the first column",
    "block sequence entries are not allowed in this context": "begin the list on a line of its own",
    "found unexpected end of stream": "close the quotes",
    "found unknown escape character": "write `\\\\` for a backslash, or use single quotes",
}
"""The parser's messages with what helps against them."""

_CONTEXTS: Final = {
    "while parsing a flow mapping": "the `{` is here",
    "while parsing a flow sequence": "the `[` is here",
    "while parsing a block mapping": "the mapping begins here",
    "while parsing a block collection": "the list begins here",
    "while scanning a quoted scalar": "the quotes are opened here",
    "while scanning a simple key": "the key begins here",
}


def syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Diagnostic:
    """Return what stopped the parser in `text`."""
    mark = error.problem_mark or error.context_mark
    place = _place_of(mark, text, file) if mark else Location(file)
    problem = error.problem or "no YAML"
    notes = _context(error, text, file)
    if problem == "but found another document":
        return Diagnostic("SC005", "a second document starts here", place, "keep one document to a file")
    if mark and text[mark.index : mark.index + 1] == "\t":
        message = "a tab stands where YAML wants spaces"
        return Diagnostic("SC004", message, place, "indent with spaces")
    if problem == "found undefined alias":
        message = "this alias has no anchor before it"
        return Diagnostic("SC004", message, place, "mark what it stands for with `&name`")
    if problem == "second occurrence":
        first = tuple(Note("first given here", note.location) for note in notes)
        return Diagnostic("SC004", "this anchor is given twice", place, "choose another name", first)
    return Diagnostic("SC004", f"not valid YAML: {problem}", place, _HELP.get(problem), notes)


def _context(error: yaml.MarkedYAMLError, text: str, file: str) -> tuple[Note, ...]:
    """Return what the parser was at, unless that is the very place where it stopped."""
    where = error.context_mark
    if not where or not error.context or (error.problem_mark and where.index == error.problem_mark.index):
        return ()
    return (Note(_CONTEXTS.get(error.context, error.context), _place_of(where, text, file)),)


def _place_of(mark: yaml.Mark, text: str, file: str) -> Location:
    """Return a place of the parser's; where it ran out of text, that is the end of what there is."""
    if mark.index < len(text):
        return point(file, mark.line, mark.column)
    return point_after(file, text.rstrip())
