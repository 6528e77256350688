"""Text to labels and back, and what is said of text that does not encode."""

from __future__ import annotations

import pytest

from tessnb.charset import Encoder, Recoder, build_recoder, describe_character, nearest_encodable
from tessnb.errors import CharsetError
from tessnb.formats.traineddata import TrainedData
from tessnb.formats.unicharset import Unicharset
from tests.charset.conftest import MODELS


def encoder_of(model: str, **options: bool) -> Encoder:
    container = TrainedData.read(MODELS[f"tessdata/{model}"])
    unicharset = Unicharset.from_bytes(container["lstm-unicharset"])
    return Encoder(unicharset, Recoder.from_bytes(container["lstm-recoder"]), **options)


def test_nulls_stand_around_every_label() -> None:
    encoder = encoder_of("eng")
    null = encoder.null_char
    assert null == encoder.num_labels - 1 == 110
    labels = encoder.encode_text("To be")
    assert labels[::2] == [null] * 6
    assert [encoder.label_name(label) for label in labels[1::2]] == ["T", "o", " ", "b", "e"]
    assert encoder_of("eng", simple_text=True).encode_text("To be") == labels[1::2]


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("eng", "The (quick) [brown] {fox} jumps! Over the $43,456.78 <lazy> #90 dog"),
        ("deu", "Überfällige Straßenbahn, 4 €"),
        ("ara", "السلام عليكم"),
        ("heb", "שלום עולם"),
        ("kor", "대한민국의 모든 국민은"),
        ("chi_sim", "中华人民共和国"),
        ("hin", "नमस्ते दुनिया"),
        ("tha", "สวัสดีชาวโลก"),
    ],
)
def test_there_and_back(model: str, text: str) -> None:
    encoder = encoder_of(model)
    labels = encoder.encode_text(text)
    assert encoder.decode(labels) == text
    assert encoder.decode([label for label in labels if label != encoder.null_char]) == text
    assert encoder.decode_ids(labels) == encoder.unichar_ids(text)


def test_decoding_normalizes() -> None:
    encoder = encoder_of("eng")
    assert encoder.decode(encoder.encode_text("“ﬁne” — it’s")) == '"fine" - it\'s'


def test_kashidas_are_not_encoded() -> None:
    encoder = encoder_of("ara")
    assert encoder.encode_text("سـلـام") == encoder.encode_text("سلام")


def test_the_shortest_pieces_that_let_the_rest_be_cut() -> None:
    unicharset = Unicharset()
    for unichar in ("a", "ab", "bcd", "e"):
        unicharset.insert(unichar)
    encoder = Encoder(unicharset, build_recoder(unicharset))
    assert encoder.unichar_ids("aab") == [3, 3 + 1]
    assert encoder.unichar_ids("abcde") == [3, 5, 6]
    assert encoder.unichar_ids("abab") == [4, 4]
    assert encoder.unichar_ids("abcd e") == [3, 5, 0, 6]
    assert encoder.unichar_ids("abc") is None


def test_a_code_that_begins_another() -> None:
    """Where the next label cannot begin a code, a complete code goes on nevertheless."""
    encoder = Encoder(Unicharset(), Recoder([(0,), (4,), (4,), (1,), (1, 2), (3,)]), null_char=4)
    assert encoder.decode_ids([1, 3]) == [3, 5]
    assert encoder.decode_ids([4, 1, 4, 2, 3]) == [4, 5]
    assert encoder.decode_ids([2, 3]) == [None, 5]
    assert encoder.text_of(None) == "<Undecodable>"
    assert encoder.label_name(4) == "<null>"
    assert encoder.label_name(2) == ".."


def test_what_does_not_encode_is_named() -> None:
    encoder = encoder_of("eng")
    with pytest.raises(CharsetError) as failure:
        encoder.encode_text("−5 ≤ ñandú")
    message = str(failure.value)
    assert message.startswith("'−5 ≤ ñandú': text has characters that the unicharset lacks; found ")
    assert "U+2212 MINUS SIGN '−' (nearest encodable: '-')" in message
    assert "U+2264 LESS-THAN OR EQUAL TO '≤'" in message
    assert "U+00F1 LATIN SMALL LETTER N WITH TILDE 'ñ' (nearest encodable: 'n')" in message
    assert encoder.missing("−5 ≤ ñandú −") == ["−", "≤", "ñ", "ú"]
    assert encoder.failure_bytes("5 ≤ 6").hex(" ") == "e2 89 a4 20 36"
    with pytest.raises(CharsetError, match="empty transcription"):
        encoder.encode_text("")


def test_names_of_characters() -> None:
    assert describe_character("\t") == "U+0009 (no name)"
    assert describe_character("é") == "U+00E9 LATIN SMALL LETTER E WITH ACUTE 'é'"
    assert describe_character("\U0001f600") == "U+1F600 GRINNING FACE '😀'"
    assert describe_character("\udcff") == "byte 0xff (no UTF-8)"


def test_nearest() -> None:
    unicharset = encoder_of("eng").unicharset
    near = {"ﬀ": "ff", "Å": "A", "…": "...", "₤": None, "\u00a0": " ", "Ω": None, "″": '"'}
    found = {character: nearest_encodable(character, unicharset) for character in near}
    assert found == near
