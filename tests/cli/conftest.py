"""A small store and an own configuration, for all tests of the command line."""

from pathlib import Path

import pytest

from termstats.cli import main as cli
from termstats.data.model.errors import EXIT_OK


@pytest.fixture(autouse=True)
def own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMSTATS_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("TERMSTATS_STORE", raising=False)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "sample.db"
    command = ["sample", str(path), "--learners", "60", "--events", "3000"]
    assert cli.main([*command, "--zone", "UTC"]) == EXIT_OK
    return path
