"""Recognition: line images → text, with the words, boxes and confidences that Tesseract gives."""

from tessnb.recognition.batches import Batches, Job
from tessnb.recognition.beam import Characters, Path, RecodeBeamSearch
from tessnb.recognition.greedy import greedy_labels
from tessnb.recognition.model import Model
from tessnb.recognition.outputs import INVERT_THRESHOLD, LineOutputs, is_simple_text, run_network
from tessnb.recognition.page import PageResult, read_page
from tessnb.recognition.recognizer import LineImage, LineResult, Recognizer
from tessnb.recognition.tessdata import available_languages, find_traineddata, tessdata_folders
from tessnb.recognition.words import Box, Character, Word

__all__ = [
    "INVERT_THRESHOLD",
    "Batches",
    "Box",
    "Character",
    "Characters",
    "Job",
    "LineImage",
    "LineOutputs",
    "LineResult",
    "Model",
    "PageResult",
    "Path",
    "RecodeBeamSearch",
    "Recognizer",
    "Word",
    "available_languages",
    "find_traineddata",
    "greedy_labels",
    "is_simple_text",
    "read_page",
    "run_network",
    "tessdata_folders",
]
