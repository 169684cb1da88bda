"""Where files of termstats lie on this system."""

from __future__ import annotations

import os
from pathlib import Path

CONFIG_VARIABLE = "TERMSTATS_CONFIG"
STATE_VARIABLE = "TERMSTATS_STATE"
STORE_VARIABLE = "TERMSTATS_STORE"
PASSWORD_VARIABLE = "TERMSTATS_PASSWORD"  # noqa: S105 - the name of the variable
LOG_VARIABLE = "TERMSTATS_LOG"
VIEWER_VARIABLE = "TERMSTATS_VIEWER"
THEME_VARIABLE = "TERMSTATS_THEME"
_SAMPLE = Path("sample_data", "sample.sqlite3")


def config_file() -> Path:
    """Return the configuration file, there or not: $TERMSTATS_CONFIG or the system's place."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("termstats", appauthor=False) / "config.toml"


def state_folder() -> Path:
    """Return the folder of what is remembered between two calls, there or not."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).expanduser()
    from platformdirs import user_state_path

    return user_state_path("termstats", appauthor=False)


def sample_store() -> Path:
    """Return the sample store: beside the package in an installation, at the root of a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / _SAMPLE
    return installed if installed.exists() else package.parents[1] / _SAMPLE
