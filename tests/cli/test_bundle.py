"""`onewindow bundle` at a terminal, with files and without any installation."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from onewindow.domain.bundle import compile_bundle
from onewindow.domain.catalogue import read_catalogue
from tests.cli.support import CATALOGUE, CITY, environment, here, onewindow

EVENT = "open-a-restaurant"


def compiled(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return here(tmp_path, "bundle", "compile", EVENT, "--catalogue", CATALOGUE, *arguments)


def test_the_json_report_is_what_the_compiler_says_and_nothing_else(tmp_path: Path) -> None:
    files = [(path.name, path.read_bytes()) for path in (CITY / "catalogue").glob("*.yaml")]
    catalogue = read_catalogue(files).catalogue
    ran = compiled(tmp_path, "--json", "--answer", "outdoor-sign=false", "--held", "business-licence")
    assert (ran.returncode, ran.stderr) == (0, "")
    expected = compile_bundle(catalogue, EVENT, answers={"outdoor-sign": False}, held=["business-licence"])
    assert json.loads(ran.stdout) == expected.as_json()
    assert list(tmp_path.iterdir()) == [], "compiling files leaves nothing behind"


def test_single_files_in_any_order_say_the_same_as_their_folder(tmp_path: Path) -> None:
    files = sorted((CITY / "catalogue").glob("*.yaml"), reverse=True)
    options = [text for file in files for text in ("--catalogue", str(file))]
    ran = here(tmp_path, "bundle", "compile", EVENT, *options, "--json")
    assert json.loads(ran.stdout) == json.loads(compiled(tmp_path, "--json").stdout)


def test_compiling_files_loads_neither_django_nor_a_database_driver(tmp_path: Path) -> None:
    code = f"""
import sys
from onewindow.cli.main import main
try:
    main(["bundle", "compile", "{EVENT}", "--catalogue", {CATALOGUE!r}, "--json"])
except SystemExit as end:
    assert not end.code, end.code
loaded = [name for name in ("django", "httpx", "rdflib", "psycopg", "granian") if name in sys.modules]
assert not loaded, loaded
"""
    ran = subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(("language", "word"), [("zh", "一张表单"), ("en", "The one form"), ("ru", "Единая форма")])
def test_a_person_reads_the_report_in_their_language(tmp_path: Path, language: str, word: str) -> None:
    ran = compiled(tmp_path, "--language", language)
    assert ran.returncode == 0
    assert word in ran.stdout
    counts = next(line for line in ran.stdout.splitlines() if "41" in line)
    assert counts.split()[-1] == "3", "working days: separately 41, together 3"


def test_the_language_of_the_terminal_is_the_language_of_the_report(tmp_path: Path) -> None:
    ran = here(tmp_path, "bundle", "compile", EVENT, "--catalogue", CATALOGUE, LANG="ru_RU.UTF-8")
    assert ran.stdout.startswith("Открыть ресторан")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["compile", "open-a-restuarant", "--catalogue", CATALOGUE], "Did you mean “open-a-restaurant”?"),
        (["compile", EVENT, "--catalogue", "nowhere.yaml"], "nowhere.yaml cannot be read"),
        (["compile", EVENT, "--catalogue", CATALOGUE, "--answer", "serves=hot"], "is not JSON"),
        (["compile", EVENT, "--catalogue", CATALOGUE, "--answer", "serves"], "is not question=JSON"),
        (["compile", EVENT, "--catalogue", CATALOGUE, "--answer", "serves=NaN"], "is not JSON"),
        (["compile", EVENT, "--catalogue", CATALOGUE, "--answer", "a=1", "--answer", "a=2"], "answered twice"),
        (["compile", EVENT, "--catalogue", CATALOGUE, "--answer", "outdoor-sign=1"], "outdoor-sign"),
        (["compile", EVENT, "--catalogue", CATALOGUE, "--answer", "colour=1"], "has no question “colour”"),
        (["compile", EVENT, "--catalogue", CATALOGUE, "--held", "seal-record"], "is no licence"),
        (["compile"], "Missing argument"),
        (["compile", EVENT], "onewindow up"),
        (["bpmn", EVENT, "--catalogue", CATALOGUE, "--json"], "BPMN is XML"),
        (["explain", EVENT, "--catalogue", CATALOGUE, "--element", "moon-phase"], "moon-phase"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_stderr_and_exit_2(tmp_path: Path, arguments: list[str], says: str) -> None:
    ran = here(tmp_path, "bundle", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "Traceback" not in ran.stderr


def test_a_catalogue_with_mistakes_is_told_all_of_them_with_file_and_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("parties:\n  - {id: a, gives: [nothing]}\nservices:\n  - {id: b, steps: []}\n  - [\n", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("elements:\n  - {id: x.y}\n  - {id: z, colour: red}\n", encoding="utf-8")
    ran = here(tmp_path, "bundle", "compile", EVENT, "--catalogue", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, "")
    lines = ran.stderr.splitlines()
    assert any(line.startswith(f"{broken}:") for line in lines)
    assert any("other.yaml:2: " in line for line in lines)
    assert any("other.yaml:3: " in line for line in lines)
    assert lines[-1].endswith("nothing was loaded.")


def test_the_process_is_bpmn_that_any_xml_reader_takes(tmp_path: Path) -> None:
    ran = here(tmp_path, "bundle", "bpmn", EVENT, "--catalogue", CATALOGUE)
    root = ElementTree.fromstring(ran.stdout)  # noqa: S314  (our own output)
    assert root.tag.endswith("definitions")


def test_the_certificate_is_json_about_this_event(tmp_path: Path) -> None:
    ran = here(tmp_path, "bundle", "certify", EVENT, "--catalogue", CATALOGUE)
    certificate = json.loads(ran.stdout)
    assert (certificate["event"], certificate["minimal"]) == (EVENT, True)


@pytest.mark.parametrize("question", ["blockers", "ablate", "explain"])
def test_every_question_is_answered_in_words_and_in_json(tmp_path: Path, question: str) -> None:
    words = here(tmp_path, "bundle", question, EVENT, "--catalogue", CATALOGUE)
    assert words.returncode == 0
    assert len(words.stdout.splitlines()) > 5
    assert json.loads(here(tmp_path, "bundle", question, EVENT, "--catalogue", CATALOGUE, "--json").stdout)


def test_a_reader_that_goes_away_early_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m onewindow.cli bundle compile {EVENT} --catalogue {CATALOGUE} --json | head -1"
    ran = subprocess.run(command, shell=True, env=environment(tmp_path), capture_output=True, text=True, check=False)  # noqa: S602
    assert (ran.stdout, ran.stderr) == ("{\n", "")


def test_the_help_lists_every_command_without_loading_any(tmp_path: Path) -> None:
    ran = onewindow(tmp_path, "--help")
    assert ran.returncode == 0
    for name in ("serve", "worker", "sources", "catalogue", "bundle", "doctor", "up"):
        assert f"  {name} " in ran.stdout
