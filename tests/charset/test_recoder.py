"""Recoding against the recoders in the models, and look-ups against obvious ones."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from tessnb.charset import Recoder, build_recoder
from tessnb.errors import CharsetError, FormatError
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tests.charset.conftest import MODELS


def unicharset_of(*unichars: str) -> Unicharset:
    unicharset = Unicharset()
    for unichar in unichars:
        unicharset.insert(unichar, old_style=True)
    return unicharset


@pytest.mark.parametrize("model", MODELS)
def test_the_models_recoders(model: str) -> None:
    """Each is what we compute, or a pass-through; that of chi_sim came of an older table of radicals."""
    container = TrainedData.read(MODELS[model])
    data = container["lstm-recoder"]
    unicharset = Unicharset.from_bytes(container["lstm-unicharset"])
    assert Recoder.from_bytes(data).to_bytes() == data
    if not model.endswith("chi_sim"):
        made = {build_recoder(unicharset).to_bytes(), Recoder.pass_through(unicharset).to_bytes()}
        assert data in made


@pytest.mark.parametrize("model", MODELS)
def test_every_code_leads_back(model: str) -> None:
    recoder = Recoder.from_bytes(TrainedData.read(MODELS[model])["lstm-recoder"])
    last = {code: unichar_id for unichar_id, code in enumerate(recoder.codes)}
    for unichar_id, code in enumerate(recoder.codes):
        assert recoder.encode(unichar_id) == code
        assert recoder.decode(code) == last[code]
        assert recoder.is_valid_first_code(code[0])
    firsts = {code[0] for code in recoder.codes}
    assert firsts == {
        value for value in range(-1, recoder.code_range + 1) if recoder.is_valid_first_code(value)
    }
    assert recoder.decode((recoder.code_range,)) is None
    assert recoder.decode(()) is None


@pytest.mark.parametrize("model", MODELS)
def test_continuations(model: str) -> None:
    recoder = Recoder.from_bytes(TrainedData.read(MODELS[model])["lstm-recoder"])
    final: dict[tuple[int, ...], dict[int, None]] = {}
    following: dict[tuple[int, ...], dict[int, None]] = {}
    for code in recoder.codes:
        final.setdefault(code[:-1], {})[code[-1]] = None
        for length in range(len(code) - 1):
            following.setdefault(code[:length], {})[code[length]] = None
    assert {prefix: list(codes) for prefix, codes in final.items()} == recoder.final_codes
    assert {prefix: list(codes) for prefix, codes in following.items()} == recoder.next_codes
    assert (
        recoder.get_final_codes((recoder.code_range,)) == recoder.get_next_codes((recoder.code_range,)) == []
    )


def test_letters_graphemes_and_the_null() -> None:
    unicharset = unicharset_of("b", "a", "ab", "क्ष", "ba")
    recoder = build_recoder(unicharset)
    #                       space  null  null  b     a     ab      three code points  ba
    assert recoder.codes == [(0,), (6,), (6,), (1,), (2,), (2, 1), (3, 4, 5), (1, 2)]
    assert recoder.code_range == 7
    assert recoder.null_char(unicharset) == 6


def test_without_special_codes_the_null_comes_last() -> None:
    unicharset = Unicharset(special_codes=False)
    for unichar in " ab":
        unicharset.insert(unichar)
    assert build_recoder(unicharset).codes == [(0,), (1,), (2,), (3,)]
    assert Recoder.pass_through(unicharset).codes == [(0,), (1,), (2,), (3,)]
    assert build_recoder(unicharset).to_text(unicharset) == "0\t \n1\ta\n2\tb\n3\t<nul>\n"


def test_hangul_is_spelled_in_jamo() -> None:
    syllables = "가각한글힣뷁"
    recoder = build_recoder(unicharset_of(*syllables))
    codes = recoder.codes[3:]
    assert all(len(code) == 3 for code in codes)
    jamo = [unicodedata.normalize("NFD", syllable).ljust(3) for syllable in syllables]
    for first, second in itertools.combinations(range(len(syllables)), 2):
        same = [a == b for a, b in zip(jamo[first], jamo[second], strict=True)]
        assert [a == b for a, b in zip(codes[first], codes[second], strict=True)] == same


def test_han_is_spelled_by_radical_and_strokes() -> None:
    table = "# a comment\n\n19968 1 0\n19969 1 1\n20013 2 1\n20025 2 1\n"
    recoder = build_recoder(unicharset_of("一", "丁", "中", "丹", "x"), table)
    one, ding, middle, red, letter = recoder.codes[3:]
    assert len(one) == len(ding) == len(middle) == 2
    assert one[0] == ding[0] != middle[0]
    assert one[1] != ding[1] == middle[1]
    assert red[:2] == middle
    assert len(red) == 3
    assert len(letter) == 1
    positions = [
        {code[index] for code in (one, ding, middle, red) if len(code) > index} for index in range(3)
    ]
    assert len(set.union(*positions)) == sum(map(len, positions))
    assert len(build_recoder(unicharset_of("一", "丁")).codes[3]) == 1


def test_unusable_input() -> None:
    with pytest.raises(
        CharsetError, match="unichar 3 'abcdefghij' is too long to encode; found 10 code points"
    ):
        build_recoder(unicharset_of("abcdefghij"))
    with pytest.raises(CharsetError, match=r"unichar 4 'ef'.*the codes would outnumber the unichars"):
        build_recoder(unicharset_of("abc", "ef"))
    with pytest.raises(FormatError, match=r"table line 2: .*found '19969 1 x'"):
        build_recoder(unicharset_of("a"), "19968 1 0\n19969 1 x\n")
    with pytest.raises(CharsetError, match="no such unichar-id; found 4; expected 0 to 3"):
        build_recoder(unicharset_of("a")).encode(4)


def test_the_table_for_people() -> None:
    unicharset = unicharset_of("a", "가")
    assert build_recoder(unicharset).to_text(unicharset) == "0\t \n5\t<nul>\n1\ta\n2,3,4\t가\n"
