"""``combine_tessdata``: pack, list, extract and replace the components of a traineddata.

Messages and their streams are the reference's (``src/training/combine_tessdata.cpp``): what it did on
standard output, the list of components and errors on standard error. Three differences, on purpose: a failure
always gives exit code 1; ``-o`` and ``-c`` write the whole file or nothing; ``-o`` leaves no ``.__tmp__``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from tessnb.commands._flags import HelpRequested
from tessnb.commands._output import say
from tessnb.errors import FlagError, InputError, TessnbError
from tessnb.files import read_bytes, write_bytes
from tessnb.formats.network import (
    NF_LAYER_SPECIFIC_LR,
    TF_INT_MODE,
    LSTMRecognizerRecord,
    NetworkRecord,
    PlumbingRecord,
)
from tessnb.formats.traineddata import COMPONENTS, TESSERACT_VERSION, TrainedData

__all__ = ["run"]

_USAGE = """\
Usage:
  tessnb combine_tessdata PREFIX                   pack PREFIX.lstm, PREFIX.config, … into PREFIX.traineddata
  tessnb combine_tessdata -e TRAINEDDATA FILE...   extract components; a file's suffix says which: eng.lstm
  tessnb combine_tessdata -u TRAINEDDATA PREFIX    extract all components to PREFIX.lstm, PREFIX.config, …
  tessnb combine_tessdata -o TRAINEDDATA FILE...   replace components by files, or add them
  tessnb combine_tessdata -c TRAINEDDATA           make the network integer, in place: smaller, faster
  tessnb combine_tessdata -d TRAINEDDATA           list the components
  tessnb combine_tessdata -l TRAINEDDATA           describe the network
  tessnb combine_tessdata -dl TRAINEDDATA          both (also -ld)
  tessnb combine_tessdata -v                       the version of Tesseract whose formats these are

Components: {components}
"""


def _load(path: str) -> TrainedData:
    """Read a traineddata as the reference sees it: 24 entries, empty ones absent, always with a version."""
    try:
        data = TrainedData.read(path)
    except TessnbError as error:
        raise InputError(f"Failed to read {path}", hint=str(error)) from None
    components = {name: data.components[name] for name in COMPONENTS if data.get(name)}
    components.setdefault("version", data.version.encode())
    return TrainedData(components, big_endian=data.big_endian, name=path)


def _list_components(data: TrainedData) -> None:
    say(f"Version:{data.version}")
    offset = 8 * len(COMPONENTS)
    for index, name in enumerate(COMPONENTS):
        if name in data:
            say(f"{index}:{name}:size={len(data[name])}, offset={offset}")
            offset += len(data[name])


def _recognizer(data: TrainedData) -> LSTMRecognizerRecord:
    try:
        return LSTMRecognizerRecord.from_bytes(data["lstm"], name=data.name, big_endian=data.big_endian)
    except TessnbError as error:
        raise InputError(f"Failed to deserialize LSTM in {data.name}!", hint=str(error)) from None


def _layers(record: NetworkRecord, prefix: str = "") -> Iterator[tuple[str, NetworkRecord, float | None]]:
    """The layers that are not plumbing, with their ids (``:3:0``) and their own learning rates."""
    if not isinstance(record, PlumbingRecord):
        return
    for index, layer in enumerate(record.stack):
        name = f"{prefix}:{index}"
        if isinstance(layer, PlumbingRecord):
            yield from _layers(layer, name)
        else:
            rates = record.learning_rates
            yield name, layer, rates[index] if index < len(rates) else None


def _list_network(data: TrainedData) -> None:
    if "lstm" not in data:
        return
    record = _recognizer(data)
    facts = {
        "network": record.network_str,
        "int_mode": int(record.int_mode),
        "recoding": 1,
        "iteration": record.training_iteration,
        "sample_iteration": record.sample_iteration,
        "null_char": record.null_char,
        "learning_rate": f"{record.learning_rate:g}",
        "momentum": f"{record.momentum:g}",
        "adam_beta": f"{record.adam_beta:g}",
    }
    print("LSTM: " + ", ".join(f"{name}={value}" for name, value in facts.items()))
    own = record.network.network_flags & NF_LAYER_SPECIFIC_LR
    rates = (
        f"{name}({layer.name})={rate if own and rate is not None else record.learning_rate:g}"
        for name, layer, rate in _layers(record.network)
    )
    print("Layer Learning Rates: " + ", ".join(rates))


def _component_of(path: str) -> str | None:
    """The component that a file's suffix names."""
    suffix = path.rpartition(".")[2]
    return suffix if suffix in COMPONENTS else None


def _read_component(path: str, failure: str) -> bytes:
    try:
        content = read_bytes(path)
    except InputError as error:
        raise InputError(failure, hint=str(error)) from None
    if not content:
        raise InputError(failure, hint="The file is empty")
    return content


def _write_component(path: str, content: bytes) -> None:
    try:
        write_bytes(path, content)
    except InputError as error:
        raise InputError(f"Error, could not extract {path}", hint=str(error)) from None
    print(f"Wrote {path}")


def _write(data: TrainedData, path: str) -> None:
    try:
        data.write(path)
    except InputError as error:
        raise InputError(f"Failed to write modified traineddata:{path}!", hint=str(error)) from None


def _dotted(prefix: str) -> str:
    return prefix if prefix.endswith(".") else prefix + "."


def _combine(prefix: str) -> None:
    print("Combining tessdata files")
    prefix = _dotted(prefix)
    output = prefix + "traineddata"
    data = TrainedData(name=output)
    failure = f"Error combining tessdata files into {output}"
    for name in COMPONENTS:
        path = prefix + name
        if Path(path).is_file():
            data.components[name] = _read_component(path, f"Load of file {path} failed!")
    if "lstm" not in data and not ("unicharset" in data and "inttemp" in data):
        need = "traineddata file must contain at least (a unicharset file and inttemp) OR an lstm file."
        raise InputError(failure, hint=need)
    data.components.setdefault("version", TESSERACT_VERSION.encode())
    _write(data, output)
    print(f"Output {output} created successfully.")
    _list_components(data)


def _extract(path: str, files: list[str]) -> None:
    data = _load(path)
    print(f"Extracting tessdata components from {path}")
    wanted: dict[str, bytes] = {}
    for file in files:
        component = _component_of(file)
        if component is None:
            raise InputError(
                f"Not extracting {file}, its suffix names no component", expected=", ".join(COMPONENTS)
            )
        if component not in data:
            raise InputError(f"Not extracting {file}, since this component is not present")
        wanted[file] = data[component]
    for file, content in wanted.items():
        _write_component(file, content)
    _list_components(data)


def _unpack(path: str, prefix: str) -> None:
    data = _load(path)
    print(f"Extracting tessdata components from {path}")
    for name in data:
        _write_component(_dotted(prefix) + name, data[name])
    _list_components(data)


def _overwrite(path: str, files: list[str]) -> None:
    data = _load(path)
    for file in files:
        component = _component_of(file)
        if component is None:
            say(f"Warning: {file} is left out: its suffix names no component")
            continue
        data.components[component] = _read_component(file, f"Failed to read component file:{file}")
    _write(data, path)
    _list_components(data)


def _compact(path: str) -> None:
    from tessnb.network.assemble import from_record, to_integer, to_record

    data = _load(path)
    if "lstm" not in data:
        raise InputError(f"No LSTM Component found in {path}!")
    record = _recognizer(data)
    layer = from_record(record.network)
    record.network = to_record(layer if record.int_mode else to_integer(layer))
    record.training_flags |= TF_INT_MODE
    record.rest = b""
    data.components["lstm"] = record.to_bytes(big_endian=data.big_endian)
    _write(data, path)
    _list_components(data)


def run(arguments: list[str]) -> int:
    """Run the tool; see the module."""
    mode, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    one: dict[str, list[Callable[[TrainedData], None]]] = {
        "-d": [_list_components],
        "-l": [_list_network],
        "-dl": [_list_components, _list_network],
        "-ld": [_list_network, _list_components],
    }
    if mode == "--help":
        raise HelpRequested(_USAGE.format(components=", ".join(COMPONENTS)))
    if mode in ("-v", "--version"):
        print(TESSERACT_VERSION)
    elif mode in one and len(rest) == 1:
        data = _load(rest[0])
        for action in one[mode]:
            action(data)
    elif mode == "-e" and len(rest) >= 2:
        _extract(rest[0], rest[1:])
    elif mode == "-u" and len(rest) >= 2:
        _unpack(rest[0], rest[1])
    elif mode == "-o" and len(rest) >= 2:
        _overwrite(rest[0], rest[1:])
    elif mode == "-c" and len(rest) == 1:
        _compact(rest[0])
    elif mode and not mode.startswith("-") and not rest:
        _combine(mode)
    else:
        print(_USAGE.format(components=", ".join(COMPONENTS)), end="")
        if mode:
            known = mode in (*one, "-e", "-u", "-o", "-c") or not mode.startswith("-")
            problem = "too few or too many files" if known else "there is no such mode"
            raise FlagError(problem, where=mode, hint="See tessnb combine_tessdata --help")
        return 1
    return 0
