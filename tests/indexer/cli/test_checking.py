"""check: every part is looked at, and what is wrong is named."""

import json

import pytest

from tests.indexer.cli.driving import Run, opened_with_another_model, printed


@pytest.mark.usefixtures("close", "filled")
def test_check_finds_all_well(run: Run) -> None:
    told = printed(run("check", "--json"))
    assert told["ok"]
    assert [c["name"] for c in told["checks"]] == ["settings", "data", "store", "embedder", "Close"]
    text = run("check").stdout
    assert text.count("ok ") == 5


@pytest.mark.usefixtures("filled")
def test_check_names_what_is_wrong(run: Run) -> None:
    result = run("check", "--json", build=opened_with_another_model)
    assert result.exit_code == 1
    wrong = {c["name"]: c["detail"] for c in json.loads(result.stdout)["checks"] if not c["ok"]}
    assert "callsift reindex" in wrong.pop("embedder")
    assert "CLOSE_API_KEY" in wrong.pop("Close")
    assert not wrong


def test_check_tells_wrong_settings_as_a_check(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIFT_PORT", "x")
    result = run("check", "--json")
    assert result.exit_code == 1
    [finding] = json.loads(result.stdout)["checks"]
    assert finding["detail"].startswith("CALLSIFT_PORT: ")
