"""How a long run is shown while it goes on."""

import io
import json

import pytest
from rich.console import Console

from indexer.cli.progress import Bar, JsonLines


def test_programs_get_a_line_a_second_and_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    seconds = iter([0.0, 0.1, 0.9, 1.1, 1.2, 1.3])
    with JsonLines(clock=lambda: next(seconds)) as progress:
        progress.discovered(known=10, due=5)
        progress.fetched(done=1, due=5, texts_embedded=9)
        progress.fetched(done=2, due=5, texts_embedded=18)
        progress.fetched(done=3, due=5, texts_embedded=27)
        progress.fetched(done=4, due=5, texts_embedded=36)
        progress.fetched(done=5, due=5, texts_embedded=45)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told[0] == {"event": "discovered", "known": 10, "due": 5}
    assert [event.get("done") for event in told[1:]] == [1, 3, 5]


def test_people_get_a_bar_with_the_calls_and_their_pace() -> None:
    written = io.StringIO()
    console = Console(file=written, width=120, force_terminal=True, color_system=None)
    with Bar(console) as progress:
        progress.discovered(known=1200, due=100)
        progress.fetched(done=50, due=100, texts_embedded=4200)
        progress.fetched(done=100, due=100, texts_embedded=8400)
    text = written.getvalue()
    assert "8,400 texts embedded" in text
    assert "100/100" in text
    assert "calls/s" in text
