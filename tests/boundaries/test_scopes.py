"""Rows of drafts and cases reach a reader through the one scope only, and every permission has its sentence on the page."""

import re
from pathlib import Path

import onewindow
from onewindow.config import urls
from onewindow.plumbing import permissions
from onewindow.web.staff.says import SAYS

SELECTORS = Path(onewindow.__file__).parent / "modules/cases/selectors"
SCOPED = re.compile(r"models\.(Case|Draft|Upload|Attachment|Output)\.objects(?!\.filter\((filed_)?case=(self\.)?case\))")


def test_no_selector_of_cases_reads_a_scoped_row_past_the_scope() -> None:
    reading = [
        f"{path.name}: {found.group()}"
        for path in sorted(SELECTORS.glob("*.py"))
        if path.name != "scope.py"
        for found in SCOPED.finditer(path.read_text())
    ]
    assert reading == []
    assert SCOPED.search((SELECTORS / "scope.py").read_text()), "the guard sees what it looks for"


def test_every_permission_is_listed_in_a_sentence_that_is_translated() -> None:
    assert urls.urlpatterns, "everything that declares is loaded"
    missing = {row.says for row in permissions.declared().values() if row.code.partition(".")[0] != "tests"} - SAYS
    assert missing == set(), "add these to onewindow/web/staff/says.py and translate them"
