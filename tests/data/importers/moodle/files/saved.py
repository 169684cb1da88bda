"""Files as a teacher saves them of a course of Moodle, and imports of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from termstats.data.importers.moodle.importer import MoodleImporter
from termstats.data.importers.writing.base import ImportOptions, ImportReport
from termstats.data.importers.writing.run import run_import

ENGLISH = (
    *("Time", "User full name", "Affected user", "Event context", "Component", "Event name"),
    *("Description", "Origin", "IP address"),
)
FRENCH = (
    *("Heure", "Nom complet de l'utilisateur", "Utilisateur touché", "Contexte de l'événement"),
    *("Composant", "Nom de l'événement", "Description", "Origine", "Adresse IP"),
)
SPANISH = (
    *("Hora", "Nombre completo del usuario", "Usuario afectado", "Contexto del evento"),
    *("Componente", "Nombre evento", "Descripción", "Origen", "Dirección IP"),
)
GERMAN = (
    *("Zeit", "Vollständiger Name", "Betroffene/r Nutzer/in", "Ereigniskontext", "Komponente"),
    *("Ereignisname", "Beschreibung", "Herkunft", "IP-Adresse"),
)
PORTUGUESE = (
    *("Hora", "Nome completo", "Usuário afetado", "Contexto do Evento", "Componente"),
    *("Nome do evento", "Descrição", "Origem", "endereço IP"),
)
VIEWED = "The user with id '{}' viewed the course with id '10'."


def log_row(
    time: str,
    user: str,
    description: str,
    *,
    affected: str = "-",
    context: str = "Course: First aid",
    event: str = "An event",
    origin: str = "web",
) -> list[str]:
    return [time, user, affected, context, "System", event, description, origin, "192.0.2.1"]


def saved(folder: Path, name: str, header: tuple[str, ...], *rows: list[str]) -> Path:
    """Write a file as PHP does: with commas, and in quotes what holds a blank."""
    path = folder / name
    lines = [",".join(map(_quoted, row)) for row in (header, *rows)]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def _quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"' if set(cell) & set(' ,"\n') else cell


def quiz_header(*questions: str, grade: str = "Grade/10.00") -> tuple[str, ...]:
    return (
        *("Last name", "First name", "Email address", "State", "Started on", "Completed"),
        *("Time taken", grade, *questions),
    )


async def load(*paths: Path, **options: Any) -> tuple[Path, ImportReport]:
    """Import files together; return the store and the report."""
    store = paths[0].parent / "store.sqlite3"
    more = tuple(map(str, paths[1:]))
    options = {"as_of_latest": True, **options}
    report = await run_import(
        MoodleImporter(), str(paths[0]), store, ImportOptions(more=more, **options)
    )
    return store, report
