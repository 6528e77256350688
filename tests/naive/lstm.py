"""The slow, obvious twins of `tessnb.kernels.lstm` and `tessnb.kernels.lstm_2d`: a position at a time, in
NumPy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tests.naive.activation import logistic, tanh


class Run(NamedTuple):
    """What an LSTM did at each position: its gates' values, states and outputs."""

    gates: np.ndarray
    states: np.ndarray
    outputs: np.ndarray


def forward(projected: np.ndarray, recurrent: np.ndarray) -> Run:
    """Run a sequence; `projected` is ``(time, 4 units)``, `recurrent` ``(units, 4 units)``."""
    units = len(recurrent)
    state, output = np.zeros(units), np.zeros(units)
    steps = []
    for z in projected:
        ci, gi, gf, go = np.split(z + output @ recurrent, 4)
        ci, gi, gf, go = tanh(ci), logistic(gi), logistic(gf), logistic(go)
        state = np.clip(gf * state + ci * gi, -100, 100)
        output = go * tanh(state)
        steps.append((np.concatenate([ci, gi, gf, go]), state, output))
    return Run(*map(np.array, zip(*steps, strict=True)))


def backward(deltas: np.ndarray, run: Run, recurrent: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the gates' errors ``(time, 4 units)``; `before` stands for the state before the first."""
    steps = len(deltas)
    errors = np.zeros_like(run.gates)
    e_c = np.zeros(len(before))
    for t in reversed(range(steps)):
        ci, gi, gf, go = np.split(run.gates[t], 4)
        e_h = deltas[t].copy()
        if t + 1 < steps:
            e_h += recurrent @ errors[t + 1]
            e_c = e_c * np.split(run.gates[t + 1], 4)[2]
        u = tanh(run.states[t])
        e_c = np.clip(e_c + (1 - u**2) * go * e_h, -4, 4)
        previous = run.states[t - 1] if t else before
        parts = [
            (1 - ci**2) * gi * e_c,
            gi * (1 - gi) * ci * e_c,
            gf * (1 - gf) * previous * e_c,
            u * go * (1 - go) * e_h,
        ]
        errors[t] = np.clip(np.concatenate(parts), -1, 1)
    return errors


def forward_2d(projected: np.ndarray, left: np.ndarray, above: np.ndarray) -> tuple[Run, np.ndarray]:
    """Run over an image; returns also which state was remembered: 1 the left one, 2 the one above."""
    height, width, _ = projected.shape
    units = len(left)
    # A border of zeros on the left and above saves the distinction of cases.
    states, outputs = (np.zeros((height + 1, width + 1, units)) for _ in range(2))
    gates, chosen = np.zeros_like(projected), np.ones((height, width, units), np.int8)
    for y in range(height):
        for x in range(width):
            z = projected[y, x] + outputs[y + 1, x] @ left + outputs[y, x + 1] @ above
            ci, gi, gf, go, gs = np.split(z, 5)
            ci, gi, gf, go, gs = tanh(ci), logistic(gi), logistic(gf), logistic(go), logistic(gs)
            state = gf * states[y + 1, x]
            if y:
                upper = gf < gs
                state = np.where(upper, gs * states[y, x + 1], state)
                chosen[y, x][upper] = 2
            states[y + 1, x + 1] = np.clip(state + ci * gi, -100, 100)
            outputs[y + 1, x + 1] = go * tanh(states[y + 1, x + 1])
            gates[y, x] = np.concatenate([ci, gi, gf, go, gs])
    return Run(gates, states[1:, 1:], outputs[1:, 1:]), chosen


def backward_2d(
    deltas: np.ndarray, run: Run, chosen: np.ndarray, left: np.ndarray, above: np.ndarray
) -> np.ndarray:
    """Return the gates' errors ``(height, width, 5 units)``."""
    height, width, units = deltas.shape
    errors = np.zeros((height + 1, width + 1, 5 * units))
    state_errors = np.zeros((height + 1, width + 1, units))
    gates = np.zeros_like(errors)
    gates[:-1, :-1] = run.gates
    which = np.zeros((height + 1, width + 1, units), np.int8)
    which[:-1, :-1] = chosen
    in_order = run.states.reshape(-1, units)
    for y in reversed(range(height)):
        for x in reversed(range(width)):
            e_h = deltas[y, x] + left @ errors[y, x + 1] + above @ errors[y + 1, x]
            ci, gi, gf, go, gs = np.split(gates[y, x], 5)
            u = tanh(run.states[y, x])
            e_c = (1 - u**2) * go * e_h
            e_c += np.where(which[y, x + 1] == 1, state_errors[y, x + 1] * np.split(gates[y, x + 1], 5)[2], 0)
            e_c += np.where(which[y + 1, x] == 2, state_errors[y + 1, x] * np.split(gates[y + 1, x], 5)[4], 0)
            state_errors[y, x] = e_c = np.clip(e_c, -9, 9)
            t = y * width + x
            previous = in_order[t - 1] if t else np.zeros(units)
            upper = run.states[y - 1, x] if y else np.zeros(units)
            parts = [
                (1 - ci**2) * gi * e_c,
                gi * (1 - gi) * ci * e_c,
                gf * (1 - gf) * previous * e_c,
                u * go * (1 - go) * e_h,
                gs * (1 - gs) * upper * e_c,
            ]
            errors[y, x] = np.clip(np.concatenate(parts), -1, 1)
    return errors[:-1, :-1]
