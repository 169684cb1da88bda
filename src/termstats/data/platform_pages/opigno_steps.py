"""Steps of an Opigno training for one learner, computed live as its pages do.

Used where a page does not trust the stored rows: under certificate expiry and for last attempts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from termstats.data.model.units import Second
from termstats.data.platform_pages.opigno_dates import moment, plus_months
from termstats.data.platform_pages.opigno_format import rh
from termstats.data.platform_pages.opigno_raw import Raw, Row

NEWEST = "1"
RANDOM = "2"
_EVENTS = {
    "ContentTypeILT": ("ILT", "opigno_ilt", "opigno_ilt_result", "opigno_ilt"),
    "ContentTypeMeeting": (
        "Meeting",
        "opigno_moxtra_meeting",
        "opigno_moxtra_meeting_result",
        "meeting",
    ),
}
"""Content type -> typology, table, table of results and its column."""
_KINDS = ("ContentTypeModule", "ContentTypeCourse", *_EVENTS)
"""Content types that the pages know; others are no steps there."""

_NEVER = Second(0)


@dataclass(frozen=True)
class PageStep:
    """One step for one learner. Scores are 0-100, `completed_at` seconds UTC, 0 = not."""

    typology: str
    entity: int
    name: str
    newest: bool
    """Whether the newest attempt is kept."""
    kept_score: int
    last: int
    attempts: int
    seconds: int
    completed_at: Second
    mandatory: bool


@dataclass(frozen=True)
class Steps:
    """Steps computed from attempts and answers of one site at `now`, seconds UTC."""

    raw: Raw
    now: Second
    _expired_by_training: dict[int, frozenset[int]] = field(default_factory=dict, repr=False)

    def all(self, training: int, uid: int, since: Second | None) -> list[PageStep]:
        """Return every step of a training, in the order of its map."""
        contents = sorted(
            self._contents[training], key=lambda row: (row["coordinate_y"] or 0, row["id"])
        )
        return [self.step(row, training, uid, since) for row in contents]

    def path(self, group: int, training: int, uid: int, since: Second | None) -> list[PageStep]:
        """Return the steps that a learner is led along in a training or a course of it.

        After each step comes the linked one with the highest required score that was reached.
        """
        contents = {row["id"]: row for row in self._contents[group]}
        targets = {link["child_content_id"] for link in self._links[group]}
        first = [row for row in contents.values() if row["id"] not in targets]
        current: Row | None = first[0] if first else None
        steps: list[PageStep] = []
        seen: set[int] = set()
        while current is not None and current["id"] not in seen:
            seen.add(current["id"])
            step = self.step(current, training, uid, since)
            steps.append(step)
            reached = step.kept_score if step.attempts else 100
            links = [
                link
                for link in self._links[group]
                if link["parent_content_id"] == current["id"]
                and (link["required_score"] or 0) <= reached
            ]
            best = max(links, key=lambda link: link["required_score"] or 0, default=None)
            current = contents.get(best["child_content_id"]) if best else None
        return steps

    def led(self, training: int, uid: int, since: Second | None) -> list[PageStep]:
        """Return all steps under free navigation, else the learner's own path."""
        guided = self.raw.field(
            "group__field_guided_navigation", "field_guided_navigation_value", training
        )
        if guided:
            return self.path(training, training, uid, since)
        return self.all(training, uid, since)

    def step(self, content: Row, training: int, uid: int, since: Second | None) -> PageStep:
        """Return one step; only attempts of this training begun since `since` count."""
        kind = content["group_content_type_id"]
        if kind == "ContentTypeModule":
            return self._module(content, training, uid, since)
        if kind == "ContentTypeCourse":
            return self._course(content, training, uid, since)
        return self._event(content, uid)

    # ---- certificates --------------------------------------------------------------------------

    def expires(self, training: int) -> bool:
        """Return whether certificates of a training expire."""
        table = "group__field_certificate_expire"
        return bool(self.raw.field(table, "field_certificate_expire_value", training))

    def expiry(self, training: int, uid: int) -> Second | None:
        """Return when a learner's certificate ends: from the mandatory steps, else as stored."""
        completed = [step.completed_at for step in self.led(training, uid, None) if step.mandatory]
        months = self.raw.field(
            "group__field_certificate_expire_results",
            "field_certificate_expire_results_value",
            training,
        )
        last = max(completed, default=_NEVER)
        if last and months:
            return plus_months(last, months, self.raw.zone)
        row = self._certificates.get((training, uid))
        return row["expire"] or None if row else None

    def is_expired(self, training: int, uid: int) -> bool:
        """Return whether a learner's certificate has ended."""
        ends = self.expiry(training, uid) if self.expires(training) else None
        return ends is not None and ends < self.now

    def since(self, training: int, uid: int) -> Second | None:
        """Return from when attempts count: all, since the certificate or since its end."""
        ends = self.expiry(training, uid) if self.expires(training) else None
        if ends is None:
            return None
        if self.now >= ends:
            return ends
        row = self._certificates.get((training, uid))
        return row["latest_cert_date"] or None if row else None

    def expired(self, training: int) -> frozenset[int]:
        """Return users whose certificate has ended and who have finished nothing since."""
        if training in self._expired_by_training:
            return self._expired_by_training[training]
        users = set()
        for (group, uid), row in self._certificates.items():
            if group != training or not 0 < (row["expire"] or 0) < self.now:
                continue
            ends = (self.expiry(training, uid) or 0) if self.expires(training) else 0
            again = ends and any(
                (attempt["finished"] or 0) > ends
                for attempt in self._attempts_of[uid]
                if attempt["learning_path"] == training
            )
            if not again:
                users.add(uid)
        self._expired_by_training[training] = frozenset(users)
        return self._expired_by_training[training]

    # ---- kinds of steps ------------------------------------------------------------------------

    def _module(self, content: Row, training: int, uid: int, since: Second | None) -> PageStep:
        entity = content["entity_id"]
        module = self._modules.get(entity)
        tries = [
            row
            for row in self._attempts_of[uid]
            if row["module"] == entity
            and row["learning_path"] == training
            and (since is None or row["started"] >= since)
        ]
        newest = module is not None and module["keep_results"] == NEWEST
        scores = [min(max(row["score"] or 0, 0), 100) for row in tries]
        return PageStep(
            "Module",
            entity,
            str(module["name"]) if module else "",
            newest,
            (scores[-1] if newest else max(scores)) if scores else 0,
            self.attempt_score(tries[-1]) if tries else 0,
            len(tries),
            sum(max(0, row["finished"] - row["started"]) for row in tries if row["finished"]),
            self._completed_at(content, [row for row in tries if row["finished"]], newest=newest),
            bool(content["is_mandatory"]),
        )

    def _completed_at(self, content: Row, tries: Sequence[Row], *, newest: bool) -> Second:
        mark = content["success_score_min"] or 0
        passed = [
            row for row in tries if self._answered_all(row) and self.attempt_score(row) >= mark
        ]
        if newest:
            is_passed = tries and tries[-1] in passed
            return Second(int(tries[-1]["finished"])) if is_passed else _NEVER
        return Second(min((int(row["finished"]) for row in passed), default=_NEVER))

    def _course(self, content: Row, training: int, uid: int, since: Second | None) -> PageStep:
        course = content["entity_id"]
        steps = self.path(course, training, uid, since)
        done = [step.completed_at for step in steps if step.completed_at]
        full = bool(steps) and all(step.kept_score == 100 and step.mandatory for step in steps)
        return PageStep(
            "Course",
            course,
            self.raw.labels.get(course, ""),
            False,
            _mean([step.kept_score for step in steps]),
            100 if full else _mean([step.last for step in steps]),
            sum(step.attempts for step in steps),
            sum(step.seconds for step in steps),
            max(done) if done and len(done) == len(steps) else _NEVER,
            bool(content["is_mandatory"]),
        )

    def _event(self, content: Row, uid: int) -> PageStep:
        typology, table, results, _column = _EVENTS[content["group_content_type_id"]]
        entity = content["entity_id"]
        event = next((row for row in self.raw.rows(table) if row["id"] == entity), None)
        scores = self._results.get((results, entity, uid), [])
        begin = moment(event["date__value"], self.raw.zone) if event else None
        end = moment(event["date__end_value"], self.raw.zone) if event else None
        return PageStep(
            typology,
            entity,
            str(event["title"]) if event else "",
            False,
            max(scores, default=0),
            scores[-1] if scores else 0,
            len(scores),
            end - begin if scores and end and begin else 0,
            end or _NEVER if scores else _NEVER,
            bool(content["is_mandatory"]),
        )

    # ---- attempts ------------------------------------------------------------------------------

    def attempt_score(self, attempt: Row) -> int:
        """Return the score of an attempt computed again from its answers, 0-100."""
        answers = self._answers[attempt["id"]]
        module = self._modules.get(attempt["module"])
        relations = self._relations[attempt["module"]]
        if module is not None and module["randomization"] == RANDOM:
            drawn = [r for r in relations if r["activity_status"] == 1 and r["child_id"] in answers]
            relations = drawn[: module["random_activities"] or 0]
        total = sum(row["max_score"] or 0 for row in relations)
        points = sum(answers.get(row["child_id"], 0) for row in relations)
        return rh(100 * min(max(points, 0), total) / total) if total > 0 else 0

    def _answered_all(self, attempt: Row) -> bool:
        answers = self._answers[attempt["id"]]
        module = self._modules.get(attempt["module"])
        wanted = [
            row["child_id"]
            for row in self._relations[attempt["module"]]
            if row["child_id"] in self._published
        ]
        given = sum(activity in answers for activity in wanted)
        if module is not None and module["randomization"] == RANDOM:
            return given >= (module["random_activities"] or 0)
        return given == len(wanted)

    # ---- indexes -------------------------------------------------------------------------------

    @cached_property
    def _contents(self) -> Mapping[int, list[Row]]:
        rows = self.raw.rows("opigno_group_content")
        content_rows = [row for row in rows if row["group_content_type_id"] in _KINDS]
        return _by("group_id", sorted(content_rows, key=_id))

    @cached_property
    def _links(self) -> Mapping[int, list[Row]]:
        return _by("group_id", self.raw.rows("opigno_group_link"))

    @cached_property
    def _modules(self) -> Mapping[int, Row]:
        return {row["id"]: row for row in self.raw.rows("opigno_module_field_data")}

    @cached_property
    def _published(self) -> frozenset[int]:
        rows = self.raw.rows("opigno_activity_field_data")
        return frozenset(row["id"] for row in rows if row["status"] == "1")

    @cached_property
    def _relations(self) -> Mapping[int, list[Row]]:
        current = {row["id"]: row["vid"] for row in self._modules.values()}
        rows = self.raw.rows("opigno_module_relationship")
        return _by(
            "parent_id",
            [
                row
                for row in rows
                if row["omr_pid"] is None and row["parent_vid"] == current.get(row["parent_id"])
            ],
        )

    @cached_property
    def _attempts_of(self) -> Mapping[int, list[Row]]:
        return _by("user_id", sorted(self.raw.rows("user_module_status"), key=_id))

    @cached_property
    def _results(self) -> Mapping[tuple[str, int, int], list[int]]:
        scores: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for _typology, _table, results, column in _EVENTS.values():
            for row in self.raw.rows(results):
                scores[results, row[column], row["user_id"]].append(row["score"] or 0)
        return scores

    @cached_property
    def _answers(self) -> Mapping[int, dict[int, int]]:
        scores: dict[int, dict[int, int]] = defaultdict(dict)
        for row in self.raw.rows("opigno_answer_field_data"):
            scores[row["user_module_status"]][row["activity"]] = row["score"] or 0
        return scores

    @cached_property
    def _certificates(self) -> Mapping[tuple[int, int], Row]:
        rows = self.raw.rows("user_lp_status_expire")
        return {(row["gid"], row["uid"]): row for row in rows}


def _by(column: str, rows: Sequence[Row]) -> dict[int, list[Row]]:
    rows_by_value: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        rows_by_value[row[column]].append(row)
    return rows_by_value


def _id(row: Row) -> int:
    return int(row["id"])


def _mean(scores: Sequence[int]) -> int:
    return rh(sum(scores) / len(scores)) if scores else 0
