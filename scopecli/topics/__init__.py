"""What is written to be read in the shell, by topic: a Markdown file each."""

from importlib.resources import files


def topic_names() -> list[str]:
    """Return the topics that have a file, in the order of their names."""
    found = (entry.name for entry in files(__package__).iterdir())
    return sorted(name.removesuffix(".md") for name in found if name.endswith(".md"))


def topic(name: str) -> str:
    """Return the Markdown of a topic."""
    return files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8")


def code_text(code: str) -> str | None:
    """Return the Markdown of what is to be known of a message's code; None where its line says all."""
    file = files(__package__).joinpath("codes", f"{code}.md")
    return file.read_text(encoding="utf-8") if file.is_file() else None
