"""Topics of help as Markdown: written by hand, made of the definitions, or both."""

from collections.abc import Iterator

from scopecli.ground.codes import CODES
from scopecli.render.reference import APPENDED, MADE, word_lines, words
from scopecli.topics import code_text, topic, topic_names


def known_topics() -> dict[str, str]:
    """Return every topic with its title."""
    written = {name: topic(name) for name in topic_names()}
    titles = {name: text.split("\n", 1)[0].removeprefix("# ") for name, text in written.items()}
    titles |= {name: next(iter(lines())).removeprefix("# ") for name, lines in MADE.items()}
    return dict(sorted(titles.items()))


def topic_lines(name: str) -> Iterator[str] | None:
    """Return the lines of a topic, a word of the language or a code; None of what is none."""
    if name in topic_names():
        return _written_lines(name)
    if name in MADE:
        return MADE[name]()
    if name in words():
        return word_lines(name)
    return code_lines(name.upper()) if name.upper() in CODES else None


def _written_lines(name: str) -> Iterator[str]:
    yield from topic(name).rstrip("\n").split("\n")
    if name in APPENDED:
        yield ""
        yield from APPENDED[name]()


def code_lines(code: str) -> Iterator[str]:
    """Yield what the code of a message means, with an example where there is one."""
    yield f"# {code}: {CODES[code]}"
    text = code_text(code)
    if text:
        yield ""
        yield from text.rstrip("\n").split("\n")


def every_name() -> list[str]:
    """Return everything that there is help for, but for commands and codes."""
    return [*known_topics(), *words()]
