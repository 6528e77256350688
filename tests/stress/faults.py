"""Faults: killed processes, full disks, closed folders, files that go or change, clocks, interrupts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import tessnb as tn
from tessnb.formats import CheckpointRecord
from tessnb.formats.lstmf import Document
from tessnb.resources import Entry, download
from tessnb.resources.download import blob_id
from tessnb.training import TrainingRun
from tests.stress import material
from tests.stress.forking import Child
from tests.stress.interrupts import INTERRUPTED
from tests.stress.kills import Broken, kills, slow_site
from tests.stress.report import Row

__all__ = ["faults"]

#: Threads that may stay: the kernels' helper, and the pools that work beside a run.
_STAY = ("MainThread", "tessnb-helper", "tessnb-gradients", "tessnb-lines")


def faults(seed: int, trials: int) -> Iterator[Row]:
    """Kill `trials` times in each kind of work, then let everything else go wrong; yield rows."""
    material.trained()  # compiled and loaded before anything is forked
    yield from kills(seed, trials)
    repeat = max(trials // 10, 1)
    for name, case in _CASES.items():
        yield _row(name, case, repeat)


def _row(name: str, case: Callable[[Path], None], repeat: int) -> Row:
    began, problems = time.monotonic(), []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as folder:
            child = Child(lambda folder=Path(folder): _clean(case, folder), Path(folder) / "error.txt")
            code = child.wait()
            if code != 0:
                lines = child.error().strip().splitlines()
                problems.append("it hangs" if code is None else " | ".join(lines[-6:])[-600:] or str(code))
    return Row(name, repeat, repeat - len(problems), time.monotonic() - began, "", problems[:3])


def _clean(case: Callable[[Path], None], folder: Path) -> None:
    """Run a case; no thread may be left, and no error in a thread."""
    died: list[str] = []
    threading.excepthook = lambda about: died.append(f"{about.thread}: {about.exc_value!r}")
    case(folder)
    deadline = time.monotonic() + 10
    while left := [one.name for one in threading.enumerate() if not one.name.startswith(_STAY)]:
        if time.monotonic() > deadline:
            raise Broken(f"threads are left behind: {left}")
        time.sleep(0.02)
    if died:
        raise Broken(f"a thread died: {died}")


def _expect(condition: object, message: str) -> None:
    if not condition:
        raise Broken(message)


def _refused(function: Callable[[], object], *words: str) -> tn.TessnbError:
    """Call a function that has to raise an error of the package with these words in it."""
    try:
        function()
    except tn.TessnbError as error:
        _expect(all(word in str(error) for word in words), f"the error does not say {words}: {error}")
        return error
    raise Broken(f"no error: {words} were expected")


def _until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        _expect(time.monotonic() < deadline, "it did not happen in time")
        time.sleep(0.005)


def _reach(run: TrainingRun, iteration: int) -> None:
    _until(lambda: run.progress.counters.training >= iteration or run.state.is_over)


@contextmanager
def _small_disk(folder: Path, size: str = "600k") -> Iterator[Path]:
    """Yield a folder with little room: a disk of its own where that is allowed, else a limit to files."""
    place = folder / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
        yield place
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=False)


def _fill(place: Path) -> Path:
    """Fill a disk to the last byte; return what fills it."""
    path = place / "filling"
    with suppress(OSError), path.open("ab", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while file.write(bytes(size)):
                    pass
    return path


def _no_leftovers(place: Path) -> None:
    hidden = [path.name for path in place.iterdir() if path.name.startswith(".")]
    _expect(not hidden, f"half-written files are left: {hidden}")


# Disks and folders.


def _full_disk_in_training(folder: Path) -> None:
    with _small_disk(folder) as place:
        run = material.run(place / "m", max_iterations=700).start()
        _until((place / "m_checkpoint").exists)
        run.pause()
        _until(lambda: run.state is tn.RunState.PAUSED)
        saved = (place / "m_checkpoint").read_bytes()
        filling = _fill(place)
        run.resume()
        _until(lambda: not run.checkpoints.written.all() or run.state.is_over)
        _expect(not run.state.is_over, f"a full disk ended the run: {run!r}")
        _expect((place / "m_checkpoint").read_bytes() == saved, "the old checkpoint is damaged")
        _no_leftovers(place)
        filling.unlink(missing_ok=True)
        _expect(run.wait(60), "it did not end")
        _expect(
            CheckpointRecord.read(place / "m_checkpoint").recognizer.training_iteration == 700, "not saved"
        )


def _full_disk_in_saving(folder: Path) -> None:
    model = material.trained().model()
    with _small_disk(folder, "64k") as place:
        path = place / "m.traineddata"
        path.write_bytes(b"before")
        filling = _fill(place)
        _refused(lambda: model.save(path), "cannot be written")
        _refused(
            lambda: Document([material.line(1).to_image_data()] * 200).write(place / "a.lstmf"), "a.lstmf"
        )
        _expect(path.read_bytes() == b"before", "what was there is lost")
        _expect(not (place / "a.lstmf").exists(), "half a file is there")
        _no_leftovers(place)
        filling.unlink(missing_ok=True)


def _full_disk_in_downloading(folder: Path) -> None:
    content = bytes(range(256)) * 4096
    (folder / "content").write_bytes(content)
    entry = Entry("some/models", "c" * 40, "xyz.traineddata", blob_id(folder / "content"))
    with _small_disk(folder, "400k") as place, slow_site(content) as site:
        os.environ["TESSNB_CACHE"] = str(place)
        _refused(lambda: download(entry, site=site), "failed")
        _expect(not list(place.rglob("xyz.traineddata")), "half a download bears the name of a whole one")
    os.environ["TESSNB_CACHE"] = str(folder / "cache")
    with slow_site(content) as site:
        _expect(download(entry, site=site).read_bytes() == content, "the download is wrong")


def _closed_folder(folder: Path) -> None:
    import pandas  # noqa: F401 - from where somebody else may not read it later

    place = folder / "closed"
    place.mkdir()
    (place / "old.traineddata").write_bytes(b"before")
    place.chmod(0o555)
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.seteuid(65534)
    model = material.trained().model()
    _refused(lambda: model.save(place / "new.traineddata"), "cannot be written", "permission")
    _refused(lambda: model.save(place / "old.traineddata"), "cannot be written")
    run = material.run(place / "m", max_iterations=120).start()
    _expect(run.wait(60), "it did not end")
    _expect(not run.checkpoints.written.any(), "it says that it has written")
    _expect(run.best() is not None, "the model is lost")
    _refused(run.checkpoint, "cannot be written")
    if os.getuid() == 0:
        os.seteuid(0)


# Files that go or change.


def _vanished_documents(folder: Path) -> None:
    paths = material.write_documents(folder)
    samples = tn.training.DocumentSamples(paths, max_memory=600)
    run = material.run(folder / "m", max_iterations=300, lines=samples).start()
    _reach(run, 60)
    paths[0].unlink()
    _ended_well(run)


def _vanished_images(folder: Path) -> None:
    from PIL import Image

    for number in range(8):
        one = material.line(number)
        Image.fromarray(one.image).save(folder / f"{number}.png")
        (folder / f"{number}.gt.txt").write_text(one.transcription)
    run = material.run(folder / "m", max_iterations=400, lines=folder).start()
    _reach(run, 60)
    (folder / "3.png").unlink()
    (folder / "5.png").write_bytes(b"no image any more")
    (folder / "6.gt.txt").write_text("")
    _ended_well(run)


def _ended_well(run: TrainingRun) -> None:
    """A run that misses lines goes on with the others, or ends and says which file is at fault."""
    try:
        _expect(run.wait(60), "it did not end")
    except tn.TessnbError as error:
        _expect(error.where, f"the error says not where: {error}")
        _expect(run.state is tn.RunState.FAILED, f"it is {run.state.value}")
        path = f"{run.trainer.model_output}_checkpoint"
        saved = CheckpointRecord.read(path).recognizer.training_iteration
        _expect(
            saved == run.progress.counters.training, f"iteration {saved} is saved of {run.progress.counters}"
        )


def _cut_document(folder: Path) -> None:
    (path,) = material.write_documents(folder, 1, 400)
    lines = tn.open_lines(path)
    _expect(len(lines) == 400, "lines are missing")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])  # in place, as a copying tool does
    read = 0
    for number in range(len(lines)):
        with suppress(tn.TessnbError):
            read += lines[number].width > 0
    _expect(read < 400, "lines were read that are not there")
    path.write_bytes(data)


def _exchanged_document(folder: Path) -> None:
    (path,) = material.write_documents(folder, 1, 40)
    lines = tn.open_lines(path)
    texts = [line.transcription for line in lines]
    Document([material.line(1000 + number, 7).to_image_data() for number in range(60)]).write(path)
    for number in range(len(lines)):
        try:
            _expect(lines[number].transcription == texts[number], "lines of another document were read")
        except tn.TessnbError as error:
            _expect("changed" in str(error), f"the error does not say what happened: {error}")


# Others who want the same.


def _two_runs(folder: Path) -> None:
    first = material.run(folder / "m").start()
    _reach(first, 20)
    other = material.run(folder / "m", max_iterations=10)
    _refused(other.start, "another run writes the same files")

    def again() -> None:
        _refused(material.run(folder / "m", max_iterations=10).start, "another run writes the same files")

    child = Child(again, folder / "other.txt")
    _expect(child.wait() == 0, child.error())
    at = first.progress.counters.training
    _until(lambda: first.progress.counters.training > at)
    _expect(first.stop(timeout=60), "the first run does not end")
    _expect(tn.RunRecord(folder / "m").state is tn.RunState.STOPPED, "the record is another's")


def _clock_set(folder: Path) -> None:
    """All that asks this process for the time is told another; a machine's own clock is not for a test."""
    hours, real = 30.0, time.time
    whole = material.run(folder / "whole", max_iterations=2000)
    time.time = lambda: real() + 3600 * hours
    run = material.run(folder / "m", max_iterations=2000).start()
    board = tn.TrainingDashboard(run, rate=5)
    told: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: told.extend(tn.follow_run(folder / "m").follow()))
    reader.start()
    _reach(run, 120)
    hours = -24.0
    record = tn.RunRecord(folder / "m")
    record.tell("pause", timeout=60)
    _until(lambda: run.state is tn.RunState.PAUSED)
    hours = 24.0 * 400
    record.tell("resume", timeout=60)
    _reach(run, 220)
    _expect(run.stop(timeout=60) and run.state is tn.RunState.STOPPED, "it does not stop")
    _until(lambda: "stopped" in board._status.value)
    board.close()
    reader.join(60)
    _expect(told and told[-1]["kind"] == "end", "who follows it has not heard the end")
    record = tn.RunRecord(folder / "m")
    _expect(record.metrics.training_iteration.is_monotonic_increasing, "the figures are out of order")
    resumed = record.resume()
    assert resumed is not None
    resumed.start()
    time.time = real
    whole.start()
    _expect(resumed.wait(60) and whole.wait(60), "they did not end")
    files = [(folder / f"{name}_checkpoint").read_bytes() for name in ("m", "whole")]
    _expect(files[0] == files[1], "it went on as another")


# Notebooks.


def _interrupted_cell(folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run = material.run(folder / "m").start()
    _reach(run, 37)
    threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        run.wait()
    except KeyboardInterrupt:
        pass
    else:
        raise Broken("the interrupt did not arrive")
    _expect(run.state is tn.RunState.STOPPED, f"it is {run.state.value}")
    saved = CheckpointRecord.read(folder / "m_checkpoint").recognizer.training_iteration
    _expect(saved == run.progress.counters.training, "its last moment is not saved")
    run.start()
    _until(lambda: run.progress.counters.training > saved)
    _expect(run.stop(timeout=60), "it does not stop")


_KERNEL = """
import sys, time
from tests.stress import material
run = material.run(sys.argv[1], max_iterations=300000).start()
import tessnb as tn
board = tn.TrainingDashboard(run, rate=5)
while run.progress.counters.training < 150:
    time.sleep(0.005)
print("going", flush=True)
if sys.argv[2] == "exit":
    sys.exit(0)
time.sleep(60)
"""


def _restarted_kernel(folder: Path) -> None:
    for how in ("exit", "terminate")[folder.stat().st_ino % 2 :][:1]:
        output = folder / how
        with subprocess.Popen(
            [sys.executable, "-c", _KERNEL, output, how],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            _expect(process.stdout.readline() == "going\n", "it does not begin")
            if how == "terminate":
                process.terminate()
            said = process.communicate(timeout=60)[1]
        code = process.returncode
        _expect(code == (0 if how == "exit" else -signal.SIGTERM), f"it ended with {code}: {said[-300:]}")
        _expect("Traceback" not in said and "Fatal" not in said, f"it says {said[-300:]}")
        record = tn.RunRecord(output)
        _expect(record.state in (tn.RunState.LEFT_BEHIND, tn.RunState.STOPPED), f"it is {record.state.value}")
        saved = record.saved_iteration or 0
        resumed = record.resume(max_iterations=saved + 200)
        assert resumed is not None
        _expect(resumed.start().wait(60), "it does not go on")


_CASES: dict[str, Callable[[Path], None]] = {
    "disk full in training": _full_disk_in_training,
    "disk full in saving": _full_disk_in_saving,
    "disk full in downloading": _full_disk_in_downloading,
    "folder that may not be written": _closed_folder,
    "documents gone in training": _vanished_documents,
    "images gone or changed in training": _vanished_images,
    "document cut while it is open": _cut_document,
    "document exchanged while it is open": _exchanged_document,
    "two runs with the same files": _two_runs,
    "clock set forth and back": _clock_set,
    "interrupted cell: wait": _interrupted_cell,
    **INTERRUPTED,
    "kernel restarted": _restarted_kernel,
}
