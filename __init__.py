"""Latent Lasso: stand in your data, lasso a part of it, say what it is, and watch the latent space rearrange.

Importing this package needs no bpy, so that the trainer, which runs under another Python, can import it too.
Blender calls register() and unregister(), which walk the table of modules in `registration`.
"""


def register() -> None:
    """Enable the extension: classes, properties, handlers and keymaps, in the order of the table."""
    from . import registration

    registration.register()


def unregister() -> None:
    """Disable the extension: end the trainer, then undo every registration in reverse."""
    from . import registration

    registration.unregister()
