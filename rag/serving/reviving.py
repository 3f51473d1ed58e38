"""Plain JSON data → the Answer it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from rag.core.types import Answer


def revived_answer(data: Mapping[str, Any]) -> Answer:
    """What `Answer.to_dict` gave, as an Answer again; fields an older or newer program wrote are passed over."""
    answer: Answer = _revived(Answer, data)
    return answer


def _revived(kind: Any, value: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        known = {field.name for field in fields(kind)} & value.keys()
        return kind(**{name: _revived(hints[name], value[name]) for name in known})
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        return tuple(_revived(inner[0], item) for item in value)
    if get_origin(kind) in (Union, UnionType) and value is not None:
        return _revived(next(each for each in inner if each is not NoneType), value)
    return value
