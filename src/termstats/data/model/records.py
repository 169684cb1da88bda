"""What a source may record: a figure that needs what no source records is not shown."""

from __future__ import annotations

from enum import StrEnum


class Record(StrEnum):
    """A kind of facts; the value says it in words."""

    ENROLMENTS = "who is enrolled in which training"
    ACTIVITY = "what learners did on which day"
    TRAINING_KINDS = "kinds of trainings"
    CLASSES = "classes or groups of people"
    TIME = "how long learners spent"
    SEARCHES = "searches"
    DOWNLOADS = "downloads"
    MISSING_MEDIA = "media that devices lack"
    DEVICES = "devices that were brought together"
    VERSIONS = "versions of trainings"
    TWO_CLOCKS = "when the server received what devices did"
    LANGUAGES = "languages"
    COUNTRIES = "countries"
    PROFILE_FIELDS = "fields of profiles"
    SKILLS = "skills"
    REWARDS = "points or badges"
    CERTIFICATES = "certificates"
    QUESTIONS = "questions and answers"
    PLATFORM_USE = "use of the platform itself"
    ADMINISTRATION = "administrative actions"
    OBJECTS = "objects that are worked on"
    DATASETS = "work on datasets"
    DATASET_TOTALS = "what datasets were used in all"
    PAGES = "work on pages"
    API = "calls of an API"
    SOFTWARE = "packages and functions"
    ERRORS = "errors"
    PROJECTS = "projects"
    POSTS = "posts and comments"
    REACTIONS = "reactions"
