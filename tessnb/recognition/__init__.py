"""Recognition: line images → text, with the words, boxes and confidences that Tesseract gives."""

from tessnb.recognition.beam import RecodeBeamSearch
from tessnb.recognition.model import Model

__all__ = ["Model", "RecodeBeamSearch"]
