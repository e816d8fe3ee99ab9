"""Loss terms, one a file, each with its formula and source. TERMS names what the engine sums and the user can weigh."""

from __future__ import annotations

from .cauchy import log_similarity
from .neighbours import neighbours_loss
from .p_head import p_head_loss
from .room import room_loss, walls_loss
from .stay_near import stay_near_loss
from .supervised import Pull, attract_and_repel, contrast

TERMS = ("attract", "repel", "neighbours", "p_head", "room", "stay_near")

__all__ = [
    "TERMS",
    "Pull",
    "attract_and_repel",
    "contrast",
    "log_similarity",
    "neighbours_loss",
    "p_head_loss",
    "room_loss",
    "stay_near_loss",
    "walls_loss",
]
