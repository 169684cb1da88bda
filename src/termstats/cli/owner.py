"""Whose store it is, and who looks where nobody is named: the user of this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping

from termstats.config import EVERYTHING, MappedViewer
from termstats.data.model.errors import NotAllowed
from termstats.data.model.text import clean
from termstats.data.store.opening import store_path
from termstats.data.store.servers.address import is_server
from termstats.paths import sample_store

_ROOT = 0


def user_number() -> int | None:
    """Return the number of the user who started this program; None: the system has none.

    The real one: where a program runs with the rights of another account, it is not that account.
    """
    return os.getuid() if hasattr(os, "getuid") else None


def user_name(number: int | None) -> str:
    """Return what a user is called here; an account without a name is called by its number.

    Never taken from the environment, which anybody can set.
    """
    if number is None:
        return os.getlogin()
    import pwd  # not everywhere

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def mapped(viewers: Mapping[str, MappedViewer], named: str | None) -> str | None:
    """Return the viewer that `[viewers]` of the configuration makes of the user; None: everything.

    `named`: the viewer who was named besides, which is for those who see everything, people one
    by one too: as a learner somebody is seen whatever the smallest group.

    Raises:
        NotAllowed: the user is not listed, or named somebody else.
    """
    user = user_name(user_number())
    if user not in viewers:
        raise NotAllowed(
            f"{clean(user)!r} is not listed under [viewers] in the configuration file, "
            "so there is nothing to see; add a line there"
        )
    viewer = viewers[user].viewer
    if viewer == EVERYTHING and named is not None and viewers[user].min_group:
        raise NotAllowed(
            f"{clean(user)!r} sees no small groups, and looks as nobody else: "
            "so says [viewers] in the configuration file"
        )
    if viewer == EVERYTHING:
        return named
    if named not in (None, viewer):
        raise NotAllowed(
            f"{clean(user)!r} looks as {clean(viewer)!r} and as nobody else: "
            "so says [viewers] in the configuration file"
        )
    return viewer


def check_personal(location: str) -> None:
    """Check that a store is personal: its file belongs to the user who started this program.

    Root owns everything, and the sample is everybody's. Where files have no owners every store is
    personal. What cannot be looked at is left to who opens it. Of a server the login is the key:
    who has it can read everything there.

    Raises:
        NotAllowed: it belongs to somebody else.
        StoreError: no file is named.
    """
    if is_server(location):
        return
    path, user = store_path(location), user_number()
    try:
        owner = path.stat().st_uid
    except OSError:
        return
    if user in (None, _ROOT, owner) or path.absolute() == sample_store():
        return
    raise NotAllowed(
        f"{path}: belongs to {user_name(owner)!r}, so who looks at it has to be known; "
        "give --viewer NAME, or list the user under [viewers] in the configuration file"
    )
