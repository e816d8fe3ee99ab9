"""The version of this code and of its wire, in one place.

A trainer and a Blender of different versions refuse each other by name instead of guessing.
"""

VERSION = "0.1.0"
"""Version of the extension and of the trainer; blender_manifest.toml and pyproject.toml carry the same one."""

PROTOCOL = 1
"""Version of the messages between Blender and the trainer."""

HALF_SIDE = 10.0
"""Half the side of the room, in units of the Cauchy kernel: positions fill the cube [-10, 10] on each axis."""
