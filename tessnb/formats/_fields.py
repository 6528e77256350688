"""Tables of fields: a binary record is described once, and its reader and its writer both follow the table.

A field is a pair of an attribute's name and its kind. Kinds are

=========== ========================================================================
``i``       one number; any ``struct`` format character (``b B h H i I q Q f d``)
``4d``      so many numbers, always: a tuple
``*d``      a ``uint32`` count and so many numbers: a list
``str``     a ``uint32`` length and so many bytes of UTF-8
``bytes``   a ``uint32`` length and so many bytes
=========== ========================================================================
"""

from __future__ import annotations

import struct
from typing import Any

from tessnb.formats._binary import Reader, Writer

__all__ = ["Fields", "read_field", "read_fields", "write_field", "write_fields"]

#: Pairs of attribute name and kind, in the order on disk.
Fields = tuple[tuple[str, str], ...]


def read_field(reader: Reader, kind: str, what: str) -> Any:
    """Read one field of a kind; `what` names it in errors."""
    if kind == "bytes":
        return reader.string(what)
    if kind == "str":
        return reader.string(what).decode("utf-8", "surrogateescape")
    prefix, code = kind[:-1], kind[-1]
    if not prefix:
        return reader.number(code, what)
    size = struct.calcsize("<" + code)
    count = reader.count(size, what) if prefix == "*" else int(prefix)
    values = struct.unpack(f"{reader.order}{count}{code}", reader.take(count * size, what))
    return list(values) if prefix == "*" else values


def write_field(writer: Writer, kind: str, value: Any) -> None:
    """Write one field of a kind."""
    if kind == "bytes":
        writer.string(value)
    elif kind == "str":
        writer.string(value.encode("utf-8", "surrogateescape"))
    elif len(kind) == 1:
        writer.number(kind, value)
    else:
        prefix, code = kind[:-1], kind[-1]
        count = len(value) if prefix == "*" else int(prefix)
        if prefix == "*":
            writer.number("I", count)
        writer.raw(struct.pack(f"{writer.order}{count}{code}", *value))


def read_fields(reader: Reader, fields: Fields) -> dict[str, Any]:
    """Read the fields of a table, in order, into a dictionary by name."""
    return {name: read_field(reader, kind, name) for name, kind in fields}


def write_fields(writer: Writer, fields: Fields, record: object) -> None:
    """Write the attributes of `record` that a table names, in its order."""
    for name, kind in fields:
        write_field(writer, kind, getattr(record, name))
