"""What the operators share that open a data set by calling Open Data Set."""

from typing import Any

import bpy

from ..properties import words


def open_dataset(operator: bpy.types.Operator, **settings: Any) -> set[str]:
    """Open a data set. What Open Data Set reports as an error is reported as this operator's own, without a traceback."""
    try:
        result: set[str] = bpy.ops.latent.open_dataset("EXEC_DEFAULT", **settings)
    except RuntimeError as error:
        operator.report({"ERROR"}, words.refusal(error))
        return {"CANCELLED"}
    return result
