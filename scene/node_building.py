"""Building node trees in Python that reads like what it builds: one call a node, sockets by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import bpy

Socket = Any


class Builder:
    """Adds nodes to a tree. Values given for inputs may be sockets, which are linked, or plain values."""

    def __init__(self, tree: bpy.types.NodeTree) -> None:
        self.tree = tree
        self.column = 0

    def add(self, kind: str, inputs: dict[str, Any] | None = None, **properties: Any) -> Any:
        """A node of `kind`, its properties set, then its inputs by name."""
        node = self.tree.nodes.new(kind)
        self.column += 1
        node.location = (self.column % 24 * 190, -(self.column // 24) * 340)
        for name, value in properties.items():
            setattr(node, name, value)
        for name, value in (inputs or {}).items():
            self.put(self.input(node, name), value)
        return node

    def input(self, node: Any, name: str) -> Socket:
        """The enabled input of a node by name: nodes keep hidden twins of a name for other data types."""
        for socket in node.inputs:
            if socket.name == name and socket.enabled:
                return socket
        raise KeyError(f"{node.bl_idname} has no input {name}")

    def put(self, socket: Socket, value: Any) -> None:
        """Link a socket or set a plain value."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif value is not None:  # a geometry has no plain value: None leaves it empty
            socket.default_value = value

    def math(self, operation: str, a: Any, b: Any = 0.0) -> Socket:
        """A math node's result."""
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        self.put(node.inputs[0], a)
        self.put(node.inputs[1], b)
        return node.outputs[0]

    def mix(self, factor: Any, a: Any, b: Any) -> Socket:
        """a where factor is 0, b where it is 1: colours."""
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        node.clamp_factor = True
        for socket in node.inputs:
            if socket.enabled and socket.name in ("Factor", "A", "B"):
                self.put(socket, {"Factor": factor, "A": a, "B": b}[socket.name])
        return next(socket for socket in node.outputs if socket.enabled)

    def ramp(self, factor: Any, stops: Sequence[tuple[float, float, float]]) -> Socket:
        """A colour by a factor 0..1, from `stops`, linear RGB at even distances."""
        node = self.add("ShaderNodeValToRGB")
        self.put(node.inputs[0], factor)
        node.color_ramp.interpolation = "LINEAR"
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for number, (element, stop) in enumerate(zip(elements, stops, strict=True)):
            element.position = number / (len(stops) - 1)
            element.color = (*stop, 1.0)
        return node.outputs["Color"]

    def multiply_colours(self, a: Any, b: Any) -> Socket:
        """The product of two colours, channel by channel."""
        node = self.tree.nodes.new("ShaderNodeVectorMath")
        node.operation = "MULTIPLY"
        self.put(node.inputs[0], a)
        self.put(node.inputs[1], b)
        return node.outputs[0]

    def scale_colour(self, colour: Any, factor: Any) -> Socket:
        """A colour times a number."""
        node = self.tree.nodes.new("ShaderNodeVectorMath")
        node.operation = "SCALE"
        self.put(node.inputs[0], colour)
        self.put(self.input(node, "Scale"), factor)
        return node.outputs[0]

    def vector(self, operation: str, a: Any) -> Socket:
        """What a vector math node makes of one vector: LENGTH, a number, or NORMALIZE, a vector."""
        node = self.tree.nodes.new("ShaderNodeVectorMath")
        node.operation = operation
        self.put(node.inputs[0], a)
        return node.outputs["Value" if operation == "LENGTH" else "Vector"]

    def named(self, name: str, data_type: str) -> Socket:
        """A named attribute of the geometry."""
        node = self.add("GeometryNodeInputNamedAttribute", data_type=data_type)
        node.inputs["Name"].default_value = name
        return next(socket for socket in node.outputs if socket.enabled and socket.name == "Attribute")

    def store(self, geometry: Any, name: str, data_type: str, value: Any) -> Socket:
        """Store a named attribute on the points."""
        node = self.add("GeometryNodeStoreNamedAttribute", data_type=data_type, domain="POINT")
        self.put(node.inputs["Geometry"], geometry)
        node.inputs["Name"].default_value = name
        self.put(self.input(node, "Value"), value)
        return node.outputs["Geometry"]

    def switch(self, kind: str, condition: Any, false: Any, true: Any) -> Socket:
        """One of two values."""
        node = self.add("GeometryNodeSwitch", input_type=kind)
        self.put(self.input(node, "Switch"), condition)
        self.put(self.input(node, "False"), false)
        self.put(self.input(node, "True"), true)
        return next(socket for socket in node.outputs if socket.enabled)

    def sample(self, geometry: Any, data_type: str, value: Any, index: Any) -> Socket:
        """A value of another geometry's points by index, clamped to the last."""
        node = self.add("GeometryNodeSampleIndex", data_type=data_type, domain="POINT", clamp=True)
        self.put(node.inputs["Geometry"], geometry)
        self.put(self.input(node, "Value"), value)
        self.put(node.inputs["Index"], index)
        return next(socket for socket in node.outputs if socket.enabled)

    def compare(self, operation: str, a: Any, b: Any, data_type: str = "FLOAT") -> Socket:
        """Whether a is less than, equal to or greater than b."""
        node = self.add("FunctionNodeCompare", data_type=data_type, operation=operation)
        enabled = [socket for socket in node.inputs if socket.enabled]
        self.put(enabled[0], a)
        self.put(enabled[1], b)
        return node.outputs[0]
