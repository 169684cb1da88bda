"""Writes small OULAD folders: two presentations, four learners, every trap once."""

from __future__ import annotations

import gzip
from pathlib import Path

from termstats.data.importers.oulad.importer import OuladImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import

TABLES: dict[str, list[str]] = {
    "courses": [
        "code_module,code_presentation,module_presentation_length",
        "AAA,2013J,268",
        "AAA,2014B,10",
    ],
    "assessments": [
        "code_module,code_presentation,id_assessment,assessment_type,date,weight",
        "AAA,2013J,1,TMA,19,10.0",
        "AAA,2013J,2,CMA,54,20",
        "AAA,2013J,3,Exam,,100",
        "AAA,2014B,4,Exam,8,100",
    ],
    "vle": [
        "id_site,code_module,code_presentation,activity_type,week_from,week_to",
        "900,AAA,2013J,oucontent,,",
        "901,AAA,2013J,forumng,1,2",
        "902,AAA,2014B,hologram,,",
    ],
    "studentInfo": [
        "code_module,code_presentation,id_student,gender,region,highest_education,imd_band,"
        "age_band,num_of_prev_attempts,studied_credits,disability,final_result",
        "AAA,2013J,11,M,Wales,HE Qualification,10-20,55<=,0,240,N,Pass",
        "AAA,2013J,7,F,Scotland,HE Qualification,,0-35,1,60,Y,Withdrawn",
        "AAA,2013J,12,F,Ireland,A Level,?,35-55,0,60,N,Fail",
        "AAA,2014B,11,M,Wales,HE Qualification,10-20,55<=,1,120,N,Distinction",
        "AAA,2014B,13,F,Wales,HE Qualification,20-30%,0-35,0,30,N,Withdrawn",
    ],
    "studentRegistration": [
        "code_module,code_presentation,id_student,date_registration,date_unregistration",
        "AAA,2013J,11,-159,",
        "AAA,2013J,7,-10,-2",
        "AAA,2013J,12,,",
        "AAA,2014B,11,-3,",
        "AAA,2014B,13,-3,",
    ],
    "studentAssessment": [
        "id_assessment,id_student,date_submitted,is_banked,score",
        "1,11,18,0,78",
        "1,12,25,0,39.5",
        "2,11,-1,1,40",
        "2,12,50,0,",
        "4,11,8,0,0",
    ],
    "studentVle": [
        "code_module,code_presentation,id_student,id_site,date,sum_click",
        "AAA,2013J,11,900,-10,4",
        "AAA,2013J,11,900,-10,1",
        "AAA,2013J,11,900,-10,1",
        "AAA,2013J,11,901,268,3",
        "AAA,2013J,12,900,0,2",
        "AAA,2014B,11,902,0,5",
        "AAA,2014B,11,902,10,1",
    ],
}
"""Lines of each table, header first. AAA_2013J starts 2013-10-01, AAA_2014B 2014-02-01."""


def tables(**changed: list[str]) -> dict[str, list[str]]:
    """Return the tables; `changed` holds whole tables that stand in for the usual ones."""
    return {**TABLES, **changed}


def with_rows(name: str, *rows: str) -> dict[str, list[str]]:
    """Return the tables with more rows in one of them."""
    return tables(**{name: [*TABLES[name], *rows]})


def write_folder(
    folder: Path,
    content: dict[str, list[str]] | None = None,
    *,
    packed: bool = False,
    parts: bool = False,
) -> Path:
    """Write `content` as an OULAD folder: gzip or plain, clicks in one file or one per run."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (content or TABLES).items():
        if name == "studentVle" and parts:
            runs = sorted({tuple(line.split(",")[:2]) for line in lines[1:]})
            for run in runs:
                rows = [line for line in lines[1:] if tuple(line.split(",")[:2]) == run]
                _write(folder / name / "_".join(run), [lines[0], *rows], packed)
        else:
            _write(folder / name, lines, packed)
    return folder


def _write(stem: Path, lines: list[str], packed: bool) -> None:
    stem.parent.mkdir(exist_ok=True)
    data = ("\r\n".join(lines) + "\r\n").encode()
    path = stem.with_name(stem.name + (".csv.gz" if packed else ".csv"))
    path.write_bytes(gzip.compress(data) if packed else data)


async def load(
    folder: Path, store: Path, zone: str | None = None, only: tuple[str, ...] = ()
) -> ImportReport:
    options = ImportOptions(zone=zone, only=only)
    return await run_import(OuladImporter(), str(folder), store, options)


def kept_and_refused(report: ImportReport) -> dict[str, tuple[int, int, int]]:
    return {
        name: (table.read, table.kept, sum(table.refused.values()))
        for name, table in report.tables.items()
    }
