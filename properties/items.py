"""What can be chosen where several properties or operators offer the same choice."""

DEPTH_ITEMS = (
    ("ALL", "All", "Everything inside the loop, however deep, also what lies hidden behind other points"),
    ("SEEN", "Seen", "Only points that no nearer point covers from here: what is behind them stays as it is"),
    ("RANGE", "Range", "Points inside the loop between a near and a far distance; points outside this slab are shown grey"),
)
RELATIVE = {"PATH_SUPPORTS_BLEND_RELATIVE"}
"""Of path properties that may begin with //, the folder of the .blend."""
MODE_ITEMS = (
    ("REPLACE", "Set", "The loop becomes the selection", "SELECT_SET", 0),
    ("ADD", "Extend", "Add the loop to the selection", "SELECT_EXTEND", 1),
    ("SUBTRACT", "Subtract", "Take the loop out of the selection", "SELECT_SUBTRACT", 2),
    ("TOGGLE", "Difference", "Turn the selection over inside the loop", "SELECT_DIFFERENCE", 3),
)
CURVE_ITEMS = (
    ("LOSSES", "Losses", "The terms of the loss, before their weights: what pulls harder or weaker than before"),
    ("AGREEMENT", "Fit", "Agreement: labels whose nearest labelled neighbour says the same. Fill: how evenly the room is used"),
    ("LABELS", "Labels", "How many points carry a label"),
    ("GRADIENTS", "Gradients", "Each layer's gradient norm, where forces were measured: a layer that learns nothing is flat"),
)
LAYER_ITEMS = (
    ("z", "Room", "Where the model puts each sample: the room itself"),
    ("p", "p", "Where neighbours and guesses live: 32 dimensions, reduced to three"),
    ("h", "h", "What the model makes of a sample first: 128 dimensions, reduced to three"),
)
