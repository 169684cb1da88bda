"""`termstats figures`: what `termstats report` can print."""

from __future__ import annotations

import sys

import click

from termstats.cli.options import format_option


@click.command()
@format_option("text", "csv", "json")
def figures(format_: str) -> None:
    """List all figures by level and id: their ids, titles and what they need."""
    from termstats.data.figures.definition.figure import Level, SideScreen
    from termstats.data.figures.definition.registry import figures as all_figures

    places = [*Level, *SideScreen]
    rows = [
        {"id": f.id, "title": f.title, "needs": " ".join(f"--{param}" for param in f.needs)}
        for f in sorted(all_figures().values(), key=lambda f: (places.index(f.level), f.id))
    ]
    if format_ == "json":
        import json

        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    elif format_ == "csv":
        import csv

        writer = csv.DictWriter(sys.stdout, ("id", "title", "needs"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        from termstats.cli.drawing import show, table_of

        show(table_of(tuple(row.values()) for row in rows), sys.stdout)
