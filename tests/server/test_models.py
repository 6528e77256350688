"""Files of models over the server: what is told of each, what is written, and what nobody gets to see."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tessnb.formats import TrainedData, TrainedDataFile
from tests.conftest import EnglishSet, run_tool
from tests.lab import Lab

pytestmark = pytest.mark.xdist_group("lab")


@pytest.fixture(scope="module")
def folder(lab: Lab, trained: Path, english: EnglishSet) -> Path:
    """A folder of the lab's root with a starter, a checkpoint, models, and links that lead out."""
    folder = lab.root / "models served"
    folder.mkdir()
    shutil.copy(english.starter, folder / "start.traineddata")
    shutil.copy(trained / "base_checkpoint", folder / "base_checkpoint")
    for name in ("float", "int"):
        shutil.copy(trained / f"{name}.traineddata", folder)
        TrainedDataFile.open(folder / f"{name}.traineddata").extract("lstm")
    TrainedDataFile.open(folder / "float.traineddata").extract("lstm-word-dawg")
    (folder / "outside.traineddata").symlink_to(english.starter)
    (folder / "broken.traineddata").write_bytes(b"\x18\0\0\0 nothing")
    return folder


def ask(lab: Lab, route: str, *, body: Any = None, token: str | None = None, **query: Any) -> tuple[int, Any]:
    """Ask the extension; paths are names in the folder. Return the status and the answer."""
    for place in (query, body or {}):
        for name in ("path", "other", "traineddata"):
            if name in place and "/" not in str(place[name]):
                place[name] = f"models served/{place[name]}"
    request = urllib.request.Request(
        f"{lab.address}/tessnb/api/models/{route}?{urlencode(query)}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {lab.token if token is None else token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def get(lab: Lab, route: str, **query: Any) -> Any:
    """Return what the extension answers; it must."""
    status, answer = ask(lab, route, **query)
    assert status == 200, answer
    return answer


def test_the_directory_of_a_model(lab: Lab, folder: Path) -> None:
    answer = get(lab, "directory", path="float.traineddata")
    file = TrainedDataFile.open(folder / "float.traineddata")
    assert answer["size"] == (folder / "float.traineddata").stat().st_size
    assert [(each["name"], each["offset"], each["size"]) for each in answer["components"]] == [
        (name, place.offset, place.size) for name, place in file.places.items()
    ]
    assert answer["version"] == file.load("version").version
    assert get(lab, "text", path="float.traineddata", component="version")["text"] == answer["version"]
    status, said = ask(lab, "text", path="float.traineddata", component="lstm")
    assert (status, "not a component of text" in said["message"]) == (400, True)


@pytest.mark.parametrize("name", ["base_checkpoint", "float.traineddata", "float.lstm", "int.lstm"])
def test_the_network_of_any_file(lab: Lab, folder: Path, name: str) -> None:
    answer = get(lab, "network", path=name)
    assert answer["integer"] == name.startswith("int")
    assert answer["training_iteration"] == 200
    assert sum(layer["weights"] for layer in answer["layers"]) == answer["weights"] > 1000
    assert [layer["token"] for layer in answer["layers"]][3:6] == ["Lfys16", "Lfx16", "Lrx16"]
    training = answer["training"]
    assert (training is None) == (name != "base_checkpoint")
    if training:
        assert 0 < training["rates"][3] <= 100
        assert all(0 <= iteration <= 200 for iteration, _ in training["history"])


def test_characters_and_words_come_in_pages(lab: Lab, folder: Path) -> None:
    every = get(lab, "characters", path="float.traineddata", count=200)
    assert every["total"] == every["found"] == len(every["rows"])
    page = get(lab, "characters", path="float.traineddata", first=5, count=3)
    assert page["rows"] == every["rows"][5:8]
    found = get(lab, "characters", path="float.traineddata", search="U+0065", count=5)
    assert [row["unichar"] for row in found["rows"]] == ["e"]
    component = {"path": "float.traineddata", "component": "lstm-word-dawg"}
    words = get(lab, "words", **component, count=200)
    assert words["total"] >= len(words["rows"]) > 10
    beside = get(lab, "words", path="float.lstm-word-dawg", count=200)
    assert beside["rows"] == words["rows"]
    assert beside["spelled"] in ("float.traineddata", "int.traineddata", "start.traineddata")
    prefix = words["rows"][3][:2]
    some = get(lab, "words", **component, search=prefix, count=200)
    assert some["found"] == len(some["rows"]) >= 1
    assert all(word.startswith(prefix) for word in some["rows"])
    assert len(get(lab, "words", **component, count=10**6)["rows"]) <= 200
    assert ask(lab, "words", **component, first="x")[0] == 400
    assert ask(lab, "words", **component, count=-1)[0] == 400


def test_two_models_are_compared(lab: Lab, folder: Path) -> None:
    answer = get(lab, "compare", path="start.traineddata", other="int.traineddata")
    changes = {each["name"]: each["change"] for each in answer["components"]}
    assert changes["lstm"] == "only right"
    assert changes["lstm-unicharset"] == "same"
    answer = get(lab, "compare", path="float.traineddata", other="int.traineddata")
    assert {each["name"]: each["change"] for each in answer["components"]}["lstm"] == "changed"
    assert all(0 < layer["changed"] <= 100 and layer["relative"] < 0.1 for layer in answer["layers"])
    assert answer["characters"] == {side: {"count": 0, "some": []} for side in ("left", "right")}
    assert ["weights are", "float", "int8"] in answer["facts"]


def test_a_component_is_extracted_once(lab: Lab, folder: Path) -> None:
    body = {"path": "start.traineddata", "component": "lstm-recoder"}
    assert ask(lab, "extract", body=dict(body)) == (201, {"path": "models served/start.lstm-recoder"})
    made = folder / "start.lstm-recoder"
    assert made.read_bytes() == TrainedData.read(folder / "start.traineddata")["lstm-recoder"]
    made.write_bytes(b"mine")
    status, said = ask(lab, "extract", body=dict(body))
    assert (status, said["hint"]) == (400, "Rename or delete it first")
    assert "/" not in said["message"].replace("models served/", "")
    assert made.read_bytes() == b"mine"
    for component in ("nothing", "../../up", ""):
        assert ask(lab, "extract", body={**body, "component": component})[0] == 400


@pytest.mark.parametrize("name", ["base_checkpoint", "float.lstm", "int.lstm"])
@pytest.mark.parametrize("integer", [False, True], ids=["float", "int8"])
def test_a_model_is_made_as_the_real_tool_makes_it(
    lab: Lab, folder: Path, trained: Path, tmp_path: Path, name: str, integer: bool
) -> None:
    starters = get(lab, "starters", path=name)
    assert starters == {"found": ["models served/float.traineddata"], "problem": ""}
    made = f"made_{name.partition('.')[0]}_{integer}"
    body = {"path": name, "traineddata": starters["found"][0], "name": made, "integer": integer}
    status, answer = ask(lab, "export", body=dict(body))
    assert (status, answer) == (201, {"path": f"models served/{made}.traineddata"})
    model = folder / f"{made}.traineddata"
    reference = tmp_path / "reference.traineddata"
    shutil.copy(trained / f"{'int' if integer else 'float'}.traineddata", reference)
    if name == "float.lstm" and integer:
        shutil.copy(trained / "float.traineddata", reference)
        run_tool("combine_tessdata", "-c", reference)
    if name == "int.lstm" and not integer:
        assert get(lab, "network", path=model.name)["integer"] is False
    else:
        assert TrainedData.read(model)["lstm"] == TrainedData.read(reference)["lstm"]
    before = model.read_bytes()
    assert ask(lab, "export", body=dict(body))[0] == 400
    for bad in ("../up", "a/b", ".hidden", "a b"):
        assert ask(lab, "export", body={**body, "name": bad})[0] == 400
    assert model.read_bytes() == before
    model.unlink()


def test_nothing_outside_of_the_root_is_seen_or_used(lab: Lab, folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "start.traineddata", lab.root.parent / "above.traineddata")
    for path in ("/etc/passwd", "models served/../../above.traineddata", "models served/outside.traineddata"):
        for route in ("directory", "network", "characters", "words", "starters"):
            assert ask(lab, route, path=path)[0] == 404
        assert ask(lab, "extract", body={"path": path, "component": "version"})[0] == 404
        body = {"path": "base_checkpoint", "traineddata": path, "name": "made"}
        assert ask(lab, "export", body=body)[0] == 404
        assert ask(lab, "compare", path="float.traineddata", other=path)[0] == 404
    for route in ("directory", "network", "compare", "starters"):
        assert ask(lab, route, path="float.traineddata", other="int.traineddata", token="wrong")[0] == 403
    body = {"path": "start.traineddata", "component": "version"}
    assert ask(lab, "extract", body=body, token="wrong")[0] == 403
    assert not (folder / "start.version").exists()


def test_damage_is_told_with_what_to_do(lab: Lab, folder: Path) -> None:
    status, said = ask(lab, "directory", path="broken.traineddata")
    assert status == 400
    assert "table of offsets" in said["message"]
    assert str(lab.root) not in said["message"]
    assert ask(lab, "network", path="start.traineddata")[0] == 400
    with (folder / "hole.lstm").open("wb") as file:
        file.truncate(1 << 41)
    for route in ("network", "words", "characters", "starters"):
        status, said = ask(lab, route, path="hole.lstm")
        assert (status, "too large" in said["message"]) == (400, True)
    (folder / "hole.lstm").unlink()
    assert ask(lab, "extract", body=[1])[0] == 400
