"""Reads the hand-written dialogue; its errors name file and line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SCENES = Path(__file__).parent / "scenes"
VOICEMAILS = Path(__file__).parent / "voicemails.txt"

STAGES = frozenset(
    "opening discovery demo pricing objection competitor negotiation legal renewal churn expansion "
    "support onboarding scheduling followup closing gatekeeper wrong-number smalltalk".split()
)
VOICEMAIL_STAGES = frozenset({"voicemail-in", "voicemail-out"})
SLOTS = frozenset(
    "rep rep_first contact contact_first contact_title company industry job jobs crew crew_words "
    "city tool rival price total discount seats weekday weekday2 month time colleague boss "
    "invoice_tool".split()
)

_HEADING = re.compile(r"== ([a-z0-9]+(?:-[a-z0-9]+)*)$")
_FIELD = re.compile(r"(stage|with|note|summary|U|C): ?(.*)$")
_SLOT = re.compile(r"\{([^{}]*)\}")


class SceneError(ValueError):
    """A scene file breaks the format; the message starts with file and line."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path.name}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said: by our user when `ours`, else by the contact; slots not yet filled."""

    ours: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A stretch of dialogue that a call can be put together from."""

    id: str
    stage: str
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    summary: str | None = None
    lines: tuple[Line, ...] = ()

    def fact(self, name: str) -> frozenset[str]:
        """Return the values of one `with:` fact (`fits=cold/demo` has two), none if absent."""
        value = self.facts.get(name)
        return frozenset(value.split("/")) if value else frozenset()


def read_scenes(folder: Path = SCENES) -> list[Scene]:
    """Return the scenes of every file in a folder, by file name and then as written."""
    scenes = [scene for path in sorted(folder.glob("*.txt")) for scene in parse(path)]
    seen: set[str] = set()
    for scene in scenes:
        if scene.id in seen:
            raise ValueError(f"{folder.name}: the scene id {scene.id} is used twice")
        seen.add(scene.id)
    return scenes


def parse(path: Path, stages: frozenset[str] = STAGES) -> list[Scene]:
    """Return the scenes of one file.

    Raises:
        SceneError: the file breaks the format.
    """
    numbered = list(enumerate(path.read_text("utf-8").splitlines(), start=1))
    return [_scene(path, block, stages) for block in _blocks(path, numbered)]


def _blocks(path: Path, numbered: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield the lines of each scene, its heading first, comments and blank lines left out."""
    block: list[tuple[int, str]] = []
    for number, raw in numbered:
        text = raw.strip()
        if not text or text == "#" or text.startswith("# "):
            continue
        if text.startswith("=="):
            if block:
                yield block
            block = []
        elif not block:
            raise SceneError(path, number, "text before the first '== scene-id'")
        block.append((number, text))
    if block:
        yield block


def _scene(path: Path, block: list[tuple[int, str]], stages: frozenset[str]) -> Scene:
    start, heading = block[0]
    named = _HEADING.match(heading)
    if not named:
        raise SceneError(path, start, f"a heading is '== scene-id-in-kebab-case', not {heading!r}")
    found = [(number, *_split(path, number, text)) for number, text in block[1:]]
    lines = tuple(Line(key == "U", value) for _, key, value in found if key in "UC")
    if not lines:
        raise SceneError(path, start, f"the scene {named[1]} has no U: or C: line")
    return Scene(
        id=named[1],
        stage=_stage(path, start, found, stages),
        facts=_facts(path, found),
        notes=tuple(value for _, key, value in found if key == "note"),
        summary=next((value for _, key, value in found if key == "summary"), None),
        lines=lines,
    )


def _split(path: Path, number: int, text: str) -> tuple[str, str]:
    """Return key and value of a line such as `U: Hello`, its slots and brackets checked."""
    matched = _FIELD.match(text)
    if not matched:
        raise SceneError(path, number, f"not a field of a scene: {text[:40]!r}")
    key, value = matched[1], matched[2].strip()
    if not value:
        raise SceneError(path, number, f"{key}: is empty")
    if key not in ("stage", "with"):
        _check_text(path, number, value)
    return key, value


def _check_text(path: Path, number: int, text: str) -> None:
    for slot in _SLOT.findall(text):
        if slot not in SLOTS:
            raise SceneError(path, number, f"unknown slot {{{slot}}}")
    if "{" in (bare := _SLOT.sub("", text)) or "}" in bare:
        raise SceneError(path, number, "a brace that belongs to no slot")
    depth = 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if depth not in (0, 1):
            raise SceneError(path, number, "alternatives are nested or not closed")
    if depth:
        raise SceneError(path, number, "alternatives are nested or not closed")


def _stage(
    path: Path, start: int, found: list[tuple[int, str, str]], stages: frozenset[str]
) -> str:
    for number, key, value in found:
        if key == "stage":
            if value not in stages:
                raise SceneError(path, number, f"unknown stage {value!r}")
            return value
    raise SceneError(path, start, "the scene has no stage")


def _facts(path: Path, found: list[tuple[int, str, str]]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for number, key, value in found:
        if key != "with":
            continue
        for pair in value.split(","):
            name, equals, fact = pair.partition("=")
            if not (equals and name.strip() and fact.strip()):
                raise SceneError(path, number, f"with: takes key=value pairs, not {pair.strip()!r}")
            facts[name.strip()] = fact.strip()
    return facts
