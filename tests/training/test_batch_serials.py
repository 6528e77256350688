"""A line of a batch is told with its own number, though lines of similar width come out of turn."""

from __future__ import annotations

import tessnb as tn
from tessnb.events import Event, LineTrained

TEXT = "a\na longer line of text\nb\nanother one as long\nc\nshort"


def test_a_line_is_told_with_its_number() -> None:
    lines = list(tn.render(TEXT, ["DejaVu Sans"], xsize=900))
    run = tn.train_from_scratch(
        tn.make_starter(TEXT),
        lines,
        net_spec="[1,24,0,1 Ct3,3,4 Mp3,3 Lfys8 Lbx8 O1c1]",
        max_iterations=18,
        recipe=tn.Recipe(batch_size=2),
    )
    told: list[LineTrained] = []

    def hear(event: Event) -> None:
        if isinstance(event, LineTrained):
            told.append(event)

    run.observe(hear)
    run.start().wait()
    assert [event.truth for event in told] == [
        lines[event.serial % len(lines)].transcription for event in told
    ]
    assert {event.serial % len(lines) for event in told} == set(range(len(lines)))
    assert [event.serial for event in told] != [event.counters.sample - 1 for event in told]
