"""`onewindow catalogue`, `migrate` and `doctor` at a terminal, on an installation of their own."""

import os
import subprocess
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import RDF

from onewindow.domain.catalogue.cpsv import CPSV
from tests.cli.support import CATALOGUE, here, on_test_database, onewindow


def test_migrating_again_does_nothing(home: Path) -> None:
    assert onewindow(home, "migrate").stdout == "The database is up to date.\n"


def test_what_one_program_loads_the_next_exports(home: Path, tmp_path: Path) -> None:
    first = onewindow(home, "catalogue", "load", CATALOGUE, "--note", "demo")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Release 1: ")
    file = tmp_path / "export.yaml"
    file.write_text(onewindow(home, "catalogue", "export").stdout, encoding="utf-8")
    assert onewindow(home, "catalogue", "load", str(file)).stdout == "Nothing changed: release 1 says the same.\n"


@pytest.mark.django_db
def test_files_are_loaded_once_exported_and_loaded_back_as_the_same_release(tmp_path: Path) -> None:
    first = on_test_database(tmp_path, "catalogue", "load", CATALOGUE, "--note", "demo")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Release 1: ")
    for form in ("yaml", "json"):
        exported = on_test_database(tmp_path, "catalogue", "export", "--format", form)
        file = tmp_path / f"export.{form}"
        file.write_text(exported.stdout, encoding="utf-8")
        assert on_test_database(tmp_path, "catalogue", "load", str(file)).stdout == "Nothing changed: release 1 says the same.\n"
    assert on_test_database(tmp_path, "bundle", "compile", "open-a-restaurant", "--json").returncode == 0, (
        "the installation's catalogue is used"
    )
    assert on_test_database(tmp_path, "catalogue", "export", "--release", "7").returncode == 2


@pytest.mark.django_db
def test_a_catalogue_with_mistakes_loads_nothing_and_tells_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("events:\n  - {id: e, applicant: nobody, services: [none]}\n", encoding="utf-8")
    assert on_test_database(tmp_path, "catalogue", "load", CATALOGUE).returncode == 0
    before = on_test_database(tmp_path, "catalogue", "export").stdout
    ran = on_test_database(tmp_path, "catalogue", "load", str(file))
    assert ran.returncode == 2
    told = [line for line in ran.stderr.splitlines() if line.startswith(f"{file}:2: ")]
    assert len(told) == 2, ran.stderr
    assert on_test_database(tmp_path, "catalogue", "export").stdout == before


def test_check_needs_no_installation_and_tells_problems_and_warnings(tmp_path: Path) -> None:
    ran = here(tmp_path, "catalogue", "check", CATALOGUE)
    assert ran.returncode == 0
    assert ran.stdout.startswith("No problem, ")
    assert "10 services" in ran.stdout
    assert "1 event." in ran.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("form", "syntax"), [("turtle", "turtle"), ("jsonld", "json-ld")])
def test_the_export_for_other_platforms_needs_no_server_and_no_database(tmp_path: Path, form: str, syntax: str) -> None:
    ran = here(tmp_path, "catalogue", "export", "--format", form, "--catalogue", CATALOGUE)
    assert ran.returncode == 0, ran.stderr
    graph = Graph().parse(data=ran.stdout, format=syntax)
    assert len(set(graph.subjects(RDF.type, CPSV.PublicService))) == 10
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_an_import_reports_what_was_repaired_and_refused_and_a_broken_file_is_told_in_one_line(tmp_path: Path) -> None:
    good = "511A17033003-511602000000-000-115113016823646795-1-00"
    header = "department,main_item,name,item_code,area_code,task_type,dept_code\n"
    file = tmp_path / "items.csv"
    file.write_text(
        f"{header}区审批局,未分类,户外广告(县级),{good},511602000000,1,1\n区审批局,未分类,无码,xx,511602000000,1,1\n", encoding="utf-8"
    )
    ran = on_test_database(tmp_path, "catalogue", "import", str(file))
    assert ran.returncode == 0, ran.stderr
    assert "line 2: repaired" in ran.stdout
    assert "line 3: refused" in ran.stdout
    assert ran.stdout.endswith("1 directory entries added, 0 changed.\n")
    file.write_text(f"{header}区审批局,未分类,户外", encoding="utf-8")
    broken = on_test_database(tmp_path, "catalogue", "import", str(file))
    assert broken.returncode == 2
    assert "Line 2 has 3 fields where the header has 7" in broken.stderr
    assert len(broken.stderr.splitlines()) == 1


def test_the_doctor_finds_what_is_missing_and_says_how_to_mend_it(tmp_path: Path) -> None:
    ran = onewindow(tmp_path, "doctor")
    assert ran.returncode == 1
    broken = [line for line in ran.stdout.splitlines() if line.startswith("BROKEN")]
    assert any("database" in line and "onewindow up" in line for line in broken)
    assert any("static files" in line for line in broken)


def test_the_doctor_finds_a_database_of_an_older_shape(home: Path, tmp_path: Path) -> None:
    ran = onewindow(home, "doctor")
    database = [line for line in ran.stdout.splitlines() if "migrations" in line]
    assert database == ["ok      migrations: all applied"]
    empty = tmp_path / "onewindow.sqlite3"
    empty.touch()
    old = onewindow(tmp_path, "doctor")
    assert old.returncode == 1
    assert any(line.startswith("BROKEN  migrations") and "onewindow migrate" in line for line in old.stdout.splitlines())
    load = onewindow(tmp_path, "catalogue", "load", CATALOGUE)
    assert load.returncode == 2
    assert load.stderr == "The database lacks tables. Run “onewindow migrate”.\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_the_doctor_finds_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    ran: subprocess.CompletedProcess[str] = onewindow(tmp_path, "doctor", cwd=Path("/"))
    assert ran.returncode == 1
