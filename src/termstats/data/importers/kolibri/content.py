"""Content of Kolibri: channels with their topics and resources, as trainings for library use."""

from __future__ import annotations

from termstats.data.importers.kolibri.base import (
    CHANNEL,
    PRACTICE,
    SECTION,
    KolibriRun,
    Node,
    kind_of,
)
from termstats.data.importers.kolibri.tables import key, parsed
from termstats.data.importers.sources import cells
from termstats.data.model.scoring import NEWEST
from termstats.data.model.units import RowId
from termstats.data.store import schema


async def read_content(run: KolibriRun) -> None:
    """Read the nodes of all channels, and the questions of exercises."""
    listed = []
    for row in await run.devices.rows("content_contentnode"):
        node, parent, content, channel, kind, title, lft, available, modality, options, _ = row
        options = cells.text(options)
        listed.append(
            (
                cells.whole(lft) or 0,
                Node(
                    *(node, key(parent), key(content), key(channel), cells.text(kind)),
                    *(cells.text(title), cells.text(modality) or _modality(options), options),
                    available is None or cells.flag(available),
                ),
            )
        )
    for _lft, read in sorted(listed, key=lambda each: (each[1].channel, each[0], each[1].id)):
        run.nodes[read.id] = read
        if read.content:
            run.by_content[read.content].append(read)
    for row in await run.devices.rows("content_assessmentmetadata"):
        items = [cells.text(item) for item in parsed(row[2], list)]
        run.items[key(row[1])] = items
        if key(row[1]) in run.nodes:
            run.keep_row(
                "assessmentmetadata", node=key(row[1]), number=cells.whole(row[3]) or len(items)
            )
        else:
            run.refuse("content_assessmentmetadata", "unknown content", row)


def _modality(options: str) -> str:
    """Return what a node is used as, as databases without that column say it."""
    return cells.text(parsed(options, dict).get("modality"))


async def write_channels(run: KolibriRun) -> None:
    """Write every channel with its topics and resources."""
    for row in await run.devices.rows("content_channelmetadata"):
        run.add_training(row[0], CHANNEL, cells.text(row[1]), status="on the device")
    sections: dict[str, RowId] = {}
    for position, node in enumerate(run.nodes.values()):
        if node.channel not in run.trainings:
            run.training(node.channel, CHANNEL)
        if node.kind != "topic":
            write_resource(
                run, node.channel, node, position, sections.get(node.parent), is_part=False
            )
        elif node.parent:
            sections[node.id] = write_section(
                run, node.channel, node, position, sections.get(node.parent)
            )


def write_section(
    run: KolibriRun, training: str, node: Node, position: int, parent: RowId | None
) -> RowId:
    """Write a topic as a section of a training."""
    return run.writer.add(
        schema.module,
        {
            "key": f"{training}/{node.id}",
            "training_id": run.trainings[training],
            "parent_id": parent,
            "title": node.title or node.id,
            "kind": SECTION,
            "position": position,
        },
    )


def write_resource(
    run: KolibriRun,
    training: str,
    node: Node,
    position: int,
    parent: RowId | None = None,
    *,
    is_part: bool = True,
) -> None:
    """Write a resource of a training; `is_part`: everybody in the training is to do it."""
    kind = kind_of(node)
    is_scored = kind == PRACTICE
    items = run.items.get(node.id, [])
    place = run.add_place(
        *(training, node.content, f"{training}/{node.id}", node.title, kind),
        parent_id=parent,
        position=position,
        mandatory=int(is_scored and is_part),
        keep=NEWEST if is_scored else None,
        max_score=float(len(items)) if is_scored and items else None,
        in_path=int(node.available),
    )
    if is_part:
        run.keep_node(node)
    for number, item in enumerate(items, 1):
        write_question(
            run, place.key, place.module, place.activity, item, f"{node.title} ({number})"
        )


def write_question(
    run: KolibriRun, module_key: str, module: RowId, activity: RowId, item: str, title: str
) -> tuple[RowId, int]:
    """Write a question of a module, once; return (question, position)."""
    known = run.questions.get((module_key, item))
    if known is not None:
        return known
    position = run.next_position(module_key)
    question = run.writer.add(
        schema.question,
        {
            "key": f"{module_key}/{item}"[:255],
            "module_id": module,
            "activity_id": activity,
            "label": item[:255],
            "title": title,
            "type": "question",
            "position": position,
            "max_score": 1.0,
        },
    )
    run.questions[module_key, item] = question, position
    return question, position
