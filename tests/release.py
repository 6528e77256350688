"""``make release``: build wheel and source archive, and try both in fresh environments of every Python here.

``python -m tests.release [--quick]`` takes what is committed. The packages are left in ``dist``.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["PYTHONS", "find_python"]

ROOT = Path(__file__).parents[1]

#: The Pythons that a release is for; the classifiers of the package say the same.
PYTHONS = ("3.11", "3.12", "3.13")

#: Rooms whose tests need nothing but the package and Tesseract's tools.
_TESTS = ("tests/formats", "tests/network", "tests/training")

#: Draws lines, trains and evaluates, as a first notebook would.
_SMOKE = """
import tessnb as tn
for name in tn.__all__:
    getattr(tn, name)
text = "one two\\nthree four\\nfive six\\n"
lines = tn.render(text, ["DejaVu Sans"], xsize=700, ysize=600)
starter = tn.make_starter(text)
run = tn.train_from_scratch(starter, lines, net_spec="[1,24,0,1 Mp3,3 Lfys8 Lbx8 O1c1]", max_iterations=30)
board = tn.TrainingDashboard(run)
assert run.start().wait(600)
assert len(tn.evaluate(run.best(), list(lines)).lines) == len(lines)
run.best().save("best.traineddata", integer=True)
starter.write("eng.traineddata")
board.close()
"""


class Failed(Exception):
    """A step did not do what it should."""


def find_python(version: str) -> Path | None:
    """Return an interpreter of a version such as "3.12": of the path, pyenv or uv; None without one."""
    homes = [Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"]
    homes.append(Path.home() / ".local/share/uv/python")
    candidates = [shutil.which(f"python{version}")]
    for home in homes:
        candidates += [str(path) for path in sorted(home.glob(f"*{version}.*/bin/python{version}"))]
    for candidate in filter(None, candidates):
        asked = [candidate, "-c", "import sys, ensurepip; print('%d.%d' % sys.version_info[:2])"]
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if said == version:
            return Path(candidate)
    return None


def _run(command: list[object], where: Path, environment: dict[str, str], seconds: float = 1200) -> str:
    """Run something to its end and return what it says."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=where, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    if done.returncode:
        raise Failed(f"{' '.join(words)} returned {done.returncode}\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout + done.stderr


class _Environment:
    """A fresh virtual environment, in which Node and npm fail."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.folder = folder
        subprocess.run([python, "-m", "venv", folder / "venv"], check=True)
        self.bin = folder / "venv/bin"
        refuses = folder / "refuses"
        refuses.mkdir()
        for name in ("node", "npm", "npx", "yarn"):
            (refuses / name).write_text("#!/bin/sh\nexit 97\n")
            (refuses / name).chmod(0o755)
        (folder / "home").mkdir()
        path = os.pathsep.join([str(self.bin), str(refuses), os.environ["PATH"]])
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER"))
        }
        self.variables = {**kept, "PATH": path, "JUPYTER_CONFIG_DIR": str(folder / "home")}
        self.variables |= {"JUPYTER_DATA_DIR": str(folder / "home"), "NO_COLOR": "1"}

    def __call__(self, *command: object, where: Path | None = None) -> str:
        """Run one of its programs."""
        program, *words = command
        return _run([self.bin / str(program), *words], where or self.folder, self.variables)

    def install(self, *what: object) -> None:
        """Install with pip."""
        self("python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what)


def _checkout(target: Path) -> None:
    """Lay out what is committed."""
    packed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(target, filter="data")


def _build(source: Path, folder: Path, dist: Path) -> tuple[Path, Path]:
    """Build both packages in an environment of their own; return the wheel and the source archive."""
    folder.mkdir()
    tools = _Environment(Path(sys.executable), folder)
    tools.install("build", "twine")
    variables = {**tools.variables, "PATH": os.environ["PATH"]}  # the extension is built: Node may run
    shutil.rmtree(dist, ignore_errors=True)
    _run([tools.bin / "python", "-m", "build", "--outdir", dist, "."], source, variables)
    (wheel,), (archive,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    tools("twine", "check", "--strict", wheel, archive)
    return wheel, archive


def _look_into(wheel: Path, archive: Path) -> None:
    """See that nothing is missing, and nothing in it that belongs to this machine alone."""
    with zipfile.ZipFile(wheel) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    with tarfile.open(archive) as opened:
        packed = [opened.extractfile(each) for each in opened.getmembers() if each.isfile()]
        files |= {each.name: each.read() for each in packed if each is not None}  # type: ignore[misc]
    for name, content in files.items():
        if str(ROOT).encode() in content or str(Path.home()).encode() + b"/" in content:
            raise Failed(f"{name} names a folder of this machine")
    for end in ("widgets/static/boxes.js", "labextension/package.json", "py.typed", "licenses/LICENSE"):
        if not any(name.endswith(end) for name in files):
            raise Failed(f"there is no {end}")


def _smoke(fresh: _Environment, version: str) -> None:
    """Do a little of everything, with warnings as errors, in an empty folder."""
    place = Path(tempfile.mkdtemp(dir=fresh.folder))
    fresh("python", "-W", "error", "-c", "import tessnb", where=place)
    said = fresh("tessnb", "--version", where=place).split()
    if said != ["tessnb", version]:
        raise Failed(f"tessnb --version says {said}")
    fresh("python", "-W", "error", "-W", _BQPLOT, "-c", _SMOKE, where=place)
    (place / "text").write_text("one two\nthree four\nfive six\n")
    fresh("tessnb", "text2image", "--text=text", "--outputbase=page", "--font=DejaVu Sans", where=place)
    fresh("tessnb", "tesseract", "page.tif", "page", "--psm", "6", "lstm.train", where=place)
    (place / "list").write_text(f"{place / 'page.lstmf'}\n")
    flags = ["--traineddata=eng.traineddata", "--train_listfile=list", "--model_output=m"]
    spec = "--net_spec=[1,24,0,1 Mp3,3 Lfys8 Lbx8 O1c1]"
    fresh("tessnb", "lstmtraining", *flags, spec, "--max_iterations=20", where=place)
    models = ["--model=m_checkpoint", "--traineddata=eng.traineddata", "--eval_listfile=list"]
    if "BCER eval=" not in fresh("tessnb", "lstmeval", *models, where=place):
        raise Failed("lstmeval prints no figures")
    fresh("tessnb", "tutorial", "mine", "--copy-only", where=place)
    for command, name in (("labextension", "@tessnb/labextension"), ("server extension", "tessnb.server")):
        said_ = fresh("jupyter", *command.split(), "list", where=place)
        lines = [line for line in said_.splitlines() if name in line]
        if not any("enabled" in line for line in lines) or not any("OK" in line for line in lines):
            raise Failed(f"jupyter {command} list says of {name}: {lines}")


#: bqplot: its scales still tag traits the old way.
_BQPLOT = "ignore:metadata :DeprecationWarning"


def _test(fresh: _Environment, source: Path) -> None:
    """Run the tests of some rooms against what is installed."""
    place = fresh.folder / "tests-alone"
    place.mkdir()
    shutil.copytree(source / "tests", place / "tests")
    shutil.copy(source / "pyproject.toml", place)
    fresh.install("--group", f"{source / 'pyproject.toml'}:test")
    said = fresh("python", "-m", "pytest", "-q", "-n", "0", *_TESTS, where=place)
    print(f"    {said.strip().splitlines()[-1]}")


def _steps(
    python: Path, wheel: Path, archive: Path, source: Path, folder: Path, *, quick: bool
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is to be done with one Python."""
    version = wheel.name.split("-")[1]
    fresh = _Environment(python, folder)

    def install() -> None:
        fresh("python", "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1")
        fresh.install(wheel)

    yield "the wheel installs, without Node", install
    yield "it works: commands, a training, both halves of the extension", lambda: _smoke(fresh, version)
    again = ("--force-reinstall", "--no-deps", archive)
    yield "the source archive installs, without Node", lambda: fresh.install(*again)
    yield "it works", lambda: _smoke(fresh, version)
    if not quick:
        yield f"tests with warnings as errors: {', '.join(_TESTS)}", lambda: _test(fresh, source)


def main() -> int:
    """Build, look, install, try; 1 if anything went wrong or a Python is missing."""
    parser = argparse.ArgumentParser(
        prog="make release", description=__doc__.splitlines()[0].partition(": ")[2]
    )
    parser.add_argument("--quick", action="store_true", help="without the tests")
    parser.add_argument("--python", action="append", choices=PYTHONS, help="only this one; may be repeated")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="release") as scratch:
        source = Path(scratch) / "source"
        _checkout(source)
        wheel, archive = _build(source, Path(scratch) / "build", ROOT / "dist")
        _look_into(wheel, archive)
        print(
            f"{wheel.name}, {archive.name}: built from what is committed; their metadata is sound", flush=True
        )
        wrong = False
        for version in options.python or PYTHONS:
            python = find_python(version)
            print(f"Python {version}: {python or 'not found here'}", flush=True)
            wrong |= python is None
            if python is None:
                continue
            folder = Path(scratch) / version
            folder.mkdir()
            for what, step in _steps(python, wheel, archive, source, folder, quick=options.quick):
                began = time.monotonic()
                try:
                    step()
                except Failed as error:
                    print(f"  FAILED: {what}\n{error}", flush=True)
                    wrong = True
                    break
                print(f"  {what}  ({time.monotonic() - began:.0f} s)", flush=True)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
