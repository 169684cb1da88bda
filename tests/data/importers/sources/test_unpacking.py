"""The one door to files: packed in every way that Python reads, bounded, and others named."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from termstats.data.importers.sources import unpacking
from termstats.data.importers.sources.unpacking import open_unpacked, plain_name
from termstats.data.model.errors import SourceError

TEXT = b"name,points\r\nann,3\r\n" * 500


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


ONE = zipped(("export/", b""), ("export/rows.csv", TEXT), ("__MACOSX/export/._rows.csv", b"x"))
PACKED = {
    "plain": TEXT,
    "gzip": gzip.compress(TEXT),
    "two gzips": gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "zip": ONE,
}


def written(folder: Path, content: bytes) -> Path:
    path = folder / "given.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("packing", PACKED)
def test_reads_what_is_packed_whatever_its_name(tmp_path: Path, packing: str) -> None:
    with open_unpacked(written(tmp_path, PACKED[packing])) as file:
        assert file.read(5) == b"name,"
        file.seek(0)
        assert file.read() == TEXT


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "xz", "zip"])
def test_a_cut_is_noticed(tmp_path: Path, packing: str) -> None:
    whole = PACKED[packing]
    with (
        pytest.raises(SourceError, match=f"a damaged or incomplete {packing} file"),
        open_unpacked(written(tmp_path, whole[: len(whole) * 2 // 3])) as file,
    ):
        file.read()


def test_a_member_of_an_archive_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped(("a/one.csv", b"1"), ("two.csv", b"2")))
    with open_unpacked(path / "a/one.csv") as file:
        assert file.read() == b"1"
    with pytest.raises(SourceError, match="not in the archive, which holds a/one.csv, two.csv"):
        open_unpacked(path / "three.csv").__enter__()
    with pytest.raises(SourceError, match=r"2 files .*name one, as .*all.zip/a/one.csv, or unpack"):
        open_unpacked(path).__enter__()
    with pytest.raises(SourceError, match="is no folder and no zip"):
        open_unpacked(written(tmp_path, TEXT) / "one.csv").__enter__()


def _locked() -> bytes:
    """Return a zip that says it has a password."""
    content = bytearray(zipped(("a.csv", b"1")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


OTHERS = [
    (zipped(), "a zip without a file in it"),
    (_locked(), "a zip with a password; unpack it first"),
    (zipped(("xl/workbook.xml", b""), ("[Content_Types].xml", b"")), "an Excel workbook"),
    (zipped(("META-INF/manifest.xml", b""), ("content.xml", b"")), "an OpenDocument file"),
    (b"\x28\xb5\x2f\xfd" + bytes(9), r"packed with zstd; unpack it first \(unzstd\)"),
    (b"7z\xbc\xaf\x27\x1c" + bytes(9), "packed with 7-Zip; unpack it"),
    (b"Rar!\x1a\x07\x01", "packed with RAR"),
    (bytes(257) + b"ustar\x00" + bytes(200), "a tar archive"),
    (gzip.compress(bytes(257) + b"ustar\x00" + bytes(200)), "a tar archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9), "an old Excel .* as CSV"),
    (gzip.compress(gzip.compress(TEXT)), "packed twice; unpack it once"),
    (zipped(("book.xlsx", ONE)), "packed twice; unpack it once"),
    (b"PAR1" + bytes(9), "a Parquet file"),
    (b"%PDF-1.7", "a PDF document"),
    (b"PGDMP" + bytes(9), r"a PostgreSQL dump \(custom format\); make SQL of it"),
    ("\ufeffname".encode("utf-32"), "UTF-32 text; save it as UTF-8"),
]


@pytest.mark.parametrize("number", range(len(OTHERS)))
def test_names_what_it_does_not_read(tmp_path: Path, number: int) -> None:
    content, message = OTHERS[number]
    path = written(tmp_path, content)
    with pytest.raises(SourceError, match=message) as caught, open_unpacked(path):
        pass
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(unpacking, "MOST_FREE", 1_000_000)
    path = written(tmp_path, pack(bytes(40_000_000)))
    most = max(1_000_000, path.stat().st_size * unpacking.MOST_RATIO)
    read = 0
    with (
        pytest.raises(SourceError, match="unpack it and import what comes out"),
        open_unpacked(path) as file,
    ):
        while chunk := file.read(10_000):
            read += len(chunk)
    assert read <= most + 65_536


@given(st.sampled_from(sorted(PACKED)), st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, packing: str, data: st.DataObject
) -> None:
    content = bytearray(PACKED[packing])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    path = written(tmp_path_factory.mktemp("damaged"), bytes(content))
    try:
        with open_unpacked(path) as file:
            file.read()
    except SourceError as error:
        assert "\n" not in str(error)


def test_a_zip_of_the_future_is_named(tmp_path: Path) -> None:
    content = bytearray(ONE)
    content[content.index(b"PK\x01\x02") + 6] = 99  # the version needed to unpack it
    with pytest.raises(SourceError, match=r"of an unusual kind \(zip file version 9.9\)"):
        open_unpacked(written(tmp_path, bytes(content))).__enter__()


def test_plain_names() -> None:
    names = ["a.csv.GZ", "a.csv.zip", "a.csv.bz2", "a.csv.xz", "a.csv", "zip", "a.gz.csv"]
    assert list(map(plain_name, names)) == ["a.csv"] * 5 + ["zip", "a.gz.csv"]
