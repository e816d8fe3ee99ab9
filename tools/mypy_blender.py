"""A mypy plugin: tells mypy of the properties that this extension adds to Blender's own classes.

They are registered at run time, so no description of Blender's API can know them. Without this, the check for
misspelt attributes, the most useful one on Blender's large classes, would have to be switched off.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from mypy.plugin import ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, TypeOfAny

PROPERTIES = Path(__file__).resolve().parent.parent / "properties" / "__init__.py"


def registered() -> dict[str, list[str]]:
    """Names by class, read from the table `POINTERS` of (class, name, group) in properties/__init__.py."""
    found: dict[str, list[str]] = {}
    for node in ast.parse(PROPERTIES.read_text(encoding="utf-8")).body:
        target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
        if not (isinstance(target, ast.Name) and target.id == "POINTERS"):
            continue
        for row in ast.walk(node):
            if isinstance(row, ast.Tuple) and len(row.elts) == 3 and isinstance(row.elts[1], ast.Constant):
                found.setdefault(ast.unparse(row.elts[0]), []).append(str(row.elts[1].value))
    return found


class BlenderProperties(Plugin):
    """Adds each registered property to its class, typed Any: what Blender makes of it has no static type."""

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        names = registered().get(fullname)
        if names is None:
            return None

        def add(context: ClassDefContext) -> None:
            for name in names:
                add_attribute_to_class(context.api, context.cls, name, AnyType(TypeOfAny.explicit))

        return add


def plugin(version: str) -> type[Plugin]:
    """What mypy calls; `version` is mypy's own."""
    return BlenderProperties
