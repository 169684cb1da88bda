"""The project's own files agree with each other: versions, pins, workflows."""

import re
import tomllib

from tests.shared import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
HOOKS = (ROOT / ".pre-commit-config.yaml").read_text()


def test_ci_runs_each_python_that_is_promised() -> None:
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    (matrix,) = re.findall(r"python: \[(.+)\]", WORKFLOW)
    assert re.findall(r'"([\d.]+)"', matrix) == promised
    assert PROJECT["requires-python"] == f">={promised[0]}"


def test_ci_uses_nothing_that_can_change_under_it() -> None:
    uses = re.findall(r"uses: (\S+)", WORKFLOW)
    assert uses
    assert [each for each in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each)] == []


def test_ci_gives_the_tests_the_servers_that_the_script_looks_for() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    looked_for = set(re.findall(r"answers (\d+)", script))
    assert looked_for == set(re.findall(r'ports: \["(\d+):\1"\]', WORKFLOW))
    assert "run: .ci/run" in WORKFLOW


def test_hooks_fetch_nothing() -> None:
    assert re.findall(r"repo: (\S+)", HOOKS) == ["local"]
    assert set(re.findall(r"language: (\S+)", HOOKS)) == {"system"}


def test_what_is_needed_is_pinned() -> None:
    pins = set(re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    extras = PROJECT["optional-dependencies"].values()
    needed = [*PROJECT["dependencies"], *(each for extra in extras for each in extra)]
    names = {re.split(r"[\[<>=~]", each)[0] for each in needed}
    assert names - pins == set()
