"""Aspects' dashboards of one course and of one learner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean, median

from termstats.data.platform_pages import PageCell
from termstats.data.platform_pages.aspects_pages import (
    COURSE,
    LEARNER,
    cell,
    mean_of,
    written,
)
from termstats.data.platform_pages.aspects_site import (
    WEEK,
    Answer,
    Block,
    Site,
    is_full,
    last_answers_of,
    last_visits_of,
    month_of,
    scores_of,
    seconds_of,
    single,
    states_of,
    students_of,
)

BUCKETS = ("0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90-100")


def only_course(site: Site, course: str) -> Site:
    """Return what there is of one course."""
    return replace(
        site,
        enrolments=[each for each in site.enrolments if each.course == course],
        grades=[each for each in site.grades if each.course == course],
        visits=[each for each in site.visits if each.course == course],
        answers=[each for each in site.answers if each.course == course],
        videos=[each for each in site.videos if each.course == course],
        courses=[course],
    )


def course_page(site: Site) -> list[PageCell]:
    """Return the dashboard of a course, of which alone the site is."""
    students = students_of(site)
    scores, states = scores_of(site), states_of(site)
    grades = [scores.get(pair, 0.0) for pair in students]
    registered = [each for each in site.enrolments if each.is_registered]
    recent = {each.actor for each in site.visits if each.at >= site.as_of - WEEK}
    passed = sum(state == "passed" for state in states.values())
    cells = [
        cell(COURSE, "current_enrollees", "", len({each.actor for each in registered})),
        cell(COURSE, "active_7d", "", len(recent)),
        cell(COURSE, "grade_mean", "", mean_of(grades)),
        cell(COURSE, "grade_median", "", median(grades) if grades else None),
        cell(COURSE, "passed", "", passed),
    ]
    tracks = {(each.mode, each.actor) for each in registered}
    for mode, number in sorted(Counter(mode for mode, _actor in tracks).items()):
        cells.append(cell(COURSE, "track", mode, number))
    cells += _cumulative(site)
    cells += _page_views(site)
    cells += _engagement(site)
    cells += problem_cells(site.answers)
    cells += video_cells(site)
    for bucket, number in zip(BUCKETS, buckets_of(map(single, grades)), strict=True):
        cells.append(cell(COURSE, "grade_bucket", bucket, number))
    return cells


def _cumulative(site: Site) -> Iterable[PageCell]:
    """Yield the running sum of pairs by the month of their last change, unregistered or not."""
    months: Counter[tuple[str, str]] = Counter(
        (each.mode, month_of(each.enrolled)) for each in students_of(site).values()
    )
    running: Counter[str] = Counter()
    for mode, month in sorted(months, key=lambda pair: (pair[1], pair[0])):
        running[mode] += months[mode, month]
        yield cell(COURSE, "cumulative", f"{month} / {mode}", running[mode])


def _page_views(site: Site) -> Iterable[PageCell]:
    """Yield people and (person, page) rows by the month of the last visit of each."""
    last = {(each.actor, each.block): each.at for each in site.visits}
    people: dict[str, set[str]] = defaultdict(set)
    views: Counter[str] = Counter()
    for (actor, _block), at in last.items():
        people[month_of(at)].add(actor)
        views[month_of(at)] += 1
    for month in sorted(views):
        yield cell(COURSE, "page_learners", month, len(people[month]))
        yield cell(COURSE, "page_views", month, views[month])


def _engagement(site: Site) -> Iterable[PageCell]:
    """Yield who opened some and all pages, problems and videos of sections and subsections."""
    blocks = [block for course in site.courses for block in site.blocks.get(course, ())]
    known = {block.key: block for block in blocks}
    done: dict[str, list[tuple[str, str]]] = {
        "pages": [(each.actor, each.block) for each in site.visits],
        "problems": [(each.actor, each.problem) for each in site.answers],
        "videos": [(each.actor, each.video) for each in site.videos if each.is_start],
    }
    kinds = {"pages": "page", "problems": "problem", "videos": "video"}
    for what, pairs in done.items():
        items = Counter(each.subsection for each in blocks if each.kind == kinds[what])
        touched: dict[tuple[str, str], set[str]] = defaultdict(set)
        for actor, key in pairs:
            if (block := known.get(key)) is not None and block.section:
                inner = block.key if block.kind == "subsection" else block.subsection
                touched[actor, inner].add(key)
        yield from _levels(what, items, touched, known)


def _levels(
    what: str,
    items: Counter[str],
    touched: dict[tuple[str, str], set[str]],
    known: dict[str, Block],
) -> Iterable[PageCell]:
    """Yield people by level: of a section those parts count that they have been in."""
    some: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    sections: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for (actor, inner), keys in touched.items():
        is_all = len(keys) == items[inner]
        (whole if is_all else some)[inner] += 1
        if (block := known.get(inner)) is not None:
            sections[actor, block.section].append((len(keys), items[inner]))
    for (_actor, section), counts in sections.items():
        is_all = sum(done for done, _ in counts) == sum(number for _, number in counts)
        (whole if is_all else some)[section] += 1
    for key in sorted(some.keys() | whole.keys()):
        if key in known:
            yield cell(COURSE, f"{what}_one", known[key].name, some[key])
            yield cell(COURSE, f"{what}_all", known[key].name, whole[key])


def problem_cells(answers: Sequence[Answer]) -> list[PageCell]:
    """Return attempts and results by problem, and the last ones by learner."""
    by_problem: dict[str, list[Answer]] = defaultdict(list)
    cells = []
    for (_course, problem, actor), last in sorted(last_answers_of(answers).items()):
        by_problem[problem].append(last)
        key = f"{problem} / {actor}"
        cells += [
            cell(COURSE, "last_success", key, int(last.is_right)),
            cell(COURSE, "last_score", key, last.score),
            cell(COURSE, "last_attempts", key, last.number),
        ]
    for problem, rows in by_problem.items():
        right = sum(each.number for each in rows if each.is_right)
        every = sum(each.number for each in rows)
        cells += [
            cell(COURSE, "problem_learners", problem, len(rows)),
            cell(COURSE, "problem_attempts_mean", problem, fmean(each.number for each in rows)),
            cell(COURSE, "problem_correct", problem, right),
            cell(COURSE, "problem_incorrect", problem, every - right),
            cell(COURSE, "problem_correct_percent", problem, right / every if every else None),
        ]
    return cells


def video_cells(site: Site) -> list[PageCell]:
    """Return viewers and views by video, and by second of each."""
    viewers: Counter[str] = Counter()
    views: Counter[str] = Counter()
    full: Counter[str] = Counter()
    segments: dict[str, Counter[int]] = defaultdict(Counter)
    repeats: dict[str, Counter[int]] = defaultdict(Counter)
    for (video, _actor), counts in seconds_of(site.videos).items():
        viewers[video] += 1
        views[video] += max(counts.values())
        full[video] += is_full(counts, site.lengths.get(video))
        segments[video].update(counts)
        repeats[video].update({second: n for second, n in counts.items() if n > 1})
    cells = []
    for video in sorted(viewers):
        cells += [
            cell(COURSE, "video_viewers", video, viewers[video]),
            cell(COURSE, "video_views", video, views[video]),
            cell(COURSE, "video_partial", video, viewers[video] - full[video]),
            cell(COURSE, "video_full", video, full[video]),
        ]
        for second in sorted(segments[video]):
            key = f"{video} / {second}"
            cells.append(cell(COURSE, "segment_views", key, segments[video][second]))
            cells.append(cell(COURSE, "segment_repeat", key, repeats[video][second]))
    return cells


def buckets_of(grades: Iterable[float]) -> list[int]:
    """Return how many grades (0-1) lie in each of ten buckets."""
    buckets = [0] * len(BUCKETS)
    for grade in grades:
        buckets[min(int(grade * 10), len(BUCKETS) - 1)] += 1
    return buckets


def learner_page(site: Site, actor: str) -> list[PageCell]:
    """Return the summary of a learner, course by course."""
    students, states = students_of(site), states_of(site)
    scores, visits = scores_of(site), last_visits_of(site)
    cells = []
    for course, who in sorted(students):
        if who != actor:
            continue
        pair = (course, who)
        student = students[pair]
        last = max(visits.get(pair, student.enrolled), student.enrolled)
        cells += [
            cell(LEARNER, "grade", course, scores.get(pair, 0.0)),
            PageCell(LEARNER, "state", course, states.get(pair, "failed")),
            PageCell(LEARNER, "last_visit", course, written(last)),
            PageCell(LEARNER, "enrolled", course, written(student.enrolled)),
        ]
    return cells
