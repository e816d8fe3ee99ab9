"""The card of the sample under the mouse: an unseen gizmo that hears the mouse, and the keys that go with it."""

import bpy

from ..core.errors import LatentError
from ..live import overlay
from ..properties import active_cloud, words
from .polls import has_cloud


class LATENT_GT_hover(bpy.types.Gizmo):
    bl_idname = "LATENT_GT_hover"

    def draw(self, context: bpy.types.Context) -> None:
        """It shows nothing."""

    def test_select(self, context: bpy.types.Context, location: tuple[int, int]) -> int:
        overlay.look_under_mouse(context, *location)
        return -1  # never taken: the click is another tool's


class LATENT_GGT_hover(bpy.types.GizmoGroup):
    bl_idname = "LATENT_GGT_hover"
    bl_label = "Card Under the Mouse"
    bl_space_type = "VIEW_3D"
    bl_region_type = "WINDOW"
    bl_options = {"PERSISTENT"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        cloud = active_cloud(context)
        return cloud is not None and cloud.mode == "OBJECT" and cloud.latent.look.hover

    def setup(self, context: bpy.types.Context) -> None:
        self.gizmos.new(LATENT_GT_hover.bl_idname)


class LATENT_OT_play_sample(bpy.types.Operator):
    bl_idname = "latent.play_sample"
    bl_label = "Play Sample"
    bl_description = "Play the sound of the sample under the mouse"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_cloud(cls, context):
            return False
        cloud = active_cloud(context)
        if cloud.latent.dataset_kind != "sound" or overlay.looked_at(cloud) < 0:
            cls.poll_message_set("Move the mouse over a point of a cloud of sounds")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            media = overlay.play(active_cloud(context))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, media.path.name)
        return {"FINISHED"}


class LATENT_OT_put_card_away(bpy.types.Operator):
    bl_idname = "latent.put_card_away"
    bl_label = "Put Card Away"
    bl_description = "Take the card of the sample off the screen"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        cloud = active_cloud(context)
        return cloud is not None and cloud.mode == "OBJECT" and overlay.looked_at(cloud) >= 0

    def execute(self, context: bpy.types.Context) -> set[str]:
        overlay.look_at(active_cloud(context), -1, context)
        return {"FINISHED"}


GIZMOS: tuple[type, ...] = (LATENT_GT_hover, LATENT_GGT_hover)
KEYS = ((LATENT_OT_play_sample.bl_idname, "P"), (LATENT_OT_put_card_away.bl_idname, "ESC"))


def register() -> None:
    """Add the keys to the 3D viewport, where Blender has keys; a press that does not apply goes on to others."""
    configuration = bpy.context.window_manager.keyconfigs.addon
    if configuration is not None:
        keymap = configuration.keymaps.new("3D View", space_type="VIEW_3D")
        for operator, key in KEYS:
            keymap.keymap_items.new(operator, key, "PRESS")


def unregister() -> None:
    """Take the keys away again."""
    configuration = bpy.context.window_manager.keyconfigs.addon
    keymap = configuration.keymaps.get("3D View") if configuration is not None else None
    if keymap is not None:
        ours = {operator for operator, _ in KEYS}
        for item in [item for item in keymap.keymap_items if item.idname in ours]:
            keymap.keymap_items.remove(item)
