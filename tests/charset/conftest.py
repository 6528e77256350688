"""What the tests of this room share: the parts of the models at hand."""

from __future__ import annotations

from pathlib import Path

from tessnb.formats.traineddata import TrainedData
from tests.conftest import tessdata_folders

#: Models with an LSTM character set, by ``folder/language``.
MODELS: dict[str, Path] = {
    f"{path.parent.name}/{path.stem}": path
    for folder in tessdata_folders()
    for path in sorted(folder.glob("*.traineddata"))
    if "lstm-recoder" in TrainedData.read(path)
}
