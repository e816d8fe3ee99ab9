"""Look where the trainer points."""

import bpy
from bpy.props import EnumProperty

from ..core.errors import LatentError
from ..live import blocking, looking, session
from ..properties import active_cloud, words
from .polls import has_cloud, has_trainer


class LATENT_OT_go_to_suggestion(bpy.types.Operator):
    bl_idname = "latent.go_to_suggestion"
    bl_label = "Go to Suggestion"
    bl_description = "Turn the view to a place that is worth a loop or a look; selects nothing"

    kind: EnumProperty(
        name="Kind",
        description="Which place",
        items=(
            ("NEXT", "Next", "The next one of the list"),
            ("CORE", "Unnamed Group", "Where the largest group that no label explains lies closest"),
            ("UNCERTAIN", "Least Sure", "Where the best two guesses are closest"),
            ("NOVEL", "Most Novel", "What lies farthest from everything with a name"),
        ),
        default="NEXT",
    )

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context) and has_trainer(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        trainer = session.running()
        try:
            if bpy.app.background or not trainer.places:
                looking.ask(trainer)
                blocking.wait_until(trainer, context, lambda: not trainer.looking, "a suggestion", 60.0)
            place = looking.choose(trainer, self.kind)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        looking.go(active_cloud(context), place, context)
        self.report({"INFO"}, place.sentence)
        return {"FINISHED"}
