"""Settings: where they come from, what is refused and how that is told, what stays secret."""

import re
from pathlib import Path

import pytest

from indexer.settings import Settings, is_loopback, known_names, load_settings
from models.errors import SettingsInvalid

KEY = "a-key-that-nobody-may-see"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env but those of the test."""
    for name in known_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def told(monkeypatch: pytest.MonkeyPatch, **variables: str) -> str:
    """What is said when these variables are set, which must be wrong."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as refusal:
        load_settings()
    return str(refusal.value)


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.close_base_url == "https://api.close.com/api/v1"
    assert settings.data_dir.is_absolute()
    assert settings.api_keys == ()


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CALLSIFT_PORT=1\nCALLSIFT_LOG_LEVEL=ERROR\nOTHER=x\n")
    monkeypatch.setenv("CALLSIFT_PORT", "2")
    settings = load_settings()
    assert (settings.port, settings.log_level) == (2, "error")


def test_a_setting_can_be_a_secret_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "CLOSE_API_KEY").write_text(f"{KEY}\n")
    monkeypatch.setenv("CALLSIFT_SECRETS_DIR", str(tmp_path))
    key = load_settings().close_api_key
    assert key is not None
    assert key.get_secret_value() == KEY


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOSE_API_KEY", "")
    monkeypatch.setenv("CALLSIFT_API_KEYS", "")
    assert load_settings().close_api_key is None
    assert load_settings().api_keys == ()


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIFT_ALLOWED_HOSTS", "Calls.Example.com, 10.0.0.5,[::1],")
    assert load_settings().allowed_hosts == ("calls.example.com", "10.0.0.5", "::1")


def test_no_slash_is_kept_at_the_end_of_the_base_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIFT_CLOSE_BASE_URL", "http://localhost:1234/api/v1/")
    assert load_settings().close_base_url == "http://localhost:1234/api/v1"


def test_the_data_directory_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSIFT_DATA_DIR", "~/calls")
    assert load_settings().data_dir == Path.home() / "calls"


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("CALLSIFT_PORT", "http", "should be a valid integer"),
        ("CALLSIFT_PORT", "65536", "less than or equal to 65535"),
        ("CALLSIFT_HOST", "http://here", "is no host name"),
        ("CALLSIFT_ALLOWED_HOSTS", "good.example,bad.example:80", "'bad.example:80' is no host"),
        ("CALLSIFT_CLOSE_BASE_URL", "api.close.com", "is no http or https address"),
        ("CALLSIFT_CLOSE_BASE_URL", "https:///api", "is no http or https address"),
        ("CALLSIFT_CLOSE_BASE_URL", "http://api.close.com/api/v1", "must be https"),
        ("CALLSIFT_CLOSE_BASE_URL", "http://localhost.evil.example/", "must be https"),
        ("CALLSIFT_CLOSE_BASE_URL", "https://me:pw@api.close.com/", "no user, no password"),
        ("CALLSIFT_DATA_DIR", "taken", "is there, and is no folder"),
        ("CALLSIFT_SECRETS_DIR", "nowhere", "there is no folder nowhere"),
        ("CALLSIFT_EMBEDDING_DEVICE", "GPU 0", "is no device"),
        ("CALLSIFT_TRANSCRIPT_PATIENCE_HOURS", "0", "greater than 0"),
        ("CALLSIFT_TRANSCRIPT_PATIENCE_HOURS", "nan", "less than or equal to 8760"),
        ("CALLSIFT_LOG_LEVEL", "loud", "should be 'debug', 'info', 'warning' or 'error'"),
        ("CLOSE_API_KEY", "   ", "is blank"),
        ("CLOSE_API_KEY", "two words", "holds a space"),
    ],
)
def test_a_wrong_setting_is_told_with_its_name_and_an_example(
    name: str, value: str, what: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "taken").touch()
    text = told(monkeypatch, **{name: value})
    assert re.fullmatch(rf"{name}: .*{re.escape(what)}.*Example: {name}=\S.*", text), text


def test_each_wrong_setting_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = told(monkeypatch, CALLSIFT_PORT="x", CALLSIFT_LOG_LEVEL="x", CALLSIFT_HSOT="x")
    assert [line.split(":")[0] for line in lines.splitlines()] == [
        "CALLSIFT_HSOT",
        "CALLSIFT_PORT",
        "CALLSIFT_LOG_LEVEL",
    ]


@pytest.mark.parametrize(
    ("stranger", "meant"),
    [
        ("CALLSIFT_PROT", ". Did you mean CALLSIFT_PORT?"),
        ("callsift_data", ". Did you mean CALLSIFT_DATA_DIR?"),
        ("CALLSIFT_CLOSE_API_KEY", ". Did you mean CLOSE_API_KEY?"),
        ("CALLSIFT_WHATEVER_ELSE", ": see .env.example"),
    ],
)
@pytest.mark.parametrize("in_file", [True, False])
def test_an_unknown_setting_is_refused_with_the_nearest(
    stranger: str, meant: str, *, in_file: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if in_file:
        (tmp_path / ".env").write_text(f"{stranger}={KEY}\n")
        text = told(monkeypatch)
    else:
        text = told(monkeypatch, **{stranger: KEY})
    assert text.startswith(f"{stranger.upper()}: there is no such setting{meant}")
    assert KEY not in text


def test_oauth_needs_all_three(monkeypatch: pytest.MonkeyPatch) -> None:
    text = told(monkeypatch, CLOSE_OAUTH_CLIENT_ID="oa2client_1", CLOSE_OAUTH_CLIENT_SECRET=KEY)
    assert text.startswith("CLOSE_OAUTH_REFRESH_TOKEN: not set, and OAuth needs all of")
    assert KEY not in text


@pytest.mark.parametrize(
    "variables",
    [
        {"CLOSE_API_KEY": f"{KEY} {KEY}"},
        {"CALLSIFT_API_KEYS": f"{KEY},{KEY}\u00e9"},
        {"CALLSIFT_API_KEYS": f"{KEY},k", "CLOSE_OAUTH_CLIENT_SECRET": KEY},
        {"CALLSIFT_CLOSE_BASE_URL": f"https://x:{KEY}@api.close.com"},
    ],
)
def test_no_secret_is_in_a_refusal(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEY not in told(monkeypatch, **variables)


def test_no_secret_is_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOSE_API_KEY", KEY)
    monkeypatch.setenv("CALLSIFT_API_KEYS", f"{KEY},{KEY}")
    settings = load_settings()
    assert len(settings.api_keys) == 2
    assert KEY not in repr(settings) + str(settings) + repr(settings.model_dump())


def test_a_file_that_is_no_text_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"CALLSIFT_PORT=\xff\xfe")
    assert told(monkeypatch) == ".env or a secret file: is not UTF-8 text"


def test_a_secret_file_that_would_be_passed_over_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secrets" / "close_api_key").mkdir(parents=True)
    text = told(monkeypatch, CALLSIFT_SECRETS_DIR=str(tmp_path / "secrets"))
    assert "close_api_key" in text


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("LocalHost", True),
        ("0.0.0.0", False),  # noqa: S104 -- the address that must not pass
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_only(host: str, *, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_every_setting_is_documented_and_has_an_example() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.examples, name


def example_lines() -> list[str]:
    root = Path(__file__).parents[2]
    return (root / ".env.example").read_text().splitlines()


def test_the_example_file_lists_every_setting_and_no_other() -> None:
    named = [
        match[1] for line in example_lines() if (match := re.match(r"(?:# )?([A-Z_]+)=", line))
    ]
    assert sorted(named) == sorted(known_names())


def test_the_example_file_changes_nothing_as_it_is(tmp_path: Path) -> None:
    untouched = load_settings()
    (tmp_path / ".env").write_text("\n".join(example_lines()))
    assert load_settings() == untouched


def test_the_example_file_shows_values_that_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    lines = [re.sub(r"^# ([A-Z_]+=)", r"\1", line) for line in example_lines()]
    text = "\n".join(lines).replace("=/run/secrets", f"={tmp_path / 'secrets'}")
    (tmp_path / ".env").write_text(text)
    assert load_settings().has_oauth


@pytest.mark.parametrize(("keys", "is_weak"), [("", False), (KEY, False), (f"{KEY},short", True)])
def test_a_key_short_enough_to_be_guessed_is_noticed(
    monkeypatch: pytest.MonkeyPatch, keys: str, is_weak: bool
) -> None:
    monkeypatch.setenv("CALLSIFT_API_KEYS", keys)
    assert load_settings().has_weak_key is is_weak
