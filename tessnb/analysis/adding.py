"""Characters that a model lacks, added in one call: fonts, sample text, training, and what came of it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from tessnb.analysis._html import frame_table
from tessnb.analysis.cards import model_card
from tessnb.analysis.evaluation import evaluate
from tessnb.analysis.material import as_model
from tessnb.analysis.progress import Progress, reporting
from tessnb.analysis.result import Evaluation
from tessnb.charset.characters import is_combining
from tessnb.charset.clusters import graphemes
from tessnb.errors import InputError, visible
from tessnb.lines import TrainingLine
from tessnb.recognition import Model
from tessnb.recognition.dequantizing import dequantize
from tessnb.synthesis import Font, Rendering, find_fonts, render
from tessnb.training import TrainingRun, fine_tune

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AddedCharacters", "add_characters", "sample_text"]

_WORDS = 4000
_WORDS_PER_LINE = 5
_FONTS = 8


@dataclass(eq=False)
class AddedCharacters:
    """A model on its way to more characters.

    Attributes
    ----------
    characters : tuple of str
        Those to add.
    fonts : list of Font
        Fonts that have them.
    text : str
        What was rendered to train on.
    lines, held_out, old : list of TrainingLine
        To train on; with the new characters, kept out; without them, kept out.
    run : TrainingRun
        The training.
    before : Model
        The model as it was.
    """

    characters: tuple[str, ...]
    fonts: list[Font]
    text: str
    lines: list[TrainingLine] = field(repr=False)
    held_out: list[TrainingLine] = field(repr=False)
    old: list[TrainingLine] = field(repr=False)
    run: TrainingRun = field(repr=False)
    before: Model = field(repr=False)

    def start(self) -> AddedCharacters:
        """Begin to train; return the same."""
        self.run.start()
        return self

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the training is over; see `TrainingRun.wait`."""
        return self.run.wait(timeout)

    def report(self, model: Model | None = None) -> pd.DataFrame:
        """Evaluate new and old characters in lines that were kept out.

        Parameters
        ----------
        model : Model, optional
            By default the run's present one.

        Returns
        -------
        DataFrame
            A row per new character, then one for all old ones: ``character``, ``count`` in the truth,
            ``recall`` and ``precision`` in percent, and for the old ones ``recall_before``, that of the model
            as it was.

        Examples
        --------
        >>> added = tn.add_characters("eng", "₹±").start()  # doctest: +SKIP
        >>> added.wait()  # doctest: +SKIP
        >>> added.report()  # doctest: +SKIP
        """
        import pandas as pd

        model = model or self.run.model()
        new, old, before = (
            evaluate(model, self.held_out),
            evaluate(model, self.old),
            evaluate(self.before, self.old),
        )
        rows: list[tuple[Any, ...]] = []
        for character in self.characters:
            count = new.grapheme_counts[character]
            missed = int((new.errors.truth == character).sum())
            wrong = sum(int((result.errors["read"] == character).sum()) for result in (new, old))
            right = count - missed
            precision = 100.0 * right / (right + wrong) if right + wrong else float("nan")
            rows.append((character, count, 100.0 * right / max(count, 1), precision, float("nan")))
        rows.append(("old", *_recall(old), float("nan"), _recall(before)[1]))
        columns = ["character", "count", "recall", "precision", "recall_before"]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        return (
            f"<AddedCharacters {visible(' '.join(self.characters))}: {len(self.lines)} lines "
            f"in {len(self.fonts)} fonts, training {self.run.state.value}>"
        )

    def _repr_html_(self) -> str:
        shown = f"<p>{escape(repr(self)[1:-1])}</p>"
        return shown + frame_table(self.report(), 50, index=False) if self.run.state.is_over else shown


def _recall(result: Evaluation) -> tuple[int, float]:
    count = sum(result.grapheme_counts.values())
    missed = int((result.errors.kind != "inserted").sum())
    return count, 100.0 * (count - missed) / max(count, 1)


def sample_text(
    words: Sequence[str], characters: Sequence[str], *, lines: int = 200, seed: int = 1
) -> list[str]:
    """Return lines of words in which characters stand in all places: alone, at numbers, at and in words.

    Parameters
    ----------
    words : sequence of str
        To choose from.
    characters : sequence of str
        Each comes in about as many lines; none makes lines of words and numbers alone.
    lines : int
    seed : int

    Examples
    --------
    >>> sample_text(["tea", "crew"], ["₹"], lines=1)[0].count("₹")
    2
    """
    draw = random.Random(seed)
    result = []
    for number in range(lines):
        parts = [draw.choice(words) for _ in range(_WORDS_PER_LINE)]
        parts.insert(draw.randrange(len(parts)), str(draw.randrange(10 ** draw.randint(1, 4))))
        for turn in range(2 if characters else 0):
            character = characters[(number + turn) % len(characters)]
            place = draw.randrange(len(parts))
            parts[place] = _placed(character, parts[place], draw)
        result.append(" ".join(parts))
    return result


def _placed(character: str, word: str, draw: random.Random) -> str:
    """Put a character at a word in one of the ways in which characters stand."""
    if is_combining(character[0]):
        place = draw.randint(1, len(word))
        return word[:place] + character + word[place:]
    count = str(draw.randrange(1, 1000))
    ways = [f"{word} {character}", f"{character} {word}", f"{word}{character}", f"{character}{word}"]
    ways += [f"{word} {character}{count}", f"{word} {count}{character}", f"{word} {character} {count}"]
    if not character[0].isalpha():
        return draw.choice(ways)
    place = draw.randrange(len(word) + 1)
    return draw.choice([*ways[:1], *ways[2:4], word[:place] + character + word[place:]])


def add_characters(
    model: Model | str | os.PathLike[str],
    characters: str | Iterable[str],
    *,
    fonts: Iterable[Font | str] | None = None,
    words: Sequence[str] | None = None,
    lines: int = 400,
    xsize: int = 1800,
    seed: int = 1,
    progress: Progress = False,
    **training: Any,
) -> AddedCharacters:
    """Prepare to teach a model characters that it lacks.

    Fonts are chosen that have them, lines of the model's own words are made around them and rendered, the
    character set is extended, the outputs of old characters are kept.

    Parameters
    ----------
    model : Model, path or language
        An integer (fast) model is turned into a float one first; a float model is better.
    characters : str or iterable of str
        As graphemes.
    fonts : iterable of Font or str, optional
        By default up to eight that have the characters and those of the words.
    words : sequence of str, optional
        What stands around them; by default words of the model's dictionary.
    lines : int
        How many to render in all; a tenth is kept out. As many without the new characters as are kept out
        tell how well the old ones are still read.
    xsize : int
        Width of the pages in pixels.
    seed : int
    progress : bool or callable
        Show a bar while lines are rendered; or call with the number of lines done and about that of all.
    **training
        For `fine_tune`: ``recipe``, ``max_iterations``, ``learning_rate``, …

    Returns
    -------
    AddedCharacters
        ``.start()`` begins, ``.report()`` tells what came of it.

    Raises
    ------
    InputError
        If there are no characters, no words, or no font has them all.

    Examples
    --------
    >>> added = tn.add_characters("eng", "₹±").start()  # doctest: +SKIP
    >>> added.wait()  # doctest: +SKIP
    >>> added.report()  # doctest: +SKIP
    >>> added.run.model().save("eng_rupee.traineddata")  # doctest: +SKIP
    """
    model = dequantize(as_model(model))
    wanted = [graphemes(part) for part in ([characters] if isinstance(characters, str) else characters)]
    new = tuple(dict.fromkeys(piece for pieces in wanted for piece in pieces if not piece.isspace()))
    if not new:
        raise InputError("there are no characters to add")
    vocabulary = _vocabulary(model, seed) if words is None else [word for word in words if word.strip()]
    if not vocabulary:
        raise InputError("there are no words to put around the characters", hint="Give words")
    chosen = _fonts(new, vocabulary, fonts)
    kept_out = max(lines // 10, 1)
    per_font = max(lines // len(chosen), 1)
    sets, done = [], 0
    with reporting(progress, per_font * len(chosen) + 2 * kept_out) as report:

        def told(rendering: Rendering) -> None:
            nonlocal done
            done += len(rendering.lines)
            report(done)

        for offset, shown, count in ((0, new, per_font), (1, new, kept_out), (2, (), kept_out)):
            text = "\n".join(sample_text(vocabulary, shown, lines=count, seed=3 * seed + offset))
            names = chosen if not offset else chosen[:1]
            sets.append((text, list(render(text, names, xsize=xsize, on_done=told))))
    (text, material), (_, held_out), (_, old) = sets
    run = fine_tune(model, material, held_out=held_out, **training)
    return AddedCharacters(new, chosen, text, material, held_out, old, run, model)


def _vocabulary(model: Model, seed: int) -> list[str]:
    words = [word for word in model_card(model).words() if 1 < len(word) < 15]
    return random.Random(seed).sample(words, min(len(words), _WORDS))


def _fonts(characters: Sequence[str], words: Sequence[str], fonts: Iterable[Font | str] | None) -> list[Font]:
    """Return the fonts asked for, or some that have all characters: of different families first."""
    needed = {*"".join(characters), *"".join(words), *"0123456789"}
    if fonts is not None:
        named = list(fonts)
        return [font if isinstance(font, Font) else find_fonts(names=[font])[0] for font in named]
    able = find_fonts(covering=needed)
    if not able:
        alone = {char: len(find_fonts(covering=char)) for char in dict.fromkeys("".join(characters))}
        raise InputError(
            "no font has all of these characters and words",
            found=", ".join(f"{char}: {count} fonts" for char, count in alone.items()),
            hint="Add them in several calls, install a font, or give words that the fonts have",
        )
    families: dict[str, Font] = {}
    for font in sorted(able, key=lambda font: (font.slant != "roman", abs(font.weight - 400))):
        families.setdefault(font.family, font)
    others = [font for font in able if font not in families.values()]
    return [*families.values(), *others][:_FONTS]
