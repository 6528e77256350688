"""Turning what was trained into a model for recognition.

Source: ``LSTMTrainer::SaveTraineddata`` and ``SaveRecognitionDump`` (``lstmtrainer.cpp``).
"""

from __future__ import annotations

from tessnb.formats.traineddata import TrainedData
from tessnb.recognition.model import Model
from tessnb.training.checkpoints import recognizer_record
from tessnb.training.learner import Learner

__all__ = ["export_traineddata"]


def export_traineddata(learner: Learner, container: TrainedData, *, integer: bool = False) -> TrainedData:
    """Return a traineddata that Tesseract reads with: the starter with the trained network in it.

    Parameters
    ----------
    learner : Learner
    container : TrainedData
        The starter.
    integer : bool
        Convert the weights to int8 (``--convert_to_int``).
    """
    model = Model(recognizer_record(learner), container)
    return model.to_traineddata(integer=integer)
