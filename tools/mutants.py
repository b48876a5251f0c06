"""How strong the tests are where it matters: branches of an area's files that they take, and mutants that they kill (promise 45).

python -m tools.mutants scope              every mutant of the area
python -m tools.mutants audit --every 10   each tenth
python -m tools.mutants scope --only officers.py

The tests of the area run once, with coverage telling which test runs which line. Then, for each mutant, a copy of that warm process runs
the quickest tests that run the mutated line, those of different files by turns, until one of them fails. What nobody notices is listed.
"""

import argparse
import gc
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import coverage
import pytest
from _pytest.runner import runtestprotocol

from tools import equivalent
from tools.mutations import Mutant, Mutants, NotApplied

ROOT = Path(__file__).resolve().parent.parent
PLUMBING, MODULES = "src/onewindow/plumbing", "src/onewindow/modules"
AREAS = {
    "scope": [
        f"{PLUMBING}/permissions.py",
        f"{PLUMBING}/actors.py",
        f"{PLUMBING}/approvals.py",
        f"{MODULES}/cases/permissions.py",
        f"{MODULES}/catalogue/permissions.py",
        f"{MODULES}/exchange/permissions.py",
        f"{MODULES}/identity/permissions.py",
        f"{MODULES}/signon/permissions.py",
        f"{MODULES}/cases/selectors/scope.py",
        f"{MODULES}/cases/selectors/proposals.py",
        f"{MODULES}/cases/services/second_officer.py",
        f"{MODULES}/identity/officers.py",
        f"{MODULES}/identity/posts.py",
        f"{MODULES}/identity/acting.py",
    ],
    "audit": [
        f"{PLUMBING}/audit.py",
        f"{PLUMBING}/accesses.py",
        f"{PLUMBING}/access_holder.py",
        f"{PLUMBING}/access_store/commit.py",
        f"{PLUMBING}/access_store/router.py",
        f"{PLUMBING}/proof_log.py",
    ],
    "proof": [
        "src/onewindow/domain/proof/checkpoint.py",
        "src/onewindow/domain/proof/layout.py",
        "src/onewindow/domain/proof/proofs.py",
        "src/onewindow/domain/proof/tree.py",
        "docs/verify_log.py",
    ],
}
TESTS = {
    "scope": [
        "tests/plumbing/test_actors.py",
        "tests/plumbing/test_acts.py",
        "tests/identity/test_people.py",
        "tests/identity/test_posts.py",
        "tests/identity/test_post_reads.py",
        "tests/identity/test_acting.py",
        "tests/identity/test_mandates.py",
        "tests/cases/test_acting.py",
        "tests/cases/test_scope.py",
        "tests/cases/test_desk.py",
        "tests/cases/test_queue.py",
        "tests/cases/test_reading.py",
        "tests/web/test_staff.py",
        "tests/promises/test_promise_27_two_officers.py",
        "tests/promises/test_promise_35_nobody_raises_themselves.py",
    ],
    "audit": [
        "tests/plumbing/test_log_texts.py",
        "tests/plumbing/test_log_details.py",
        "tests/plumbing/test_proof_log.py",
        "tests/plumbing/test_accesses.py",
        "tests/plumbing/test_acts.py",
        "tests/cases/test_own_data.py",
    ],
    "proof": ["tests/domain/proof"],
}
MOST_SECONDS = 12.0
"""Of tests for one mutant, by the processor time they took unharmed."""
CONTROL = 40
"""Before every so many mutants the tests of one are run in a copy without it: they must all pass, or a kill would say nothing."""
KILLED, SURVIVED, NOT_APPLIED = 1, 0, 3


@dataclass
class Found:
    """What a run found. `branches_missing`: branches and lines that no test takes, by file."""

    mutants: int = 0
    killed: int = 0
    timed_out: int = 0
    not_applied: list[str] = field(default_factory=list)
    survived: list[str] = field(default_factory=list)
    branches: int = 0
    missing: int = 0
    branches_missing: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def percent(self) -> float:
        return 100 * self.killed / self.mutants if self.mutants else 0.0


class Strength:
    """The pytest plug-in that takes the place of the loop over the tests."""

    def __init__(self, files: Iterable[Path], watched: coverage.Coverage, every: int, workers: int) -> None:
        self.files, self.watched, self.every, self.workers = list(files), watched, every, workers
        self.found = Found()
        self.took: dict[str, float] = {}
        self.items: dict[str, pytest.Item] = {}
        self.sound = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = session.items
        for item, following in zip(items, [*items[1:], items[0]], strict=True):  # the session's own fixtures stay for the mutants
            self.watched.switch_context(item.nodeid)
            began = time.process_time()
            reports = runtestprotocol(item, log=True, nextitem=following)
            self.took[item.nodeid] = time.process_time() - began
            self.items[item.nodeid] = item
            if any(report.failed for report in reports):
                self.sound = False
                print(f"fails without any mutant: {item.nodeid}")
        self.watched.stop()
        if self.sound:
            self._read_coverage()
            self._try_all()
        session._setupstate.teardown_exact(None)
        return True

    def _read_coverage(self) -> None:
        with tempfile.NamedTemporaryFile("r", suffix=".json") as file:
            self.watched.json_report(outfile=file.name, morfs=[str(path) for path in self.files])
            told = json.load(file)
        for name, row in told["files"].items():
            self.found.branches += row["summary"]["num_branches"]
            self.found.missing += row["summary"]["missing_branches"]
            if row["missing_branches"] or row["missing_lines"]:
                self.found.branches_missing[name] = [*row["missing_branches"], *row["missing_lines"]]

    def _try_all(self) -> None:
        running: dict[int, Mutant | None] = {}
        work = list(self._work())
        gc.freeze()  # or every copy would copy what the collector only looks at
        for number, (mutants, mutant, tests) in enumerate(work):
            for harm in [None, mutant] if number % CONTROL == 0 else [mutant]:
                while len(running) >= self.workers:
                    self._await(running)
                running[self._start(mutants, harm, tests)] = harm
        while running:
            self._await(running)

    def _work(self) -> Iterator[tuple[Mutants, Mutant, list[pytest.Item]]]:
        data, number = self.watched.get_data(), 0
        for path in self.files:
            contexts = {line: set(names) - {""} for line, names in data.contexts_by_lineno(str(path)).items()}
            mutants = Mutants(path)
            known = set(equivalent.of(path.relative_to(ROOT).as_posix()))
            for mutant in mutants:
                if (mutant.function, mutant.old, mutant.new) in known:
                    continue
                number += 1
                if number % self.every == 0:
                    names = set().union(*(contexts.get(line, set()) for line in range(mutant.first, mutant.last + 1)))
                    self.found.mutants += 1
                    if names:
                        yield mutants, mutant, self._chosen(names)
                    else:
                        self.found.survived.append(f"{mutant} (no test runs it)")

    def _chosen(self, names: set[str]) -> list[pytest.Item]:
        """Return the quickest tests of each file by turns, up to the time that one mutant may take."""
        by_file: dict[str, list[str]] = {}
        for name in sorted(names, key=lambda name: self.took[name]):
            by_file.setdefault(name.partition("::")[0], []).append(name)
        files = sorted(by_file.values(), key=lambda tests: self.took[tests[0]])
        chosen, spent = [], 0.0
        for name in (name for turn in zip_longest(*files) for name in turn if name is not None):
            if not chosen or spent + self.took[name] <= MOST_SECONDS:
                chosen.append(self.items[name])
                spent += self.took[name]
        return chosen

    def _start(self, mutants: Mutants, mutant: Mutant | None, tests: list[pytest.Item]) -> int:
        child = os.fork()
        if child:
            return child
        status = KILLED
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            limit = 10 + 4 * sum(self.took[test.nodeid] for test in tests)
            resource.setrlimit(resource.RLIMIT_CPU, (round(limit), round(limit) + 1))
            signal.alarm(round(20 * limit))  # of the clock: for what waits instead of working
            # The last test may have left its module set up, for the sake of the session's fixtures: no test of another could begin.
            tests[0].session._setupstate.teardown_exact(tests[0])
            if mutant is not None:
                mutants.apply(mutant)
            status = SURVIVED if all(map(_passes, tests, [*tests[1:], tests[0]])) else KILLED
        except NotApplied:
            status = NOT_APPLIED
        finally:
            os._exit(status)

    def _await(self, running: dict[int, Mutant | None]) -> None:
        pid, status = os.wait()
        if pid not in running:
            return
        mutant, code = running.pop(pid), os.waitstatus_to_exitcode(status)
        if mutant is None:
            self.sound = self.sound and code == SURVIVED
            return
        self.found.timed_out += code < 0
        if code == NOT_APPLIED:
            self.found.mutants -= 1
            self.found.not_applied.append(str(mutant))
        elif code == SURVIVED:
            self.found.survived.append(str(mutant))
            print(f"survived: {mutant}", flush=True)
        else:
            self.found.killed += 1


def _passes(item: pytest.Item, following: pytest.Item) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def measure(area: str, *, every: int = 1, only: str = "", workers: int = 2) -> Found:
    """Run the area's tests and try its mutants in this process, which is good for nothing else afterwards. Raises: RuntimeError."""
    files = [ROOT / name for name in AREAS[area] if only in name]
    watched = coverage.Coverage(data_file=None, branch=True, include=[str(path) for path in files], config_file=False)
    watched.start()
    strength = Strength(files, watched, every, workers)
    os.environ["DJANGO_SETTINGS_MODULE"] = "onewindow.config.settings_test"
    os.environ["ONEWINDOW_HYPOTHESIS"] = "mutants"
    tests = [str(ROOT / name) for name in TESTS[area] if (ROOT / name).exists()]
    options = ["-n0", "-q", "--rootdir", str(ROOT), "-m", "not browser and not slow and not postgres"]
    status = pytest.main([*options, *tests], plugins=[strength])
    if status or not strength.sound:
        raise RuntimeError("The tests of this area do not pass as they are, or not in a copy without a mutant: mend that first.")
    return strength.found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("area", choices=sorted(AREAS))
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="where to put what was found, for programs")
    given = parser.parse_args(arguments)
    found = measure(given.area, every=given.every, only=given.only, workers=given.workers)
    if given.json:
        given.json.write_text(json.dumps({**vars(found), "percent": found.percent}))
    print(f"{given.area}: {found.killed} of {found.mutants} mutants killed ({found.percent:.1f} %), {found.timed_out} of them by time.")
    print(f"Branches: {found.branches}; not taken: {found.branches_missing or 'none'}.")
    if found.not_applied:
        print(f"Not tried, for want of a way to put them in: {len(found.not_applied)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
