"""Whatever is wrong with a URL or a configuration, no command, log or store tells its password."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from termstats.cli import main as cli
from termstats.data.model.redaction import masked
from tests.cli.command import Capture
from tests.mangling import PASSWORD, URL, edits, mangled

FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def told(arguments: list[str], folder: Path, capsys: Capture) -> str:
    """Return all that a command prints and logs, and the names of the files it makes."""
    log = folder / "log"
    log.unlink(missing_ok=True)
    assert cli.main(["--log", str(log), *arguments]) != 0
    printed = "".join(capsys.readouterr())
    logged = log.read_text() if log.exists() else ""
    return printed + logged + " ".join(str(path) for path in folder.rglob("*"))


def is_local(location: str) -> bool:
    """Return whether it would be connected to: no test asks a server."""
    return masked(location).startswith(("mysql://ann:***@", "mysql://***@"))


@pytest.mark.parametrize("debug", [[], ["--debug"]])
@pytest.mark.parametrize("door", ["source", "target", "store", "variable", "command"])
@given(slips=edits)
@example(slips=[("delete", 6, "")])
@example(slips=[("delete", 5, "")])
@FEW
def test_a_malformed_url_is_never_shown(
    door: str,
    debug: list[str],
    slips: list[tuple[str, int, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> None:
    location = mangled(slips)
    assume(location is not None)
    assert location is not None
    assume(not (door == "source" and is_local(location)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERMSTATS_STORE", location if door == "variable" else "")
    arguments = {
        "source": ["import", "opigno", location, "--store", "s.db"],
        "target": ["import", "events", "nothing.csv", f"--store={location}"],
        "store": ["--store", location, "report", "global.totals"],
        "variable": ["check"],
        "command": [f"--period={location}", location],
    }[door]
    assert PASSWORD not in told([*debug, *arguments], tmp_path, capsys)


def _listed(values: list[str]) -> str:
    return f"[{', '.join(values)}]"


VALUES = st.recursive(
    st.just(f'"{URL}"'), lambda v: st.lists(v, min_size=1, max_size=2).map(_listed), max_leaves=3
)


@given(
    st.sampled_from(["low_bandwidth", "ascii", "store", "keymap", "keymap.x", "period", "nothing"]),
    st.one_of(VALUES, VALUES.map(lambda v: f"{{ url = {v} }}"), st.just(URL), st.just(f"'{URL}")),
)
@example("store", _listed([f'"{URL}"']))
@example("ascii", f'"{URL}"')
@FEW
def test_a_wrong_configuration_never_shows_its_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, key: str, value: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"{key} = {value}\n")
    monkeypatch.setenv("TERMSTATS_CONFIG", str(path))
    monkeypatch.delenv("TERMSTATS_STORE", raising=False)
    for arguments in (["config", "show"], ["check"], ["doctor"]):
        cli.main(arguments)
        assert PASSWORD not in "".join(capsys.readouterr())
