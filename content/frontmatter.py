"""A text file that begins with YAML between two `---` lines, read with the line of every key."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from content.errors import ContentError, Fault

Location = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    path: Path
    data: dict[str, Any]
    lines: dict[Location, int]
    body: list[tuple[int, str]]

    def line(self, location: Location) -> int:
        """The line of a value, or of its nearest parent that has one."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)


def read(path: Path) -> Document:
    """Split a file into front matter and numbered body lines. ContentError when there is none."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise ContentError(
            [Fault(path, 1, "begin the file with front matter between two lines '---'")]
        )
    end = lines.index("---", 1)
    data, places = read_yaml(path, "\n".join(lines[1:end]), first_line=2)
    return Document(path, data, places, list(enumerate(lines[end + 1 :], start=end + 2)))


def read_yaml(
    path: Path, text: str, first_line: int = 1
) -> tuple[dict[str, Any], dict[Location, int]]:
    """A YAML mapping and the line of each of its values. ContentError when it is not one."""
    loader = yaml.CBaseLoader(text)  # all scalars stay text: the models know what a date is
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        raise ContentError(
            [Fault(path, line, f"mend the YAML: {getattr(error, 'problem', error)}")]
        ) from None
    if node is None or not isinstance(data, dict):
        raise ContentError([Fault(path, first_line, "write 'key: value' lines here")])
    return data, {place: first_line + line for place, line in _places(node)}


def validate(model: type[Model], document: Document, hints: dict[str, str]) -> Model:
    """Check front matter against its model. `hints` says per field what the author should write."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise ContentError(
            [
                Fault(
                    document.path,
                    document.line(found["loc"]),
                    _advice(found["loc"], found["msg"], hints),
                )
                for found in error.errors()
            ]
        ) from None


def _advice(location: Location, message: str, hints: dict[str, str]) -> str:
    name = ".".join(map(str, location))
    hint = hints.get(str(location[0]) if location else "", "")
    return f"'{name}': {message}" + (f"; write {hint}" if hint else "")


def _places(node: yaml.Node, at: Location = ()) -> Iterator[tuple[Location, int]]:
    yield at, node.start_mark.line
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _places(value, (*at, key.value))
            yield (*at, key.value), key.start_mark.line
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _places(item, (*at, index))
