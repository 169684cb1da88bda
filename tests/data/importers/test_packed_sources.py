"""Every importer opens files through one door: packed in any way, the store is the same."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.data.importers.opigno.factory import dump
from tests.data.importers.small_sources import DATABASES, SOURCES
from tests.data.importers.store_file import contents
from tests.data.importers.test_conformance import load


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside", content)
    return file.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zip": zipped,
}


def pack(path: Path, ending: str) -> Path:
    """Pack a file, or all files of a folder and of the folders in it, in their place."""
    if path.is_dir():
        for each in list(path.iterdir()):
            pack(each, ending)
        return path
    packed = path.with_name(path.name + ending)
    packed.write_bytes(PACKINGS[ending](path.read_bytes()))
    path.unlink()
    return packed


@pytest.mark.parametrize("ending", PACKINGS)
@pytest.mark.parametrize("platform", [name for name in SOURCES if name not in DATABASES])
async def test_files_may_be_packed(tmp_path: Path, platform: str, ending: str) -> None:
    source = SOURCES[platform](tmp_path)
    await load(platform, source, tmp_path / "plain.db")
    await load(platform, pack(source, ending), tmp_path / "packed.db")
    assert contents(tmp_path / "packed.db") == contents(tmp_path / "plain.db")


@pytest.mark.parametrize("ending", PACKINGS)
async def test_dumps_may_be_packed(tmp_path: Path, ending: str) -> None:
    plain = dump(SOURCES["opigno"](tmp_path), tmp_path / "site.sql")
    await load("opigno", plain, tmp_path / "plain.db")
    await load("opigno", pack(plain, ending), tmp_path / "packed.db")
    assert contents(tmp_path / "packed.db") == contents(tmp_path / "plain.db")


@pytest.mark.parametrize("ending", PACKINGS)
@pytest.mark.parametrize("platform", DATABASES)
async def test_databases_may_be_packed(tmp_path: Path, platform: str, ending: str) -> None:
    source = SOURCES[platform](tmp_path)
    await load(platform, source, tmp_path / "plain.store")
    await load(platform, pack(source, ending), tmp_path / "packed.store")
    assert contents(tmp_path / "packed.store") == contents(tmp_path / "plain.store")
