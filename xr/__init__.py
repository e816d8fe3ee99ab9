"""The headset: what its buttons do, as a table, and what is set up when a session starts.

Builds on Blender's own VR Scene Inspection; works with its VR add-on enabled, disabled or absent.
"""
