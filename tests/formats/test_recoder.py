"""The recoder component: bytes beside what they mean, damage, and every model at hand."""

from __future__ import annotations

import pytest

from tessnb.errors import FormatError
from tessnb.formats.recoder import RecodedCharID, RecoderRecord
from tessnb.formats.traineddata import TrainedData
from tests.conftest import tessdata_folders
from tests.formats.hexadecimal import bytes_of, every_truncation_fails, no_damage_passes_unseen

SMALL = bytes_of("""
    03000000                    # unichar-ids
    01 01000000 00000000        # 0: self-normalized, one code: 0
    01 02000000 05000000 07000000  # 1: 5, 7
    00 00000000                 # 2: not self-normalized, no code
""")

RECODERS = {
    f"{path.parent.name}/{path.stem}": path
    for folder in tessdata_folders()
    for path in folder.glob("*.traineddata")
    if "lstm-recoder" in TrainedData.read(path)
}


def test_small_recoder() -> None:
    record = RecoderRecord.from_bytes(SMALL)
    assert record.codes == [RecodedCharID((0,)), RecodedCharID((5, 7)), RecodedCharID((), 0)]
    assert record.to_bytes() == SMALL


def test_the_other_byte_order() -> None:
    data = bytes_of("00000001 01 00000002 00000005 00000007")
    record = RecoderRecord.from_bytes(data, big_endian=True)
    assert record.codes == [RecodedCharID((5, 7))]
    assert record.to_bytes(big_endian=True) == data


def test_what_follows_is_kept() -> None:
    record = RecoderRecord.from_bytes(SMALL + b"more")
    assert record.trailing == b"more"
    assert record.to_bytes() == SMALL + b"more"


def test_damage() -> None:
    every_truncation_fails(SMALL, RecoderRecord.from_bytes)
    no_damage_passes_unseen(SMALL, lambda data: RecoderRecord.from_bytes(data).to_bytes())


def test_a_code_too_long_for_the_reference() -> None:
    data = bytes_of("01000000 01 0a000000") + bytes(40)
    with pytest.raises(FormatError, match=r"at byte 9: impossible code length; found 10; expected 0 to 9"):
        RecoderRecord.from_bytes(data)


@pytest.mark.parametrize("model", sorted(RECODERS))
def test_models_stay_as_they_are(model: str) -> None:
    container = TrainedData.read(RECODERS[model])
    data = container["lstm-recoder"]
    record = RecoderRecord.from_bytes(data)
    assert record.to_bytes() == data
    assert record.trailing == b""
    assert len(record.codes) > 50


@pytest.mark.parametrize("code", ["ffffff7f", "ffffffff", "ffff0000"])
def test_codes_that_no_network_has_are_refused_before_tables_are_made_of_them(code: str) -> None:
    data = bytes_of(f"""
        01000000         # one unichar
        01 01000000      # self-normalized, a code of one number:
          {code}         # far more than outputs, or less than none
    """)
    with pytest.raises(FormatError, match="lstm-recoder at byte 9: impossible code"):
        RecoderRecord.from_bytes(data)
