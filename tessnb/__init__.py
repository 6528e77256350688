"""tessnb: teach Tesseract to read, inside JupyterLab.

The names below load their rooms when first used, so that ``import tessnb`` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tessnb.analysis import (
        AddedCharacters,
        Dequantization,
        Evaluation,
        ForgettingMonitor,
        Hallucinations,
        LineHistory,
        LineMarks,
        ModelCard,
        ModelDifference,
        Parity,
        Preflight,
        TrainingLog,
        add_characters,
        apply_marks,
        compare_models,
        compare_texts,
        evaluate,
        find_hallucinations,
        inspect_dequantization,
        inspect_parity,
        mine_truth,
        model_card,
        preflight,
        read_log,
        read_marks,
    )
    from tessnb.charset import dropped_text, make_starter
    from tessnb.errors import TessnbError
    from tessnb.formats import TrainedData, Unicharset
    from tessnb.lines import Augmenter, PreparedLines, TrainingLine, open_lines, prepare_lines, read_layout
    from tessnb.recognition import LineResult, Model, Recognizer
    from tessnb.recognition.loading import load_model
    from tessnb.recognition.reading import read
    from tessnb.resources import english_numbers, english_punctuation, english_text, english_words
    from tessnb.resources.finding import base_model, find_langdata, find_model
    from tessnb.synthesis import Font, RenderedLines, covering_fonts, find_fonts, font_coverage, render
    from tessnb.training import (
        EarlyStopping,
        Recipe,
        Rounds,
        RunProgress,
        RunRecord,
        RunState,
        TrainingRun,
        fine_tune,
        follow_run,
        hold_out,
        resume_run,
        runs,
        sweep,
        train_from_scratch,
    )
    from tessnb.widgets import (
        BoxViewer,
        CharsetEditor,
        CheckpointPicker,
        CTCPlot,
        ErrorTable,
        FineTuner,
        FontPicker,
        LayerViewer,
        ModelCompare,
        NetSpecExplorer,
        TrainingDashboard,
    )

__version__ = "0.1.0"

#: Public name → the module that defines it.
_EXPORTS = {
    "AddedCharacters": "tessnb.analysis",
    "Augmenter": "tessnb.lines",
    "BoxViewer": "tessnb.widgets",
    "CTCPlot": "tessnb.widgets",
    "CharsetEditor": "tessnb.widgets",
    "CheckpointPicker": "tessnb.widgets",
    "Dequantization": "tessnb.analysis",
    "EarlyStopping": "tessnb.training",
    "ErrorTable": "tessnb.widgets",
    "Evaluation": "tessnb.analysis",
    "FineTuner": "tessnb.widgets",
    "Font": "tessnb.synthesis",
    "FontPicker": "tessnb.widgets",
    "ForgettingMonitor": "tessnb.analysis",
    "Hallucinations": "tessnb.analysis",
    "LayerViewer": "tessnb.widgets",
    "LineHistory": "tessnb.analysis",
    "LineMarks": "tessnb.analysis",
    "LineResult": "tessnb.recognition",
    "Model": "tessnb.recognition",
    "ModelCard": "tessnb.analysis",
    "ModelCompare": "tessnb.widgets",
    "ModelDifference": "tessnb.analysis",
    "NetSpecExplorer": "tessnb.widgets",
    "Parity": "tessnb.analysis",
    "Preflight": "tessnb.analysis",
    "PreparedLines": "tessnb.lines",
    "Recipe": "tessnb.training",
    "Recognizer": "tessnb.recognition",
    "RenderedLines": "tessnb.synthesis",
    "Rounds": "tessnb.training",
    "RunProgress": "tessnb.training",
    "RunRecord": "tessnb.training",
    "RunState": "tessnb.training",
    "TessnbError": "tessnb.errors",
    "TrainedData": "tessnb.formats",
    "TrainingDashboard": "tessnb.widgets",
    "TrainingLine": "tessnb.lines",
    "TrainingLog": "tessnb.analysis",
    "TrainingRun": "tessnb.training",
    "Unicharset": "tessnb.formats",
    "add_characters": "tessnb.analysis",
    "apply_marks": "tessnb.analysis",
    "base_model": "tessnb.resources.finding",
    "compare_models": "tessnb.analysis",
    "compare_texts": "tessnb.analysis",
    "covering_fonts": "tessnb.synthesis",
    "dropped_text": "tessnb.charset",
    "english_numbers": "tessnb.resources",
    "english_punctuation": "tessnb.resources",
    "english_text": "tessnb.resources",
    "english_words": "tessnb.resources",
    "evaluate": "tessnb.analysis",
    "find_fonts": "tessnb.synthesis",
    "find_hallucinations": "tessnb.analysis",
    "find_langdata": "tessnb.resources.finding",
    "find_model": "tessnb.resources.finding",
    "fine_tune": "tessnb.training",
    "follow_run": "tessnb.training",
    "font_coverage": "tessnb.synthesis",
    "hold_out": "tessnb.training",
    "inspect_dequantization": "tessnb.analysis",
    "inspect_parity": "tessnb.analysis",
    "load_model": "tessnb.recognition.loading",
    "make_starter": "tessnb.charset",
    "mine_truth": "tessnb.analysis",
    "model_card": "tessnb.analysis",
    "open_lines": "tessnb.lines",
    "preflight": "tessnb.analysis",
    "prepare_lines": "tessnb.lines",
    "read": "tessnb.recognition.reading",
    "read_layout": "tessnb.lines",
    "read_log": "tessnb.analysis",
    "read_marks": "tessnb.analysis",
    "render": "tessnb.synthesis",
    "resume_run": "tessnb.training",
    "runs": "tessnb.training",
    "sweep": "tessnb.training",
    "train_from_scratch": "tessnb.training",
}

__all__ = [
    "AddedCharacters",
    "Augmenter",
    "BoxViewer",
    "CTCPlot",
    "CharsetEditor",
    "CheckpointPicker",
    "Dequantization",
    "EarlyStopping",
    "ErrorTable",
    "Evaluation",
    "FineTuner",
    "Font",
    "FontPicker",
    "ForgettingMonitor",
    "Hallucinations",
    "LayerViewer",
    "LineHistory",
    "LineMarks",
    "LineResult",
    "Model",
    "ModelCard",
    "ModelCompare",
    "ModelDifference",
    "NetSpecExplorer",
    "Parity",
    "Preflight",
    "PreparedLines",
    "Recipe",
    "Recognizer",
    "RenderedLines",
    "Rounds",
    "RunProgress",
    "RunRecord",
    "RunState",
    "TessnbError",
    "TrainedData",
    "TrainingDashboard",
    "TrainingLine",
    "TrainingLog",
    "TrainingRun",
    "Unicharset",
    "__version__",
    "add_characters",
    "apply_marks",
    "base_model",
    "compare_models",
    "compare_texts",
    "covering_fonts",
    "dropped_text",
    "english_numbers",
    "english_punctuation",
    "english_text",
    "english_words",
    "evaluate",
    "find_fonts",
    "find_hallucinations",
    "find_langdata",
    "find_model",
    "fine_tune",
    "follow_run",
    "font_coverage",
    "hold_out",
    "inspect_dequantization",
    "inspect_parity",
    "load_model",
    "make_starter",
    "mine_truth",
    "model_card",
    "open_lines",
    "preflight",
    "prepare_lines",
    "read",
    "read_layout",
    "read_log",
    "read_marks",
    "render",
    "resume_run",
    "runs",
    "sweep",
    "train_from_scratch",
]


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module 'tessnb' has no attribute {name!r}")
    value = getattr(importlib.import_module(_EXPORTS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell Jupyter where the built extension lies (its convention for packages)."""
    return [{"src": "labextension", "dest": "@tessnb/labextension"}]
