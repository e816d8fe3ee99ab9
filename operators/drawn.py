"""What the lasso, the box and the brush share: a gesture of the mouse in one viewport, or the same from a script."""

import time
from collections.abc import Callable

import bpy
import numpy as np
from bpy.props import (
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntVectorProperty,
    StringProperty,
)

from ..core.errors import LatentError
from ..core.projection import View
from ..live import lassoing, overlay, seen, session
from ..properties import DEPTH_ITEMS, MODE_ITEMS, active_cloud, words
from ..scene import viewport
from ..scene.highlight import EVERYWHERE, Highlight
from ..scene.loop_drawing import LoopDrawing
from .polls import has_cloud

NEAREST_PIXELS = 3.0
"""A mouse that moved less than this adds no corner."""
MOVES = {"MOUSEMOVE", "INBETWEEN_MOUSEMOVE"}
KEPT = {"HIDDEN", "SKIP_SAVE"}
Keys = tuple[tuple[str, str], ...]


class Drawn:
    """Mixed into an operator: its properties, and its way from a press to a selection. `keys` go to the status bar.

    The view and the positions are kept as they were drawn, so that Adjust Last Operation means the same gesture.
    """

    bl_options = {"REGISTER", "UNDO"}
    keys: Keys = ()

    path: CollectionProperty(
        name="Path",
        description="The corners, in pixels from the lower left corner of the view",
        type=bpy.types.OperatorMousePath,
        options={"SKIP_SAVE"},
    )
    mode: EnumProperty(
        name="Mode",
        description="What the gesture does to the selection",
        items=MODE_ITEMS,
        # else a loop drawn after one with Shift would add as well
        options={"SKIP_SAVE"},
    )
    depth: EnumProperty(name="Depth", description="How deep the loop reaches", items=DEPTH_ITEMS)
    near: FloatProperty(name="Near", description="Nearest distance taken, for depth Range", default=0.0)
    far: FloatProperty(name="Far", description="Farthest distance taken, for depth Range", default=1e6)
    view: EnumProperty(
        name="View",
        description="Through which eye the path was drawn",
        items=(
            ("REGION", "Viewport", "The 3D viewport this is called in"),
            ("CAMERA", "Camera", "The scene's camera at render size; needs no window"),
        ),
        default="REGION",
        options={"SKIP_SAVE"},
    )
    drawn_matrix: FloatVectorProperty(size=16, options=KEPT)
    drawn_size: IntVectorProperty(size=2, options=KEPT)
    drawn_id: StringProperty(options=KEPT)
    duration: FloatProperty(options=KEPT)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        try:
            self._region, self._space = find_region(context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        settings = context.scene.latent
        if not self.properties.is_property_set("mode"):
            self.mode = settings.mode
        self.depth, self.near, self.far = settings.depth, settings.near, settings.far
        self.view = "REGION"
        self.prepare(context)
        self._drawing = LoopDrawing(self._region, self.size())
        self._started = 0.0
        trainer = session.running()
        if trainer is not None:
            # what is inside is decided on the positions the user sees while drawing
            trainer.hold_positions(True)
        pressed = event.type == "LEFTMOUSE" and event.value == "PRESS" and context.region == self._region
        if pressed and not self._begin(context, event):
            self._finish(context)
            return {"CANCELLED"}
        context.window.cursor_modal_set("CROSSHAIR")
        context.workspace.status_text_set(keys_drawing(self.keys))
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def prepare(self, context: bpy.types.Context) -> None:
        """Take over more settings of the scene."""

    def size(self) -> float:
        """The brush's radius in pixels; 0: this draws a closed loop."""
        return 0.0

    def extend(self, corners: list[tuple[float, float]], mouse: tuple[float, float]) -> None:
        """Let the mouse add to what is drawn."""
        if not corners or max(abs(mouse[0] - corners[-1][0]), abs(mouse[1] - corners[-1][1])) >= NEAREST_PIXELS:
            corners.append(mouse)

    def key(self, context: bpy.types.Context, event: bpy.types.Event) -> bool:
        """Whether a key or wheel meant something to this gesture."""
        return False

    def _begin(self, context: bpy.types.Context, event: bpy.types.Event) -> bool:
        """The button went down. Returns False where there is no cloud any more: other keys pass until then, Delete among them."""
        cloud = active_cloud(context)
        if cloud is None or context.mode != "OBJECT":
            return False
        self._started = time.monotonic()
        self.mode = "SUBTRACT" if event.ctrl else "ADD" if event.shift else self.mode
        overlay.look_at(cloud, -1, context)  # a card would lie over what is drawn
        self._view = seen.region_view(cloud, self._region, self._space)
        within = (self.near, self.far) if self.depth == "RANGE" and not self.size() else EVERYWHERE
        self._stroke = lassoing.Stroke(cloud, context, self._view, self.mode, self.size()) if self.size() else None
        chosen = self._stroke.chosen if self._stroke else None
        self._highlight = Highlight(self._region, cloud, self.mode, within, chosen)
        # one list: what is drawn, what lights up and what is passed cannot differ
        self._highlight.corners = self._drawing.corners
        if self._stroke:
            self._stroke.path = self._drawing.corners
        viewport.show_gesture(self._highlight)
        self._move(event)
        return True

    def _move(self, event: bpy.types.Event) -> None:
        mouse = (float(event.mouse_x - self._region.x), float(event.mouse_y - self._region.y))
        self._drawing.mouse = mouse
        if self._started:
            self.extend(self._drawing.corners, mouse)
        self._region.tag_redraw()

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type in {"ESC", "RIGHTMOUSE"} and event.value == "PRESS":
            self._finish(context)
            return {"CANCELLED"}
        if self.key(context, event):
            self._drawing.radius = self.size()
            if self._started and self._stroke:
                self._stroke.resize(self.size())
            self._region.tag_redraw()
        elif event.type == "LEFTMOUSE" and event.value == "PRESS" and not self._started:
            if not self._begin(context, event):
                self._finish(context)
                return {"CANCELLED"}
        elif event.type in MOVES:
            self._move(event)
            return {"RUNNING_MODAL"} if self._started else {"PASS_THROUGH"}
        elif event.type == "LEFTMOUSE" and event.value == "RELEASE" and self._started:
            self._move(event)
            self.path.clear()
            for x, y in self._drawing.corners:
                self.path.add().loc = (x, y)
            self.duration = time.monotonic() - self._started
            self._finish(context)
            done = self._select(context, self._view)
            if done == {"FINISHED"} and self.mode == "REPLACE" and context.scene.latent.ask_name and self._taken:
                bpy.ops.latent.name_selection("INVOKE_DEFAULT")
            return done
        elif event.type in {"TIMER", "WINDOW_DEACTIVATE"} or not self._started:
            return {"PASS_THROUGH"}
        return {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        self._finish(context)

    def _finish(self, context: bpy.types.Context) -> None:
        trainer = session.running()
        if trainer is not None:
            trainer.hold_positions(False)
        self._drawing.remove()
        viewport.show_gesture(None)
        if context.window is not None:  # it may have been closed under the gesture
            context.window.cursor_modal_restore()
            context.workspace.status_text_set(None)
            for area in context.window.screen.areas:
                area.tag_redraw()

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud = active_cloud(context)
        try:
            if any(self.drawn_size):
                view = seen.drawn_view(cloud, self.drawn_matrix, self.drawn_size)
            elif self.view == "CAMERA":
                view = seen.camera_view(cloud, context)
            else:
                view = seen.region_view(cloud, *find_region(context))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        return self._select(context, view)

    def _select(self, context: bpy.types.Context, view: View) -> set[str]:
        try:
            corners = [tuple(corner.loc) for corner in self.path]
            polygon = np.array(corners, dtype=np.float32).reshape(-1, 2) if self.size() else lassoing.polygon(corners)
            depth = (self.depth, self.near, self.far)
            loop = lassoing.Loop(polygon, view, self.mode, *depth, self.duration, self.size(), self.drawn_id)
            source = "MOUSE" if self.duration else "SCRIPT"
            count, total, drawn_id = lassoing.select(active_cloud(context), context, loop, source, session.running())
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.drawn_matrix, self.drawn_size, self.drawn_id = view.matrix.ravel().tolist(), (view.width, view.height), drawn_id
        self._taken = total
        self.report({"INFO"}, words.report("{count:,} points inside, {total:,} selected", count=count, total=total))
        return {"FINISHED"}

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "mode")
        self.draw_depth(layout)

    def draw_depth(self, layout: bpy.types.UILayout) -> None:
        """What Adjust Last Operation offers besides the mode."""
        layout.prop(self, "depth")
        if self.depth == "RANGE":
            layout.prop(self, "near")
            layout.prop(self, "far")


def find_region(context: bpy.types.Context) -> tuple[bpy.types.Region, bpy.types.RegionView3D]:
    """The viewport to draw in: the one the mouse is in, or the area's first. Raises LassoError when there is none."""
    area = context.area
    if area is None or area.type != "VIEW_3D":
        return lassoing.no_viewport()
    if context.region is not None and context.region.type == "WINDOW" and context.region_data is not None:
        return context.region, context.region_data
    return next(r for r in area.regions if r.type == "WINDOW"), area.spaces.active.region_3d


def keys_drawing(keys: Keys) -> Callable[[bpy.types.Header, bpy.types.Context], None]:
    """What draws `keys` in the status bar while a gesture lasts."""

    def draw(header: bpy.types.Header, _context: bpy.types.Context) -> None:
        row = header.layout.row()
        for icon, text in keys:
            row.label(text=text, icon=icon)

    return draw
