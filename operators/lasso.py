"""Draw a loop around points to select them: by mouse, or from a script with a path in pixels."""

import time

import bpy
from bpy.props import CollectionProperty, EnumProperty, FloatProperty

from ..core.errors import LatentError
from ..live import lassoing, seen, session
from ..properties import DEPTH_ITEMS, MODE_ITEMS, active_cloud
from ..scene.loop_drawing import LoopDrawing
from .polls import has_cloud

NEAREST_PIXELS = 3.0
"""A mouse that moved less than this adds no corner to the loop."""


class LATENT_OT_lasso_select(bpy.types.Operator):
    bl_idname = "latent.lasso_select"
    bl_label = "Lasso Select"
    bl_description = (
        "Draw a loop around points to select them. Shift adds, Ctrl takes away. "
        "Scripts give a path in pixels from the lower left corner"
    )
    bl_options = {"REGISTER", "UNDO"}

    path: CollectionProperty(
        name="Path",
        description="The corners of the loop, in pixels from the lower left corner of the view",
        type=bpy.types.OperatorMousePath,
        options={"SKIP_SAVE"},
    )
    mode: EnumProperty(
        name="Mode",
        description="What the loop does to the selection",
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

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        area = context.area
        region = next((r for r in area.regions if r.type == "WINDOW"), None) if area else None
        if region is None or area.type != "VIEW_3D":
            self.report({"ERROR"}, "Draw the loop in a 3D viewport.")
            return {"CANCELLED"}
        settings = context.scene.latent
        self.depth, self.near, self.far = settings.depth, settings.near, settings.far
        self.view = "REGION"
        self._area, self._region, self._space = area, region, area.spaces.active.region_3d
        self._drawing = LoopDrawing(region)
        self._started = 0.0
        trainer = session.running()
        if trainer is not None:
            # what is inside is decided on the positions the user sees while drawing
            trainer.hold_positions(True)
        if event.type == "LEFTMOUSE" and event.value == "PRESS" and context.region == region:
            self._begin(event)
        context.window.cursor_modal_set("CROSSHAIR")
        context.workspace.status_text_set("Drag: draw the loop   Shift: add   Ctrl: take away   Esc: give up")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def _begin(self, event: bpy.types.Event) -> None:
        self._started = time.monotonic()
        self.mode = "SUBTRACT" if event.ctrl else "ADD" if event.shift else self.mode
        self._add_corner(event)

    def _add_corner(self, event: bpy.types.Event) -> None:
        corner = (float(event.mouse_x - self._region.x), float(event.mouse_y - self._region.y))
        corners = self._drawing.corners
        if corners and max(abs(corner[0] - corners[-1][0]), abs(corner[1] - corners[-1][1])) < NEAREST_PIXELS:
            return
        corners.append(corner)
        self._area.tag_redraw()

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type in {"ESC", "RIGHTMOUSE"} and event.value == "PRESS":
            self._finish(context)
            return {"CANCELLED"}
        if event.type == "LEFTMOUSE" and event.value == "PRESS" and not self._started:
            self._begin(event)
        elif event.type == "MOUSEMOVE" and self._started:
            self._add_corner(event)
        elif event.type == "LEFTMOUSE" and event.value == "RELEASE" and self._started:
            self.path.clear()
            for x, y in self._drawing.corners:
                self.path.add().loc = (x, y)
            self._finish(context)
            return self._select(context, time.monotonic() - self._started)
        elif event.type in {"TIMER", "WINDOW_DEACTIVATE"} or not self._started:
            return {"PASS_THROUGH"}
        return {"RUNNING_MODAL"}

    def cancel(self, context: bpy.types.Context) -> None:
        self._finish(context)

    def _finish(self, context: bpy.types.Context) -> None:
        self._drawing.remove()
        self._area.tag_redraw()
        trainer = session.running()
        if trainer is not None:
            trainer.hold_positions(False)
        context.window.cursor_modal_restore()
        context.workspace.status_text_set(None)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self._select(context, 0.0)

    def _select(self, context: bpy.types.Context, duration: float) -> set[str]:
        cloud = active_cloud(context)
        try:
            if self.view == "CAMERA":
                view = seen.camera_view(cloud, context)
            else:
                region, space = self._find_region(context)
                view = seen.region_view(cloud, region, space)
            polygon = lassoing.polygon([tuple(corner.loc) for corner in self.path])
            loop = lassoing.Loop(polygon, view, self.mode, self.depth, self.near, self.far, duration)
            source = "MOUSE" if duration else "SCRIPT"
            count, total = lassoing.select(cloud, context, loop, source, session.running())
        except LatentError as error:
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        context.window_manager.latent_status.selected = total
        self.report({"INFO"}, f"{count:,} points in the loop, {total:,} selected")
        return {"FINISHED"}

    def _find_region(self, context: bpy.types.Context) -> tuple[bpy.types.Region, bpy.types.RegionView3D]:
        """The viewport the loop was drawn in. Raises LassoError when there is none."""
        area = context.area
        if area is not None and area.type == "VIEW_3D":
            region = next(r for r in area.regions if r.type == "WINDOW")
            return region, area.spaces.active.region_3d
        return lassoing.no_viewport()
