"""How a cloud is looked at, as it is saved in the .blend. A change is applied at once, by the operator latent.apply_look."""

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

COLOUR_ITEMS = (
    ("GUESSES", "Labels and Guesses", "Labels in their category's colour, guesses paler, the surer the stronger"),
    ("CATEGORY", "Category", "Labels alone"),
    ("PREDICTION", "Prediction", "What the model takes each point for, labelled or not"),
    ("CONFIDENCE", "Confidence", "How sure the model is of its prediction"),
    ("DISAGREEMENT", "Where They Disagree", "Labels that the model doubts stand out: mistakes, or hard cases"),
    ("NOVELTY", "Novelty", "How unlike everything with a name: where a category may be missing"),
    ("MARGIN", "Margin", "How far the best guess is above the second: where a label says most, it is small"),
    ("LOSS", "Loss", "How badly each labelled point sits among its own category"),
    ("COLUMN", "Column", "A column of the data"),
)
SHAPE_ITEMS = (
    ("SPHERES", "Spheres", "Round points"),
    ("PICTURES", "Cubes", "Cubes with the sample's own picture on their faces"),
    ("CARDS", "Cards", "The sample's own picture, turned to the eye"),
    ("POINTS", "Points", "The quickest: round points without a mesh"),
)


SHOW_ITEMS = (
    ("ALL", "All", "Every point"),
    ("UNLABELLED", "Unlabelled", "Points that nobody named yet"),
    ("LABELLED", "Labelled", "Points that somebody named"),
    ("DISAGREEING", "Disagreeing", "Labels that the model doubts"),
)
FILTER_ITEMS = (
    ("NONE", "Any Value", "No number is asked for"),
    *(item for item in COLOUR_ITEMS if item[0] in ("CONFIDENCE", "NOVELTY", "MARGIN", "LOSS", "COLUMN")),
)


def apply(self: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """Show what was just set."""
    bpy.ops.latent.apply_look(cloud=self.id_data.name)


def apply_filter(self: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """Hide what is to be left out now."""
    bpy.ops.latent.apply_filter(cloud=self.id_data.name)


class LatentLook(bpy.types.PropertyGroup):
    """What the points of a cloud show, and how large and in what shape they are drawn."""

    colour_by: EnumProperty(
        name="Colour By", description="What the points' colours say", items=COLOUR_ITEMS, default="GUESSES", update=apply
    )
    column: StringProperty(
        name="Column", description="The column of the data that colours the points", update=apply
    )
    column_held: StringProperty(name="Column Held", description="The column whose values the points hold")
    column_names: StringProperty(name="Column Values", description="What the numbers of a column of texts stand for, one a line")
    low: FloatProperty(name="Lowest", description="The value that the lowest colour stands for")
    high: FloatProperty(name="Highest", description="The value that the highest colour stands for", default=1.0)
    point_size: FloatProperty(
        name="Size", description="The radius of a point, in the room's units", default=0.26, min=0.005, soft_max=1.0,
        max=10.0, update=apply,
    )  # fmt: skip
    shape: EnumProperty(name="Shape", description="What stands at each sample", items=SHAPE_ITEMS, update=apply)
    points_above: IntProperty(
        name="Points Above",
        description="A larger cloud is drawn as points, whatever the shape, so that it stays quick",
        default=20_000,
        min=0,
        update=apply,
    )
    category_shapes: BoolProperty(
        name="Shapes",
        description="Give labelled points the shape of their category as well as its colour, for eyes that do not tell all colours "
        "apart. Where points are small they stay round; a cloud that shows pictures keeps them",
        update=apply,
    )
    legend: BoolProperty(
        name="Legend", description="Say in the viewport what the colours stand for", default=True, update=apply
    )
    hover: BoolProperty(
        name="Card Under the Mouse",
        description="Show the sample under the mouse: its picture or words, label, prediction and nearest label. Esc puts it away",
        default=True,
    )
    play_on_hover: BoolProperty(
        name="Play under the Mouse", description="Play a sound when the mouse comes to its point; the key P plays it at any time"
    )
    show_only: EnumProperty(
        name="Show",
        description="Hide the other points: they are not drawn, and no loop takes them",
        items=SHOW_ITEMS,
        update=apply_filter,
    )
    filter_by: EnumProperty(
        name="Filter By", description="Show the points of a range of this alone", items=FILTER_ITEMS, update=apply_filter
    )
    filter_from: FloatProperty(name="From", description="The lowest value that is shown", update=apply_filter)
    filter_to: FloatProperty(name="To", description="The highest value that is shown", default=1.0, update=apply_filter)
    filter_value: StringProperty(
        name="Holds", description="The values of the column that hold this are shown", update=apply_filter
    )
    filter_held: StringProperty(name="Filter Held", description="What From and To are a range of")
