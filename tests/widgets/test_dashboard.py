"""The dashboard over a real run, without a browser."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
import traitlets

import tessnb as tn
from tessnb.errors import InputError
from tessnb.events import Event, LineTrained
from tessnb.widgets._watch import RunWatch

Make = Callable[..., tn.TrainingRun]


def html_of(dashboard: tn.TrainingDashboard) -> str:
    """Everything that the dashboard shows as HTML."""
    parts: list[str] = []

    def collect(widget: object) -> None:
        parts.append(str(getattr(widget, "value", "")))
        for child in getattr(widget, "children", ()):
            collect(child)

    collect(dashboard)
    return "".join(parts[2:])


def wait_until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def button(dashboard: tn.TrainingDashboard, label: str) -> object:
    """The button with a label, wherever it is."""
    found: list[object] = []

    def collect(widget: object) -> None:
        if getattr(widget, "description", None) == label:
            found.append(widget)
        for child in getattr(widget, "children", ()):
            collect(child)

    collect(dashboard)
    assert len(found) == 1, f"no button {label}"
    return found[0]


def test_it_follows_a_run_to_its_end(make_run: Make) -> None:
    run = make_run(max_iterations=230)
    dashboard = tn.TrainingDashboard(run, title="<Mine>", rate=5)
    shown = html_of(dashboard)
    assert "&lt;Mine&gt;" in shown
    assert "new" in shown
    assert "0 / 230 iterations" in shown
    run.start()
    run.wait()
    wait_until(lambda: "finished" in html_of(dashboard))
    shown = html_of(dashboard)
    assert "230 / 230 iterations" in shown
    assert "largest number of iterations" in shown
    assert "data:image/png;base64," in shown
    last = run.metrics.iloc[-1]
    assert f"<strong>{last.bcer:.1f}\u202f%</strong>" in shown
    assert "<b> four" not in shown  # a line's text is escaped
    wait_until(lambda: "tessnb-publisher" not in [thread.name for thread in threading.enumerate()])
    dashboard.close()


def test_the_chart_shows_the_metrics(make_run: Make) -> None:
    run = make_run(max_iterations=120).start()
    run.wait()
    dashboard = tn.TrainingDashboard(run)
    metrics = run.metrics
    np.testing.assert_array_equal(dashboard._bcer.x, metrics.training_iteration)
    np.testing.assert_allclose(dashboard._bcer.y, metrics.bcer.clip(0.01))
    np.testing.assert_allclose(dashboard._bwer.y, metrics.bwer.clip(0.01))
    recent = metrics.line_bcer.rolling(100, min_periods=1).mean()
    np.testing.assert_allclose(dashboard._recent.y, recent.clip(0.01), rtol=1e-9)
    dashboard.close()


def test_its_buttons_start_pause_resume_and_stop(make_run: Make) -> None:
    run = make_run()
    dashboard = tn.TrainingDashboard(run, rate=5)
    button(dashboard, "Start").click()  # type: ignore[attr-defined]
    wait_until(lambda: run.progress.counters.training > 0)
    wait_until(lambda: "running" in html_of(dashboard))
    button(dashboard, "Pause").click()  # type: ignore[attr-defined]
    wait_until(lambda: run.state is tn.RunState.PAUSED, 1.0)
    wait_until(lambda: "paused" in html_of(dashboard))
    before = run.progress.counters.training
    time.sleep(0.3)
    assert run.progress.counters.training == before
    button(dashboard, "Resume").click()  # type: ignore[attr-defined]
    wait_until(lambda: run.progress.counters.training > before)
    button(dashboard, "Stop").click()  # type: ignore[attr-defined]
    wait_until(lambda: run.state is tn.RunState.STOPPED, 1.0)
    wait_until(lambda: "stopped" in html_of(dashboard))
    stopped_at = run.progress.counters.training
    button(dashboard, "Go on").click()  # type: ignore[attr-defined]
    wait_until(lambda: run.progress.counters.training > stopped_at)
    wait_until(lambda: "running" in html_of(dashboard))
    dashboard.close()


def test_closing_it_leaves_the_run_alone(make_run: Make) -> None:
    run = make_run().start()
    observers = len(run.trainer._observers)
    dashboard = tn.TrainingDashboard(run)
    assert len(run.trainer._observers) == observers + 1
    dashboard.close()
    assert len(run.trainer._observers) == observers
    assert "tessnb-publisher" not in [thread.name for thread in threading.enumerate()]
    before = run.progress.counters.training
    wait_until(lambda: run.progress.counters.training > before)


def test_a_failure_is_told_where_it_arose(make_run: Make) -> None:
    run = make_run()

    def fail(event: Event) -> None:
        if isinstance(event, LineTrained):
            raise InputError("the <disk> is full", hint="Make room")

    run.observe(fail)
    dashboard = tn.TrainingDashboard(run, rate=5)
    run.start()
    wait_until(lambda: "failed" in html_of(dashboard))
    assert "the &lt;disk&gt; is full. Make room" in html_of(dashboard)
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
        watches.append(RunWatch(run, 5000, lambda: None))
    run.set(max_iterations=run.progress.counters.training + 50)
    run.wait()
    everything = run.metrics.training_iteration
    for watch in watches:
        np.testing.assert_array_equal(watch.snapshot().curve[:, 0], everything)


def test_values_are_checked(make_run: Make) -> None:
    run = make_run()
    with pytest.raises(traitlets.TraitError):
        tn.TrainingDashboard(run, rate=50.0)
    with pytest.raises(traitlets.TraitError):
        tn.TrainingDashboard(run, points=1)
    with pytest.raises(TypeError, match="colour"):
        tn.TrainingDashboard(run, colour="red")  # type: ignore[call-arg]
    with pytest.raises(InputError, match="shows a training run; found str"):
        tn.TrainingDashboard("run")  # type: ignore[arg-type]
    dashboard = tn.TrainingDashboard(run)
    dashboard.rate = 4.0
    assert dashboard._publisher.rate == 4.0
    dashboard.close()
