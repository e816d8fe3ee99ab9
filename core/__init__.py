"""Pure numpy: lasso geometry, strokes, label edits, colours, timeline mapping.

Imports neither bpy nor torch, nor anything else of this package, so that it runs and is tested anywhere.
"""
