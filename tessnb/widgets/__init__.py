"""What training looks like in a notebook: one module per widget."""

from __future__ import annotations

from tessnb.widgets.box_viewer import BoxViewer
from tessnb.widgets.charset_editor import CharsetEditor
from tessnb.widgets.checkpoint_picker import CheckpointPicker
from tessnb.widgets.ctc_plot import CTCPlot
from tessnb.widgets.dashboard import TrainingDashboard
from tessnb.widgets.error_table import ErrorTable
from tessnb.widgets.fine_tuner import FineTuner
from tessnb.widgets.font_picker import FontPicker
from tessnb.widgets.layer_viewer import LayerViewer
from tessnb.widgets.model_compare import ModelCompare
from tessnb.widgets.net_spec import NetSpecExplorer

__all__ = [
    "BoxViewer",
    "CTCPlot",
    "CharsetEditor",
    "CheckpointPicker",
    "ErrorTable",
    "FineTuner",
    "FontPicker",
    "LayerViewer",
    "ModelCompare",
    "NetSpecExplorer",
    "TrainingDashboard",
]
