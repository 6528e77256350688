"""Flags of Tesseract 3's training that its tools still take, without effect.

Source: ``src/training/common/commontraining.cpp``.
"""

from __future__ import annotations

from tessnb.commands._flags import Flag

__all__ = ["ignored_flags"]

_DEFAULTS: dict[str, int | float | str] = {
    "tlog_level": 0,
    "debug_level": 0,
    "load_images": 0,
    "clusterconfig_min_samples_fraction": 0.625,
    "clusterconfig_max_illegal": 0.05,
    "clusterconfig_independence": 1.0,
    "clusterconfig_confidence": 1e-6,
    "configfile": "",
    "D": "",
    "X": "",
    "O": "",
    "output_trainer": "",
    "test_ch": "",
    "F": "font_properties",
    "U": "unicharset",
}
#: Not of every tool: some give these a meaning.
_OF_SOME = frozenset(["tlog_level", "X", "O", "U"])


def ignored_flags(*more: str) -> list[Flag]:
    """Return the flags that have no effect in any tool, and `more` that have none in one."""
    return [
        Flag(name, default, "Accepted, without effect here as in Tesseract")
        for name, default in _DEFAULTS.items()
        if name not in _OF_SOME or name in more
    ]
