"""Render the run as a video."""

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from ..core.errors import LatentError
from ..live import filming
from ..properties import RELATIVE, active_cloud
from .polls import has_cloud


class LATENT_OT_render_video(bpy.types.Operator):
    bl_idname = "latent.render_video"
    bl_label = "Render Video"
    bl_description = "Render the recorded epochs as a video: framed camera, captions, H.264"
    bl_options = {"REGISTER"}

    filepath: StringProperty(
        name="File", description="Where the video is written (.mp4)", subtype="FILE_PATH", options=RELATIVE
    )
    seconds: IntProperty(name="Seconds", description="How long the video lasts", default=12, min=1, soft_max=120)
    width: IntProperty(name="Width", default=1280, min=64, max=7680, subtype="PIXEL")
    height: IntProperty(name="Height", default=720, min=64, max=4320, subtype="PIXEL")
    fps: IntProperty(name="Frames per Second", default=24, min=1, max=120)
    orbit: BoolProperty(name="Orbit", description="Let the camera circle the room slowly", default=True)
    engine: EnumProperty(
        name="Engine",
        items=(
            ("CYCLES", "Cycles", "Runs everywhere, also without a screen or a graphics card"),
            ("EEVEE", "EEVEE", "Fast on a graphics card"),
        ),
        default="CYCLES",
    )
    render: BoolProperty(
        name="Render", description="Render now; off: only set the scene up for it", default=True, options={"SKIP_SAVE"}
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        settings = context.scene.latent
        self.orbit = settings.orbit
        self.filepath = self.filepath or settings.video_path
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: bpy.types.Context) -> set[str]:
        shot = filming.Shot(
            path=bpy.path.abspath(self.filepath or context.scene.latent.video_path),
            seconds=self.seconds,
            width=self.width,
            height=self.height,
            fps=self.fps,
            orbit=self.orbit,
            engine=self.engine,
        )
        try:
            filming.prepare(active_cloud(context), context, shot)
            if self.render and bpy.app.background:
                filming.render(context, shot)
            elif self.render:
                filming.start(context, shot)
        except LatentError as error:
            self.report({"ERROR"}, error.sentence)
            return {"CANCELLED"}
        self.report({"INFO"}, f"The video goes to {shot.path}" if self.render else "The scene is ready to render")
        return {"FINISHED"}
