"""The page of docs/ about linear mode, its commands from the table that answers them."""

from __future__ import annotations

from termstats.cli.shell.commands import WORDS

_BEFORE = """\
`termstats shell` says the figures of the dashboard as numbered lines of plain text: for screen
readers, for lines too bad for a screen, and for scripts. It only appends: nothing moves, nothing is
drawn, states are words, and a chart is a sentence with its first and last, highest and lowest
values. `termstats --linear` is the same; a terminal that can draw nothing (`TERM=dumb`) gets it
instead of the dashboard.

## A walk

| you type | you hear |
|---|---|
| `3 ana` | the learner called so; where several are, a numbered list of them |
| `1` or `open 1` | the first figure of the list: Ana's trainings |
| `2` | the modules of the second training, and so on down to the wrong answer |
| `row 2` | that line with all its columns, and which of its numbers can be opened |
| `open 2 views` | the people whom that number counts, as many as it says |
| `back` | where you were |
| `period last month` | the same of another period; `period` alone lists them with their days |
| `sort score`, `search state=failed` | the lines in that order, or only those |
| `why` | what is counted, of whom, until when, and the command that prints the same |
| `export` | the figure as a CSV file, just as it was said; `export course`: the training whole |

`list` says again what there is on a level. What you look at (period, who counts, filters, as of
when) is said when it changes; `where` says it at any time. Ten lines are said at once, `more` says
the next.

## Every command

The beginning of a command is enough where it is that of one only.

| command | what it does |
|---|---|
"""
_AFTER = """
## Ctrl+C, Ctrl+D, history

Ctrl+C stops what is being read, or begins the line anew; Ctrl+D and `quit` leave. After 0.3 seconds
without an answer it says "reading", once. Lines can be edited and repeated with the arrows while it
runs; nothing is kept afterwards, for what is typed holds names of learners.

## In scripts

```sh
printf '3 ana\\nopen 1\\n' | termstats shell --store academy.db
```

One command a line; empty lines and what begins with `#` are passed over. Answers go to stdout,
mistakes to stderr, one line each, and the rest is done all the same. It ends with 1 where a command
failed, with 0 where none did. Where a person types it always ends with 0. For data that a program
reads on, `termstats report` is better: its columns never change.

## Viewers

`--viewer` narrows it as everything: who may not see a level, a person or a figure is told so, and
lists, searches and totals hold only what the viewer may see. Filters kept by the dashboard do not
hold here.
"""


def linear_page() -> str:
    """Return docs/linear.md without its heading."""
    rows = []
    for word in WORDS:
        names = ", ".join(f"`{name}`" for name in word.aliases)
        typed = word.typed.replace("|", "\\|")
        rows.append(f"| `{typed}` | {word.words}{f'; also {names}' if names else ''} |")
    return _BEFORE + "\n".join(rows) + "\n" + _AFTER
