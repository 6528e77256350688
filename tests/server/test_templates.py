"""Notebooks from templates: valid, runnable, and nothing that is named can be more than a name."""

from __future__ import annotations

import ast
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import pytest
from PIL import Image

import tessnb as tn
from tessnb.errors import InputError
from tessnb.recognition.tessdata import find_traineddata
from tessnb.server.base import Root
from tessnb.server.choices import choices, run_choices
from tessnb.server.settings import Environment
from tessnb.server.templates import (
    dashboard_cell,
    evaluation_notebook,
    fine_tuning_notebook,
    write_notebook,
)
from tests.lab import Lab

#: Names that would do something if they were put into a cell as they are; the last one is no UTF-8.
NASTY = [
    "a'b",
    'a"b',
    "a\\",
    "a\nimport os",
    "');print(1)#",
    "{base}",
    "\u202egpj.exe",
    "\u2028x",
    "𐤀א",
    "\udcff",
]


def code(notebook: nbformat.NotebookNode) -> list[str]:
    """The sources of its code cells."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def constants(sources: list[str]) -> list[Any]:
    return [
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
    ]


def shape(sources: list[str]) -> list[str]:
    """The cells with their constants left out."""
    trees = [ast.parse(source) for source in sources]
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant):
                node.value = None
    return [ast.dump(tree) for tree in trees]


@pytest.mark.parametrize("name", NASTY)
def test_what_is_named_stays_a_name(name: str) -> None:
    for make in (
        lambda each: code(fine_tuning_notebook(each, [each, each])),
        lambda each: code(fine_tuning_notebook(each, [], [each])),
        lambda each: code(evaluation_notebook(each, [each])),
        lambda each: [dashboard_cell(each, 3.0)],
    ):
        sources = make(name)
        assert shape(sources) == shape(make("name"))
        assert constants(sources).count(name) == constants(make("name")).count("name") >= 1
        assert all(character.isprintable() or character == "\n" for source in sources for character in source)


def test_a_notebook_never_takes_anothers_name(tmp_path: Path) -> None:
    notebook = fine_tuning_notebook("eng")
    (tmp_path / "fine-tuning-eng.ipynb").write_text("mine")
    paths = [write_notebook(notebook, tmp_path, "fine-tuning-eng") for _ in range(2)]
    assert [path.name for path in paths] == ["fine-tuning-eng-2.ipynb", "fine-tuning-eng-3.ipynb"]
    assert (tmp_path / "fine-tuning-eng.ipynb").read_text() == "mine"
    read = nbformat.read(paths[0], as_version=4)
    nbformat.validate(read)
    assert code(read) == code(notebook)
    assert write_notebook(notebook, tmp_path, "../up/..").parent == tmp_path
    assert len(list(tmp_path.iterdir())) == 4
    with pytest.raises(InputError, match="no notebook can be written here"):
        write_notebook(notebook, tmp_path / "missing", "name")


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, which is the current one, with line images and their texts in ``line's``."""
    folder = tmp_path / "line's"
    folder.mkdir()
    for number, line in enumerate(tn.render("The ferry\nto the island", ["DejaVu Sans"], xsize=700)):
        Image.fromarray(line.image).save(folder / f"{number}.png")
        (folder / f"{number}.gt.txt").write_text(f"{line.transcription}\n")
    monkeypatch.chdir(tmp_path)
    return folder


def run(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """Run its cells; return what they gave names to."""
    names: dict[str, Any] = {}
    for source in code(notebook):
        exec(compile(source, "cell", "exec"), names)
    return names


def test_the_notebooks_run(scans: Path) -> None:
    model = str(find_traineddata("eng"))
    names = run(evaluation_notebook(model, [scans.name]))
    assert len(names["result"].lines) == 2
    names = run(fine_tuning_notebook(model, [f"{scans.name}/0.png", f"{scans.name}/1.png"]))
    assert len(names["lines"]) == 2
    names["tuner"].take_lines()
    assert names["tuner"].step >= 2
    names["tuner"].close()
    names = run(fine_tuning_notebook(model))
    assert names["tuner"].step == 1
    names["tuner"].close()


def test_what_there_is_to_choose_from(scans: Path, tmp_path: Path) -> None:
    """Models and lines, without what is hidden or behind a link."""
    root = tmp_path / "root"
    for name in ("scans/0.gt.txt", "scans/1.gt.txt", "more/a.lstmf", "mine.traineddata", ".hidden/b.lstmf"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    (root / "link").symlink_to(scans)
    found = choices(Root(root))
    assert found["sources"] == [{"path": "more/a.lstmf", "files": 1}, {"path": "scans", "files": 2}]
    assert found["models"][0] == {"name": "mine.traineddata", "where": "folder"}
    where = {model["name"]: model["where"] for model in found["models"]}
    assert where["eng"] == "installed"
    assert where["fra"] in ("installed", "download")
    assert "osd" not in where
    assert run_choices(Root(root)) == []


def test_settings_become_the_environment(tmp_path: Path) -> None:
    """And what they do not say is as it was before."""
    variables = {"TESSDATA_PREFIX": "/as/it/was", "OTHER": "1"}
    environment = Environment(variables)
    environment.set({"tessdata": "models", "langdata": "/lang", "threads": 2}, tmp_path)
    assert variables == {
        "TESSDATA_PREFIX": str(tmp_path / "models"),
        "TESSNB_LANGDATA": "/lang",
        "OMP_THREAD_LIMIT": "2",
        "OTHER": "1",
    }
    for settings in (
        {"tessdata": 1},
        {"threads": -1},
        {"threads": "2"},
        {"threads": True},
        {"langdata": "a\0"},
    ):
        with pytest.raises(InputError):
            environment.set({"tessdata": "other", **settings}, tmp_path)
    assert variables["TESSDATA_PREFIX"] == str(tmp_path / "models")
    environment.set({}, tmp_path)
    assert variables == {"TESSDATA_PREFIX": "/as/it/was", "OTHER": "1"}


def ask(lab: Lab, address: str, body: Any = None, *, token: bool = True) -> tuple[int, dict[str, Any]]:
    """Ask the extension; return the status and what it says."""
    request = urllib.request.Request(f"{lab.address}/tessnb/api/{address}")
    if body is not None:
        request.data = json.dumps(body).encode()
    if token:
        request.add_header("Authorization", f"token {lab.token}")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.fixture(scope="module")
def home(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder below the lab's root, with links that lead out of it."""
    home, outside = lab.root / "templates", tmp_path_factory.mktemp("outside")
    (home / "scans").mkdir(parents=True)
    for name in (
        "scans/0.png",
        "scans/0.gt.txt",
        "1.gt.txt",
        "mine.traineddata",
        "base.run.jsonl",
        "x.py",
    ):
        (home / name).touch()
    for name in ("secret.traineddata", "secret.lstmf", "secret.run.jsonl"):
        (outside / name).touch()
        (home / name).symlink_to(outside / name)
    (home / "out").symlink_to(outside)
    return home


@pytest.mark.xdist_group("lab")
def test_a_notebook_is_asked_for(lab: Lab, home: Path) -> None:
    asked = {
        "kind": "fine-tuning",
        "folder": "templates/scans",
        "model": "templates/mine.traineddata",
        "sources": ["templates/scans/0.gt.txt", "templates/scans/0.png", "templates"],
    }
    status, said = ask(lab, "notebooks", asked)
    assert (status, said) == (200, {"path": "templates/scans/fine-tuning-mine.ipynb"})
    written = nbformat.read(home / "scans/fine-tuning-mine.ipynb", as_version=4)
    nbformat.validate(written)
    assert constants(code(written)[:1])[:3] == ["../mine.traineddata", "0.png", ".."]
    status, said = ask(lab, "notebooks", {"kind": "fine-tuning", "model": "eng", "fonts": ["DejaVu Sans"]})
    assert (status, said) == (200, {"path": "fine-tuning-eng.ipynb"})
    source = code(nbformat.read(lab.root / said["path"], as_version=4))[1]
    assert source.splitlines()[1] == "tuner.take_fonts('DejaVu Sans')"


@pytest.mark.xdist_group("lab")
def test_a_dashboard_is_asked_for(lab: Lab, home: Path) -> None:
    status, said = ask(
        lab, "cells", {"run": "templates/base.run.jsonl", "folder": "templates/scans", "rate": 9}
    )
    assert status == 200
    assert said["source"].endswith("tn.TrainingDashboard(tn.follow_run('../base'), rate=5.0)")


@pytest.mark.xdist_group("lab")
@pytest.mark.parametrize(
    ("address", "body", "status", "words"),
    [
        ("notebooks", {"kind": "fine-tuning", "model": "klingon"}, 400, "no such file to download"),
        ("notebooks", {"kind": "evaluation", "model": "eng"}, 400, "no lines are named"),
        ("notebooks", {"kind": "evaluation", "model": "no", "sources": ["templates"]}, 400, "no language"),
        ("notebooks", {"kind": "evaluation", "model": "eng", "sources": ["templates/x.py"]}, 400, "x.py"),
        ("notebooks", {"kind": "fine-tuning", "model": "eng", "sources": ["templates/1.gt.txt"]}, 400, "no "),
        ("notebooks", {"kind": "other"}, 400, "no such template"),
        ("notebooks", {"kind": "fine-tuning", "model": ["eng"]}, 400, "must be a text"),
        ("notebooks", {"kind": "fine-tuning", "model": "eng", "sources": "templates"}, 400, "must be a list"),
        ("notebooks", [], 400, "must be an object"),
        ("notebooks", {"kind": "fine-tuning", "folder": "templates/x.py"}, 404, "no such folder"),
        ("notebooks", {"kind": "fine-tuning", "model": "../../tessdata/eng"}, 400, "neither a language"),
        ("notebooks", {"kind": "fine-tuning", "model": ""}, 400, "neither a language"),
        ("cells", {"run": "templates/base.run.jsonl", "rate": "fast"}, 400, "must be a number"),
        ("settings", {"threads": -1}, 400, "number of threads"),
    ],
)  # fmt: skip
def test_what_cannot_be(lab: Lab, home: Path, address: str, body: Any, status: int, words: str) -> None:
    before = sorted(lab.root.rglob("*.ipynb"))
    found, said = ask(lab, address, body)
    assert (found, words in said["message"]) == (status, True), said
    assert sorted(lab.root.rglob("*.ipynb")) == before


@pytest.mark.xdist_group("lab")
@pytest.mark.parametrize(
    "out", ["..", "../..", "templates/out", "/etc", "templates/../..", "a\0b", ".", "%2e%2e"]
)
def test_nothing_outside_is_reached(lab: Lab, home: Path, out: str) -> None:
    """Neither as a folder nor as a model, lines or a run; and what is said does not tell what is there."""
    asked = {"kind": "fine-tuning", "model": "eng"}
    if out != ".":
        assert ask(lab, "notebooks", {**asked, "folder": out})[0] == 404
        assert ask(lab, "notebooks", {**asked, "sources": [out]})[0] == 404
    for name in ("secret.traineddata", "missing.traineddata"):
        assert ask(lab, "notebooks", {**asked, "model": f"{out}/{name}"})[0] == 404
    for name in ("secret.lstmf", "missing.lstmf"):
        assert ask(lab, "notebooks", {**asked, "sources": [f"{out}/{name}"]})[0] == 404
    for name in ("secret.run.jsonl", "missing.run.jsonl"):
        assert ask(lab, "cells", {"run": f"{out}/{name}", "folder": ""})[0] == 404


@pytest.mark.xdist_group("lab")
def test_only_who_may_is_answered(lab: Lab) -> None:
    before = sorted(lab.root.rglob("*"))
    for address in ("notebooks", "cells", "tutorial", "settings"):
        assert ask(lab, address, {}, token=False)[0] == 403
    for address in ("choices", "choices/runs"):
        assert ask(lab, address, token=False)[0] == 403
        assert ask(lab, address)[0] == 200
    assert sorted(lab.root.rglob("*")) == before
