"""The configuration file: defaults, precedence, and each mistake named."""

from pathlib import Path

import pytest

from termstats import config, paths
from termstats.cli import main as cli
from termstats.data.model.errors import UsageError


def test_no_file_is_no_error(tmp_path: Path) -> None:
    assert config.load(tmp_path / "none.toml") == config.Config()


def test_the_example_is_valid_and_holds_every_key(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(config.EXAMPLE)
    loaded = config.load(path)
    assert loaded.store == "/data/academy.sqlite3"
    assert loaded.keymap == {"app.find": "slash,f3"}
    assert loaded.stalled_days == config.Config().stalled_days == 14
    assert all(name in config.EXAMPLE for name in config.Config.__dataclass_fields__)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("store = 1", "store must be text, not a number"),
        ("stalled_days = true", "stalled_days must be a number, not true or false"),
        ('clock = "sun"', "clock must be device or server"),
        ("stalled_days = 0", "stalled_days must be 1 or more"),
        ("ascii = 'yes'", "ascii must be true or false"),
        ("colour = 'red'", "unknown key 'colour'; known: store"),
        ("store = ", "not TOML"),
        ("period = 'soon'", "period: no period 'soon'"),
        ("keymap = 3", "keymap must be a table"),
        ("[keymap]\n'app.find' = 3", "keymap.app.find must be text"),
    ],
)
def test_mistakes_name_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        config.load(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_never_ends_is_not_read_and_nothing_is_nothing() -> None:
    with pytest.raises(UsageError, match="cannot be read \\(a device, not a file\\)"):
        config.load(Path("/dev/zero"))
    assert config.load(Path("/dev/null")) == config.Config()


def test_option_goes_before_environment_before_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.toml"
    path.write_text("store = 'from-file.db'")
    monkeypatch.setenv(paths.CONFIG_VARIABLE, str(path))
    monkeypatch.delenv(paths.STORE_VARIABLE, raising=False)
    assert cli.main(["check"]) == 1
    assert "from-file.db: no such file" in capsys.readouterr().err
    monkeypatch.setenv(paths.STORE_VARIABLE, "from-environment.db")
    assert cli.main(["check"]) == 1
    assert "from-environment.db: no such file" in capsys.readouterr().err
    assert cli.main(["check", "--store", "from-option.db"]) == 1
    assert "from-option.db: no such file" in capsys.readouterr().err


def test_path_and_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.toml"
    monkeypatch.setenv(paths.CONFIG_VARIABLE, str(path))
    assert cli.main(["config", "path"]) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert cli.main(["config", "show"]) == 0
    assert "does not exist; an example" in capsys.readouterr().out
    path.write_text("store = 'mysql://me:secret@db/x'\n[keymap]\n'app.find' = 'f3'")
    assert cli.main(["config", "show"]) == 0
    shown = capsys.readouterr().out
    assert "secret" not in shown
    assert 'store = "mysql://me:***@db/x"' in shown
    assert '"app.find" = "f3"' in shown


def test_the_sample_is_found() -> None:
    assert paths.sample_store().name == "sample.sqlite3"
    assert paths.sample_store().exists()
