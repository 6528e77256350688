"""The dashboard over a real run, without a browser."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import ipywidgets
import numpy as np
import pytest
import traitlets

import tessnb as tn
from tessnb import events as ev
from tessnb.errors import InputError
from tessnb.events import Counters, ErrorRates, Event, LineTrained, Verdict
from tessnb.widgets._watch import RunWatch

Make = Callable[..., tn.TrainingRun]


def parts_of(widget: object) -> Iterator[ipywidgets.Widget]:
    """A widget and everything in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts_of(child)


def html_of(dashboard: tn.TrainingDashboard) -> str:
    """Everything that the dashboard shows as HTML, but for its style."""
    htmls = [part.value for part in parts_of(dashboard) if isinstance(part, ipywidgets.HTML)]
    return "".join(htmls[1:])


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def named(dashboard: tn.TrainingDashboard, label: str) -> ipywidgets.Widget:
    """The button or entry with a label, wherever it is."""
    found = [part for part in parts_of(dashboard) if getattr(part, "description", None) == label]
    assert len(found) == 1, f"{len(found)} of {label}"
    return found[0]


def press(dashboard: tn.TrainingDashboard, label: str) -> None:
    """Do what a click on the button with a label does, as soon as it can be clicked."""
    buttons = dashboard._controls
    assert buttons is not None
    kind = {"Stop": "stop", "Checkpoint": "checkpoint"}.get(label, "first")
    wait_until(lambda: buttons._shown[kind] and (kind != "first" or buttons._shown["label"] == label))
    buttons.take({"command": buttons._shown["first"] if kind == "first" else kind})


def set_rate(dashboard: tn.TrainingDashboard, text: str) -> None:
    """Enter a learning rate."""
    assert dashboard._controls is not None
    dashboard._controls.take({"command": "set", "learning_rate": text})


def shown_curves(dashboard: tn.TrainingDashboard) -> set[tuple[int, str, str]]:
    return {key for key, line in dashboard._chart.lines.items() if line.visible}


def trained(iteration: int, bcer: float, truth: str = "one two", found: str = "one tvo") -> LineTrained:
    """A line of a made-up run, with all means alike."""
    single, means = ErrorRates(*[bcer / 100] * 5), ErrorRates(*[bcer] * 5)
    counters = Counters(iteration, iteration, iteration)
    return LineTrained(
        counters, Verdict.TRAINABLE, "page.tif", 0, truth, found, single, means, True, counters.sample - 1
    )


def test_it_follows_a_run_to_its_end(make_run: Make) -> None:
    run = make_run(max_iterations=230)
    dashboard = tn.TrainingDashboard(run, title="<Mine>", rate=5)
    shown = html_of(dashboard)
    assert "&lt;Mine&gt;" in shown
    assert "new" in shown
    assert "0 / 230 iterations" in shown
    assert "Stops when: 230 iterations · BCER ≤ 0.01" in shown
    assert "with <code>held_out=0.1</code>" in shown
    run.start()
    run.wait()
    wait_until(lambda: "finished" in html_of(dashboard))
    wait_until(lambda: "tessnb-publisher" not in [thread.name for thread in threading.enumerate()])
    shown = html_of(dashboard)
    assert "230 / 230 iterations" in shown
    assert "largest number of iterations" in shown
    assert "data:image/png;base64," in shown
    last = run.metrics.iloc[-1]
    assert f"<strong>{last.bcer:.1f}\u202f%</strong>" in shown
    assert "<b> four" not in shown  # a line's text is escaped
    dashboard.close()


def test_the_chart_shows_the_metrics(make_run: Make) -> None:
    run = make_run(max_iterations=120, held_out=0.4).start()
    run.wait()
    dashboard = tn.TrainingDashboard(run, log_axis=False)
    metrics, lines = run.metrics, dashboard._chart.lines
    assert shown_curves(dashboard) == {(0, "training", "cer"), (0, "held-out", "cer")}
    dashboard.curves = ["bcer", "wer", "delta", "rms"]
    wait_until(lambda: (0, "training", "rms") in shown_curves(dashboard))
    assert (0, "training", "cer") not in shown_curves(dashboard)
    for name in ("bcer", "wer", "delta", "rms"):
        line = lines[0, "training", name]
        np.testing.assert_array_equal(line.x, metrics.training_iteration)
        np.testing.assert_allclose(line.y, metrics[name].clip(0, 100))
    np.testing.assert_array_equal(lines[0, "held-out", "wer"].x, run.evaluations.iteration)
    np.testing.assert_allclose(lines[0, "held-out", "wer"].y, run.evaluations.wer.clip(0, 100))
    dashboard.smoothing = 30
    recent = metrics.line_bcer.rolling(30, min_periods=1).mean()
    wait_until(lambda: np.allclose(lines[0, "training", "bcer"].y, recent.clip(0, 100)))
    named(dashboard, "log axis").value = True
    wait_until(lambda: np.allclose(lines[0, "training", "bcer"].y, np.log10(recent.clip(0.01, 100))))
    dashboard.close()


def test_its_buttons_start_pause_resume_and_stop(make_run: Make) -> None:
    run = make_run()
    dashboard = tn.TrainingDashboard(run, rate=5)
    press(dashboard, "Start")
    wait_until(lambda: run.progress.counters.training > 0)
    wait_until(lambda: "running" in html_of(dashboard))
    press(dashboard, "Pause")
    wait_until(lambda: run.state is tn.RunState.PAUSED)
    wait_until(lambda: "paused" in html_of(dashboard))
    before = run.progress.counters.training
    time.sleep(0.3)
    assert run.progress.counters.training == before
    press(dashboard, "Resume")
    wait_until(lambda: run.progress.counters.training > before)
    press(dashboard, "Stop")
    wait_until(lambda: run.state is tn.RunState.STOPPED)
    wait_until(lambda: "stopped" in html_of(dashboard))
    stopped_at = run.progress.counters.training
    press(dashboard, "Go on")
    wait_until(lambda: run.progress.counters.training > stopped_at)
    wait_until(lambda: "running" in html_of(dashboard))
    dashboard.close()


def test_rate_and_checkpoint_are_told_to_the_run(make_run: Make, tmp_path: Path) -> None:
    run = make_run(model_output=tmp_path / "mine")
    dashboard = tn.TrainingDashboard(run, rate=5)
    assert "<b>mine</b>" in html_of(dashboard)
    named(dashboard, "Learning rates by layer").value = True
    named(dashboard, "Checkpoints").value = True
    run.start()
    wait_until(lambda: run.progress.counters.training > 1)
    set_rate(dashboard, "0,0005")
    wait_until(lambda: run.trainer.learner.learning_rate == pytest.approx(0.0005))
    assert dashboard._controls is not None
    buttons = dashboard._controls
    wait_until(lambda: buttons._shown["rate"] == "0.0005")
    for wrong, reason in (("<quick>", "“&lt;quick&gt;” is no learning rate"), ("-1", "must be positive")):
        set_rate(dashboard, wrong)
        wait_until(lambda reason=reason: reason in html_of(dashboard))  # type: ignore[misc]
        assert 'role="alert"' in html_of(dashboard)
    assert run.trainer.learner.learning_rate == pytest.approx(0.0005)
    press(dashboard, "Checkpoint")
    wait_until(lambda: "asked for" in html_of(dashboard))
    path = run.checkpoints.query("kind == 'asked for'").path.iloc[0]
    assert Path(path).exists()
    assert Path(path).name in html_of(dashboard)
    wait_until(lambda: "Lbx8" in html_of(dashboard))
    dashboard.close()


def test_a_rate_set_in_a_pause_is_seen_in_it(make_run: Make) -> None:
    """With a schedule's factor in it, as in training; by whoever looked on before and by who comes now."""
    recipe = tn.Recipe(decay="linear")
    run = make_run(learning_rate=0.002, recipe=recipe, max_iterations=10**6)
    early = RunWatch(run, 100)
    run.start()
    wait_until(lambda: run.progress.counters.training > 3)
    run.pause()
    wait_until(lambda: run.state is tn.RunState.PAUSED)
    late = RunWatch(run, 100)
    run.set(learning_rate=0.0005)
    wait_until(lambda: run.trainer.learner.learning_rate == pytest.approx(0.0005))
    for watch in (early, late):
        wait_until(lambda watch=watch: watch.snapshot().rate == pytest.approx(0.0005, rel=1e-3))
    run.resume()
    wait_until(lambda: run.state is tn.RunState.RUNNING)
    wait_until(lambda: early.snapshot().rate == pytest.approx(0.0005, rel=1e-3))


def test_a_run_that_writes_nothing_says_so(make_run: Make) -> None:
    dashboard = tn.TrainingDashboard(make_run())
    press(dashboard, "Checkpoint")
    wait_until(lambda: "a run without a model_output writes no checkpoints" in html_of(dashboard))
    dashboard.close()


def test_what_happens_is_marked_in_form_and_words(make_run: Make) -> None:
    run = make_run(max_iterations=2000)
    dashboard = tn.TrainingDashboard(run)
    named(dashboard, "What happened").value = True
    named(dashboard, "Skipped lines").value = True
    happenings: dict[int, list[Event]] = {
        200: [ev.NewBest(20.0), ev.StageReached(1)],
        500: [ev.Diverged(), ev.Reverted(Counters(200, 200, 200))],
        700: [ev.SubtrainerStarted(200), ev.SubtrainerWon(700), ev.LayerRatesReduced(3)],
    }
    skipped = ev.SampleSkipped(3, ev.SkipReason.UNENCODABLE, "<page>.tif", 2, "a\u0301 <i>", "eng", "U+0301")
    for iteration in range(100, 1001, 100):
        run.trainer.emit(trained(iteration, 90 - iteration / 20))
        for event in (*happenings.get(iteration, ()), skipped):
            run.trainer.emit(event)
    wait_until(lambda: "tessnb-publisher" not in [thread.name for thread in threading.enumerate()])
    dashboard._watches[0]._rare_until = 0.0  # type: ignore[attr-defined]
    for _ in range(4):  # what is folded takes its turn
        dashboard._publish()
    chart, shown = dashboard._chart, html_of(dashboard)
    places = {kind: mark.x.tolist() for kind, mark in chart._events.items() if mark.visible}
    assert places == {
        "stage": [200],
        "diverged": [500],
        "reverted": [200],
        "trial started": [700],
        "trial won": [700],
        "rates reduced": [700],
    }
    assert len({mark.marker + str(mark.fill) for mark in chart._events.values()}) == 6
    assert "stage 1" in chart._words.text or "reverted" in chart._words.text
    for words in ("stage 1 begins", "diverged", "reverted to iteration 200", "trial won at iteration 700"):
        assert words in shown
    assert "10 ×" in shown
    assert "the character set cannot encode the transcription: U+0301" in shown
    assert "&lt;page&gt;.tif, 2" in shown
    assert "a\u0301 &lt;i&gt;" in shown
    assert chart._best.x.tolist() == [200]
    dashboard.close()


def test_old_material_is_seen(make_run: Make) -> None:
    run = make_run(max_iterations=60)
    old = list(tn.render("five", ["DejaVu Sans"], xsize=500, ysize=400))
    monitor = tn.ForgettingMonitor(run, old, every=20, limit=900.0)
    dashboard = tn.TrainingDashboard(run, log_axis=False)
    assert "old CER &gt; 900" in html_of(dashboard)
    run.start().wait()
    monitor.close()
    dashboard._publish()
    line = dashboard._chart.lines[0, "old", "cer"]
    np.testing.assert_array_equal(line.x, monitor.curve().index)
    np.testing.assert_allclose(line.y, monitor.curve().old.clip(0, 100))
    assert "Old material (CER)" in html_of(dashboard)
    assert "On old material the CER went from" in dashboard._repr_mimebundle_()["text/html"]
    dashboard.close()


def test_runs_and_logs_are_compared(make_run: Make) -> None:
    log = tn.read_log(
        "At iteration 90/100/100, Mean rms=5%, delta=30%, BCER train=80%, BWER train=99%, skip ratio=0%, "
        "New best BCER = 80\nTransitioned to stage 1\n"
        "At iteration 180/200/200, Mean rms=4%, delta=20%, BCER train=60%, BWER train=97%, skip ratio=0%, "
        "New best BCER = 60\nAt iteration 90, stage 0, BCER eval=85, BWER eval=99\n"
    )
    runs = [make_run(max_iterations=40).start(), make_run(max_iterations=30).start()]
    for run in runs:
        run.wait()
    dashboard = tn.TrainingDashboard.compare([*runs, log], names=["first", "<second>", "old"], log_axis=False)
    lines = dashboard._chart.lines
    assert {(0, "training", "bcer"), (1, "training", "bcer"), (2, "training", "bcer")} <= shown_curves(
        dashboard
    )
    np.testing.assert_allclose(lines[2, "training", "bcer"].y, [80, 60])
    np.testing.assert_allclose(lines[2, "held-out", "bcer"].x, [100])
    assert len({lines[place, "training", "bcer"].line_style for place in range(3)}) == 3
    shown = html_of(dashboard)
    assert "&lt;second&gt;" in shown
    assert "60.0\u202f% @ 200" in shown
    dashboard.close()
    alone = tn.TrainingDashboard(log)
    assert "a log" in html_of(alone)
    assert shown_curves(alone) == {(0, "training", "bcer"), (0, "held-out", "bcer")}
    assert alone._chart._events["stage"].x.tolist() == [100]
    assert "80.0" in alone._repr_mimebundle_()["text/html"]
    alone.close()
    with pytest.raises(InputError, match="no run"):
        tn.TrainingDashboard.compare([])
    with pytest.raises(InputError, match="a name"):
        tn.TrainingDashboard(log, others=runs, names=["one"])


def test_a_run_is_followed_by_its_record(make_run: Make, tmp_path: Path) -> None:
    run = make_run(model_output=tmp_path / "mine", held_out=0.4, max_iterations=130).start()
    run.wait()
    dashboard = tn.TrainingDashboard(tn.RunRecord(tmp_path / "mine"), curves=["bcer"], log_axis=False)
    shown = html_of(dashboard)
    assert "<b>mine</b><span>finished</span><span>130 / 130 iterations</span>" in shown
    assert dashboard._chart.lines[0, "training", "bcer"].x[-1] == 130
    assert dashboard._chart.lines[0, "training", "bcer"].y[-1] == pytest.approx(
        run.metrics.bcer.iloc[-1], abs=0.01
    )
    np.testing.assert_array_equal(dashboard._chart.lines[0, "held-out", "bcer"].x, run.evaluations.iteration)
    dashboard.close()


def test_a_run_is_told_by_its_record(make_run: Make, tmp_path: Path) -> None:
    run = make_run(model_output=tmp_path / "mine").start()
    record = tn.RunRecord(tmp_path / "mine")
    dashboard = tn.TrainingDashboard(record, rate=5)
    named(dashboard, "Learning rates by layer").value = True
    press(dashboard, "Pause")
    wait_until(lambda: run.state is tn.RunState.PAUSED)
    set_rate(dashboard, "0.0005")
    wait_until(lambda: run.trainer.learner.learning_rate == pytest.approx(0.0005))
    press(dashboard, "Resume")
    wait_until(lambda: run.state is tn.RunState.RUNNING)
    press(dashboard, "Checkpoint")
    wait_until(lambda: "A checkpoint is written." in html_of(dashboard))
    assert "asked for" in set(run.checkpoints.kind)
    press(dashboard, "Stop")
    wait_until(lambda: run.state is tn.RunState.STOPPED)
    stopped_at = run.progress.counters.training
    assert "Lbx8" in html_of(dashboard)
    press(dashboard, "Go on")  # in this process, from its files
    wait_until(lambda: record.progress.counters.training > stopped_at)
    assert record.about["pid"] == os.getpid()
    press(dashboard, "Stop")
    wait_until(lambda: record.state is tn.RunState.STOPPED)
    set_rate(dashboard, "nan")
    wait_until(lambda: "must be positive" in html_of(dashboard))
    dashboard.close()


@pytest.mark.parametrize("limit", [0, 1, 9, 650, 651, 1000, 64_000, 200_000, 1_000_000, 10**9])
def test_no_length_of_a_run_is_too_long(make_run: Make, limit: int) -> None:
    run, log_axis = make_run(max_iterations=limit), limit not in (9, 651, 200_000)
    dashboard = tn.TrainingDashboard(
        run, curves=["bcer", "cer", "delta"], log_axis=log_axis, points=50, smoothing=30
    )
    chart, iteration = dashboard._chart, 0
    values = iter((100.0, 100.0, 99.9, 50.0, 0.0, 3.0, float("nan"), 0.004, 100.0, 12.0) * 40)
    while iteration < 200_000:
        iteration += 1 + iteration // 7
        run.trainer.emit(trained(iteration, next(values), *("", "x") * (iteration % 2)))
        run.trainer.emit(ev.NewBest(0.0) if iteration % 3 else ev.Reverted(Counters(0, iteration // 2, 0)))
        run.trainer.emit(ev.HeldOutEvaluated(iteration, 0.0, 100.0, float(iteration), 0.0, 1))
        dashboard._publish()
        assert chart._x.max >= iteration
        ticks = chart._x_axis.tick_values
        assert 3 <= len(ticks) <= 8
        assert ticks[-1] <= chart._x.max
        assert set(chart._x_axis.tick_labels) == {str(int(tick)) for tick in ticks} or chart._x.max < 8
        for line in chart.lines.values():
            seen = line.y[np.isfinite(line.y)]
            assert chart._y.min <= seen.min()
            assert seen.max() <= chart._y.max
            assert len(line.x) == len(line.y) <= 130
        ends = np.sort(chart._ends.y)
        assert (np.diff(ends) > 0).all()
        assert chart._y.min <= ends[0]
        assert ends[-1] <= chart._y.max + 1e-9
    dashboard.close()


def test_closing_it_leaves_the_run_alone(make_run: Make) -> None:
    run = make_run().start()
    observers = len(run.trainer.observers)
    kept = len(ipywidgets.Widget.get_manager_state()["state"])
    dashboard = tn.TrainingDashboard(run)
    wait_until(lambda: dashboard._chart.lines)
    assert len(run.trainer.observers) == observers + 1
    dashboard.close()
    assert len(run.trainer.observers) == observers
    assert len(ipywidgets.Widget.get_manager_state()["state"]) == kept
    assert "tessnb-publisher" not in [thread.name for thread in threading.enumerate()]
    before = run.progress.counters.training
    wait_until(lambda: run.progress.counters.training > before)


def test_it_rests_while_no_page_shows_it(make_run: Make) -> None:
    dashboard = tn.TrainingDashboard(make_run(), rate=5)
    assert dashboard._controls is not None
    tell = dashboard._controls._handle_custom_msg
    for view, seen, rate in (
        ("a", True, 5),
        ("b", True, 5),
        ("a", False, 5),
        ("b", False, 1 / 30),
        ("a", True, 5),
    ):
        tell({"view": view, "seen": seen}, [])
        assert dashboard._publisher.rate == rate
    dashboard.close()


def test_a_failure_is_told_where_it_arose(make_run: Make) -> None:
    run = make_run()

    def fail(event: Event) -> None:
        if isinstance(event, LineTrained):
            raise InputError("the <disk> is full", hint="Make room")

    run.observe(fail)
    dashboard = tn.TrainingDashboard(run, rate=5)
    run.start()
    wait_until(lambda: "the &lt;disk&gt; is full. Make room" in html_of(dashboard))
    assert "failed" in html_of(dashboard)
    assert 'role="alert"' in html_of(dashboard)
    dashboard.close()


def test_what_is_seen_without_widgets(make_run: Make) -> None:
    run = make_run(max_iterations=120).start()
    run.wait()
    dashboard = tn.TrainingDashboard(run)
    bundle = dashboard._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    page = bundle["text/html"]
    assert "finished after 120 iterations" in page
    assert re.search(r'<img alt="The mean character error[^"]+" [^>]*src="data:image/svg\+xml;base64,', page)
    assert page.count("<tr>") == 11
    assert "<script" not in page
    dashboard.close()


def test_it_joins_a_run_under_way_without_losing_a_line(make_run: Make) -> None:
    run = make_run(max_iterations=2000).start()
    watches = []
    for _ in range(5):
        time.sleep(0.2)
        watches.append(RunWatch(run, 5000))
        watches[-1].snapshot()
    run.set(max_iterations=run.progress.counters.training + 50)
    run.wait()
    everything = run.metrics.training_iteration
    for watch in watches:
        np.testing.assert_array_equal(watch.snapshot().trained("bcer")[0], everything)
        assert watch.snapshot().lines[-1].event.counters.training == everything.iloc[-1]


def test_values_are_checked(make_run: Make) -> None:
    run = make_run()
    with pytest.raises(traitlets.TraitError):
        tn.TrainingDashboard(run, rate=50.0)
    with pytest.raises(traitlets.TraitError):
        tn.TrainingDashboard(run, points=1)
    with pytest.raises(traitlets.TraitError):
        tn.TrainingDashboard(run, smoothing=17)
    with pytest.raises(traitlets.TraitError, match="unknown curves: loss; known are bcer"):
        tn.TrainingDashboard(run, curves=["bcer", "loss"])
    with pytest.raises(TypeError, match="colour"):
        tn.TrainingDashboard(run, colour="red")  # type: ignore[call-arg]
    with pytest.raises(InputError, match="training runs and logs; found str"):
        tn.TrainingDashboard("run")  # type: ignore[arg-type]
    dashboard = tn.TrainingDashboard(run)
    dashboard.rate = 4.0
    assert dashboard._publisher.rate == 4.0
    dashboard.curves = ("rms", "cer")
    assert dashboard.curves == ("cer", "rms")
    assert [name for name in ("BCER", "CER", "RMS") if named(dashboard, name).value] == ["CER", "RMS"]
    dashboard.close()
