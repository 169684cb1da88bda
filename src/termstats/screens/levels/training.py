"""Level 2: one training."""

from __future__ import annotations

from termstats.data.figures.definition.registry import Level
from termstats.screens.frame.level_screen import LevelScreen
from termstats.screens.frame.pages import Panel


class TrainingScreen(LevelScreen):
    """One training; a list of trainings until one is chosen."""

    LEVEL = Level.TRAINING
    CHOICE = (Panel("global.trainings", table=True),)
    PANELS = (
        Panel("training.progress"),
        Panel("training.content", table=True),
        Panel("training.learners", table=True, detail="learner.modules"),
        Panel("training.activity"),
        Panel("training.active-users"),
        Panel("training.enrolments"),
        Panel("training.activities", table=True),
        Panel("training.questions", table=True),
        Panel("training.leaderboard"),
        Panel("training.time-spent"),
        Panel("training.downloads"),
        Panel("training.tracker-log"),
    )
    BEHIND = {
        "learners": "learners",
        "users": "learners",
        "new_users": "enrolments",
        "active_users": "active-users",
        "enrolments": "enrolments",
        "new_enrolments": "enrolments",
        "completions": "enrolments",
        "progress": "progress",
        "completion": "progress",
        "score": "content",
        "passed": "learners",
        "failed": "learners",
        "time_spent": "time-spent",
        "actions": "activity",
        "views": "activities",
        "downloads": "downloads",
        "comments": "activities",
        "reactions": "activities",
        "never_started": "learners",
    }
