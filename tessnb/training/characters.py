"""The characters of a model, and those that its training lines have beyond them.

``lstmtraining`` leaves this to the user: a new starter made with ``unicharset_extractor``,
``merge_unicharsets`` and ``combine_lang_model``, given as ``--traineddata`` beside the old one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tessnb.charset.encoder import nearest_encodable
from tessnb.charset.graphemes import GraphemeMode
from tessnb.charset.properties import setup_basic_properties
from tessnb.charset.recoder import Recoder
from tessnb.charset.unicharset import add_texts
from tessnb.errors import InputError
from tessnb.formats.unicharset import Unicharset
from tessnb.recognition.model import Model
from tessnb.training.start import Characters, map_codes

__all__ = ["extended_characters", "map_look_alikes"]


def extended_characters(model: Model, texts: Iterable[str]) -> Characters:
    """Return a model's characters with those that texts have beyond them.

    The old ones keep their places and codes, so that outputs and dictionaries stay valid; each new one gets
    one new output.

    Parameters
    ----------
    model : Model
    texts : iterable of str
        What is to be read.

    Returns
    -------
    Characters
        The model's own, if nothing is missing.

    Raises
    ------
    InputError
        If characters are missing and the model's character set is of a kind that cannot grow.
    """
    old = Characters(model.container, model.unicharset, model.recoder)
    lacking = [text for text in texts if model.encoder.missing(text)]
    if not lacking:
        return old
    unicharset = Unicharset.from_bytes(model.unicharset.to_bytes(canonical=True))
    size = len(unicharset)
    add_texts(unicharset, lacking, GraphemeMode.GLYPH_SPLIT, cut_at_spaces=True)
    added = len(unicharset) - size
    if not added:
        return old
    if len(model.recoder) != size:
        raise InputError(
            "the character set of this model cannot grow",
            where=model.name or "model",
            found=f"{len(model.recoder)} codes for {size} characters",
            hint="Give a starter that has all characters",
        )
    setup_basic_properties(unicharset)
    first = model.recoder.code_range
    recoder = Recoder([*model.recoder.codes, *((code,) for code in range(first, first + added))])
    components = {
        **model.container.components,
        "lstm-unicharset": unicharset.to_bytes(canonical=True),
        "lstm-recoder": recoder.to_bytes(),
    }
    return Characters(replace(model.container, components=components), unicharset, recoder)


def map_look_alikes(new: Characters, old: Characters) -> list[int]:
    """Return `map_codes`, in which new characters have the output of a look-alike where there is one.

    A look-alike is what the old characters have of a decomposition, the base letter, or the other case.
    """
    code_map = map_codes(new, old)
    for unichar_id in range(len(new.unicharset)):
        code = new.recoder.encode(unichar_id)
        if len(code) > 1 or code_map[code[0]] >= 0:
            continue
        nearest = nearest_encodable(new.unicharset.unichar_of(unichar_id), old.unicharset)
        old_id = None if nearest is None else old.unicharset.find(nearest)
        if old_id is not None and len(old_code := old.recoder.encode(old_id)) == 1:
            code_map[code[0]] = old_code[0]
    return code_map
