"""Promise 45: where it matters, no change of the code passes unnoticed. Of scope and audit; money and the draw come with their code."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onewindow.domain.proof import tree

ROOT = Path(__file__).resolve().parents[2]
AREAS = ("scope", "audit", "proof")


@pytest.mark.own_database
def test_a_mutant_takes_the_place_of_the_living_function() -> None:
    from tools.mutations import Mutants  # it takes a second to load, and every run collects this file

    mutants = Mutants(Path(tree.__file__))
    wanted = next(mutant for mutant in mutants if (mutant.function, mutant.new) == ("node_hash", 'b"\\x01" + left - right'))
    unharmed = tree.node_hash.__code__
    try:
        mutants.apply(wanted)
        with pytest.raises(TypeError):
            tree.node_hash(b"a", b"b")
    finally:
        tree.node_hash.__code__ = unharmed


@pytest.mark.slow
@pytest.mark.own_database
def test_a_change_of_scope_or_audit_does_not_pass_unnoticed(figure: Callable[[int, str], None], tmp_path: Path) -> None:
    killed = mutants = branches = missing = 0
    for area in AREAS:
        told = tmp_path / f"{area}.json"
        subprocess.run([sys.executable, "-m", "tools.mutants", area, "--json", str(told)], cwd=ROOT, check=True)
        found = json.loads(told.read_text())
        killed, mutants = killed + found["killed"], mutants + found["mutants"]
        branches, missing = branches + found["branches"], missing + found["missing"]
    assert killed >= 0.85 * mutants, f"only {killed} of {mutants} mutants are killed"
    assert not missing, f"{missing} of {branches} branches are not taken"
    figure(45, f"scope and audit: {killed:,} of {mutants:,} mutants killed ({100 * killed / mutants:.1f} %), all {branches} branches taken")
