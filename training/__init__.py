"""The trainer, and Blender's end of the stream to it. Never imports bpy.

protocol, frames, client, interpreter and history need the standard library and numpy alone: Blender uses them. Only the
modules behind the engine import torch.
"""
