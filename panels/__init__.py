"""The sidebar: draw() only. Panels read properties and call operators by their bl_idname; they walk no data."""

from __future__ import annotations

from .arrows import LATENT_PT_arrows
from .categories import (
    LATENT_MT_assign_more,
    LATENT_MT_assign_pie,
    LATENT_PT_categories,
    LATENT_PT_name,
    LATENT_UL_categories,
)
from .curves import LATENT_PT_curves
from .data import LATENT_PT_data
from .look import LATENT_PT_look
from .menus import LATENT_MT_recent
from .predictions import LATENT_PT_predictions
from .results import LATENT_PT_results
from .selection import LATENT_PT_selection, LATENT_UL_selections
from .time import LATENT_PT_time, LATENT_PT_video
from .train import LATENT_PT_forces, LATENT_PT_measured, LATENT_PT_train
from .vr import LATENT_PT_vr

CLASSES: tuple[type, ...] = (
    LATENT_UL_categories,
    LATENT_UL_selections,
    LATENT_MT_assign_pie,
    LATENT_MT_assign_more,
    LATENT_MT_recent,
    LATENT_PT_name,
    LATENT_PT_data,
    LATENT_PT_categories,
    LATENT_PT_selection,
    LATENT_PT_predictions,
    LATENT_PT_train,
    LATENT_PT_forces,
    LATENT_PT_arrows,
    LATENT_PT_measured,
    LATENT_PT_curves,
    LATENT_PT_look,
    LATENT_PT_time,
    LATENT_PT_video,
    LATENT_PT_vr,
    LATENT_PT_results,
)
