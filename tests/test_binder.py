"""Binder's environment, built as far as it can be without Docker, and started.

A fresh virtual environment stands in for conda's; the system packages must be installed here already; what
``postBuild`` says is done as it stands, in a copy of the repository. The extension is taken as it is built,
because building it needs Node's registry; the tests of the package build it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websocket
import yaml
from packaging.specifiers import SpecifierSet

from tests.lab import ROOT, Lab, get, serve_lab

BINDER = ROOT / "binder"


def environment(venv: Path) -> dict[str, str]:
    """What a program of the environment is started with: its own tools first, pip's cache as it is here."""
    path = os.pathsep.join([str(venv / "bin"), os.environ["PATH"]])
    return {
        **os.environ,
        "PATH": path,
        "VIRTUAL_ENV": str(venv),
        "PIP_NO_CACHE_DIR": "",
        "PIP_NO_COMPILE": "1",
    }


def test_the_environment_fits_the_package() -> None:
    """Conda is asked for a Python that the package runs on, and for pip, with which the rest is installed."""
    import tomllib

    described = yaml.safe_load((BINDER / "environment.yml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = dict(entry.partition("=")[::2] for entry in described["dependencies"])
    assert SpecifierSet(project["requires-python"]).contains(asked["python"])
    assert "pip" in asked


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="Binder's packages are Debian's")
@pytest.mark.parametrize("package", (BINDER / "apt.txt").read_text().split())
def test_the_system_packages_are_those_of_this_machine(package: str) -> None:
    """The names exist, and what runs here runs with them."""
    state = subprocess.run(["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True)
    assert state.stdout == "install ok installed", state.stderr


def copy_repository(target: Path) -> None:
    """Copy what Git keeps, as it stands here, and the built front end."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():  # not what is being deleted
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    for name in ("tessnb/labextension", "tessnb/widgets/static"):
        shutil.copytree(ROOT / name, target / name)
    (target / "tessnb/labextension/install.json").unlink(missing_ok=True)  # of a development install


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The environment after ``postBuild``, and the repository beside it."""
    venv, repository = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("repository")
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    copy_repository(repository)
    reached = subprocess.run(
        [venv / "bin/pip", "download", "--quiet", "--no-deps", "--dest", venv / "probe", "hatchling"],
        env=environment(venv),
        capture_output=True,
        text=True,
    )
    if reached.returncode:
        pytest.skip(f"pip reaches no packages: {reached.stderr.strip().splitlines()[-1]}")
    done = subprocess.run(
        [repository / "binder/postBuild"],
        cwd=repository,
        env=environment(venv),
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return venv, repository


@pytest.fixture(scope="module")
def started(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab of that environment, over the repository, as Binder starts it."""
    venv, repository = built

    def command(flags: str) -> list[str]:
        path = f"PATH={environment(venv)['PATH']}"  # its own tools, not those that the test runs with
        return [
            "env",
            path,
            str(venv / "bin/jupyter"),
            "lab",
            f"--ServerApp.root_dir={repository}",
            *flags.split(),
        ]

    with serve_lab(tmp_path_factory.mktemp("binder"), repository, command) as lab:
        yield lab


def execute(lab: Lab, code: str) -> str:
    """Run code in a fresh kernel beside the notebooks; return what it printed."""

    def ask(path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{lab.address}/api/{path}?token={lab.token}", json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    kernel = ask("kernels", {"name": "python3", "path": "notebooks"})["id"]
    channels = lab.address.replace("http", "ws", 1) + f"/api/kernels/{kernel}/channels?token={lab.token}"
    socket = websocket.create_connection(channels, timeout=120)
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3", "username": "",
              "session": uuid.uuid4().hex}  # fmt: skip
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    socket.send(json.dumps(message))
    printed = ""
    try:
        while True:
            answer = json.loads(socket.recv())
            if answer["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            if answer["msg_type"] == "stream":
                printed += answer["content"]["text"]
            if answer["msg_type"] == "execute_reply":
                assert answer["content"]["status"] == "ok", answer["content"]
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return printed
    finally:
        socket.close()


def test_post_build_installs_the_extension(built: tuple[Path, Path], started: Lab) -> None:
    """Where JupyterLab of the environment finds it; the page loads it."""
    venv, _ = built
    assert (venv / "share/jupyter/labextensions/@tessnb/labextension/package.json").is_file()
    assert b"@tessnb/labextension" in get(f"{started.address}/lab?token={started.token}")


def test_a_kernel_has_the_package(built: tuple[Path, Path], started: Lab) -> None:
    """The environment's own, in the folder of the notebooks; it draws a line and reads it."""
    venv, repository = built
    printed = execute(
        started,
        "import os, tessnb, tutorial\n"
        "print(os.getcwd())\n"
        "print(tessnb.__file__)\n"
        "line = tessnb.render('It reads.', ['DejaVu Sans'], xsize=600)[0]\n"
        "print(line.transcription, line.image.shape[0] > 0)",
    )
    where, package, line = printed.splitlines()
    assert Path(where) == repository / "notebooks"
    assert Path(package).is_relative_to(venv)
    assert line == "It reads. True"


def test_the_tutorial_comes_out_of_the_environment(built: tuple[Path, Path], tmp_path: Path) -> None:
    venv, _ = built
    subprocess.run(
        [venv / "bin/tessnb", "tutorial", "mine", "--copy-only"],
        cwd=tmp_path,
        env=environment(venv),
        check=True,
    )
    assert (tmp_path / "mine/00_one_time_setup.ipynb").is_file()
