"""Networks without CTC are read as the reference reads them: the best class of every step."""

from __future__ import annotations

import numpy as np

from tessnb.training import Characters, NetworkOptions, new_learner
from tests.short_lines import ShortSet


def test_every_step_that_is_not_null_is_a_label(short: ShortSet) -> None:
    learner = new_learner(Characters.of(short.starter), NetworkOptions("[1,36,0,1 Mp6,6 Lfys8 O1s1]"))
    null = learner.null_char
    codes = [3, 3, null, 4, 4, null, null, 0, 5]
    outputs = np.full((len(codes), learner.network.no), 1e-3, np.float32)
    outputs[np.arange(len(codes)), codes] = 0.5
    assert learner.read_labels(outputs) == [3, 3, 4, 4, 0, 5]
