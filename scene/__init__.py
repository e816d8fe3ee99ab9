"""The only place that turns arrays into Blender data: mesh attributes, node groups, materials, playback, video.

Takes plain values and arrays; may import core, and nothing else of the package.
"""
