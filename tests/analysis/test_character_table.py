"""Characters with what is known of them, and finding those that are meant."""

from __future__ import annotations

import pytest

import tessnb as tn
from tessnb.analysis.character_table import character_facts, find_characters
from tessnb.charset.recoder import Recoder
from tessnb.formats import Unicharset


@pytest.fixture(scope="module")
def starter() -> tn.TrainedData:
    return tn.make_starter("Éa±é, 5 ש")


def test_each_character_has_its_facts(starter: tn.TrainedData) -> None:
    unicharset = Unicharset.from_bytes(starter["lstm-unicharset"])
    codes = Recoder.from_bytes(starter["lstm-recoder"]).codes
    facts = character_facts(unicharset, codes)
    assert [each.number for each in facts] == list(range(len(unicharset)))
    sign = facts[unicharset.id_of("±")]
    assert (sign.unichar, sign.code_points, sign.name) == ("±", "U+00B1", "plus-minus sign")
    assert (sign.script, sign.type) == ("Common", "symbol")
    assert sign.codes == codes[sign.number]
    assert character_facts(unicharset)[3].codes == ()
    assert [(each.unichar, each.code_points) for each in facts[:3]] == [
        (" ", "U+0020"),
        ("Joined", ""),
        ("|Broken|0|1", ""),
    ]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("±", "±"),
        ("U+00e9", "é"),
        ("0xE9", "é"),
        ("a", "a"),
        ("plus", "±"),
        ("latin upper", "É"),
        ("hebrew", "ש"),
        ("digit five", "5"),
        ("no such thing", ""),
        (" ", "all"),
    ],
)
def test_characters_are_found(starter: tn.TrainedData, search: str, expected: str) -> None:
    facts = character_facts(Unicharset.from_bytes(starter["lstm-unicharset"]))
    found = find_characters(facts, search)
    if expected == "all":
        assert found == facts
    else:
        assert "".join(each.unichar for each in found) == expected
