"""Models and langdata are found in order, and it is said what was taken instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import tessnb as tn
from tessnb.errors import InputError
from tessnb.recognition.tessdata import find_traineddata
from tessnb.resources import BEST, LANGDATA, Entry, cache_folder, find_entry
from tests.resources.test_download import Site, site

__all__ = ["site"]


def place(entry: Entry, source: Path) -> None:
    """Put a file where a download would have put it."""
    target = cache_folder() / entry.repository / entry.commit[:12] / entry.path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache and no network."""
    monkeypatch.setenv("TESSNB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TESSNB_SITE", "http://127.0.0.1:9")
    for name in ("TESSNB_OFFLINE", "TESSNB_LANGDATA", "TESSDATA_PREFIX"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("offline", [None, True])
def test_without_a_network_the_installed_model_serves(
    offline: bool | None, caplog: pytest.LogCaptureFixture
) -> None:
    found = tn.find_model("eng", offline=offline)
    assert found.path == find_traineddata("eng")
    assert found.origin == "system"
    assert "instead of tesseract-ocr/tessdata_best (" in found.note
    model = tn.base_model("eng", offline=offline)
    assert not model.integer
    assert "integer weights are turned into floats" in caplog.text


@pytest.mark.usefixtures("alone")
def test_a_model_that_is_nowhere() -> None:
    with pytest.raises(InputError, match=r"no best model of 'chr'.*none is installed"):
        tn.find_model("chr")
    with pytest.raises(InputError, match="Did you mean"):
        tn.find_model("englisch")


@pytest.mark.usefixtures("alone")
def test_a_named_folder_is_the_only_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no language data"):
        tn.find_model("eng", folder=tmp_path)
    shutil.copy(find_traineddata("eng"), tmp_path)
    found = tn.find_model("eng", folder=tmp_path)
    assert (found.path, found.origin, found.note) == (tmp_path / "eng.traineddata", "named", "")


@pytest.mark.usefixtures("alone")
def test_the_package_ships_english(caplog: pytest.LogCaptureFixture) -> None:
    langdata = tn.find_langdata("eng")
    assert langdata.path("training_text").read_text("utf-8") == tn.english_text()
    assert langdata.entries("punc")
    assert "the small set that the package ships" in caplog.text
    with pytest.raises(InputError, match="no langdata of 'deu'"):
        tn.find_langdata("deu")


def test_the_shipped_word_list_is_of_the_text() -> None:
    words = tn.english_words()
    assert words == sorted(set(words))
    assert all(word in tn.english_text() for word in words)


def test_langdata_comes_with_its_scripts(
    site: Site, test_data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("TESSNB_LANGDATA", raising=False)
    source = test_data / "langdata" / "eng"
    for path in source.iterdir():
        entry = find_entry(LANGDATA, f"eng/{path.name}")
        site.add(entry, path.read_bytes())
    with pytest.raises(InputError, match="no langdata of 'fra'"):
        tn.find_langdata("fra")
    assert not (tn.find_langdata("eng").folder / "Latin.unicharset").exists()
    assert "langdata of eng without Latin.unicharset" in caplog.text  # this server does not have it
    place(find_entry(LANGDATA, "Latin.unicharset"), test_data / "langdata_lstm" / "Latin.unicharset")
    langdata = tn.find_langdata("eng")
    assert langdata.path("training_text").read_bytes() == (source / "eng.training_text").read_bytes()
    assert (langdata.folder / "Latin.unicharset").is_file()
    site.files.clear()
    assert tn.find_langdata("eng", offline=True) == langdata


def test_a_float_model_is_downloaded_and_kept(
    site: Site, test_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site.add(find_entry(BEST, "fra.traineddata"), (test_data / "tessdata_best/fra.traineddata").read_bytes())
    assert tn.find_model("fra").origin == "download"
    assert tn.find_model("fra", offline=True).origin == "cache"
    assert not tn.base_model("fra").integer
    assert caplog.text == ""
