"""One operator a file, thin: read the context, call one function, report.

CLASSES is what enabling registers, in this order.
"""

from __future__ import annotations

from .accept_predictions import LATENT_OT_accept_predictions
from .advance import LATENT_OT_advance
from .apply_arrows import LATENT_OT_apply_arrows
from .apply_filter import LATENT_OT_apply_filter
from .apply_look import LATENT_OT_apply_look, LATENT_OT_true_colours
from .assign import (
    LATENT_OT_assign,
    LATENT_OT_assign_number,
    LATENT_OT_clear_labels,
    LATENT_OT_name_selection,
)
from .box_select import LATENT_OT_box_select
from .branch import LATENT_OT_branch
from .brush_select import LATENT_OT_brush_select
from .category import (
    LATENT_OT_category_delete,
    LATENT_OT_category_merge,
    LATENT_OT_category_move,
    LATENT_OT_category_new,
    LATENT_OT_category_rename,
)
from .category_shown import (
    LATENT_OT_category_hide,
    LATENT_OT_category_lock,
    LATENT_OT_category_select,
    LATENT_OT_category_solo,
    LATENT_OT_show_all_categories,
)
from .classify import LATENT_OT_classify
from .compare import LATENT_OT_compare_epoch, LATENT_OT_remove_trails, LATENT_OT_show_trails
from .curves import LATENT_OT_export_curves, LATENT_OT_read_curves
from .disk_limit import LATENT_OT_disk_limit
from .drop_dataset import LATENT_FH_dataset, LATENT_OT_drop_dataset
from .export import LATENT_OT_cancel_errand, LATENT_OT_export
from .find import LATENT_OT_find_data, LATENT_OT_find_run, LATENT_OT_open_run_folder
from .fly import LATENT_OT_fly
from .go_to_sample import LATENT_OT_go_to_disagreement, LATENT_OT_go_to_sample
from .go_to_suggestion import LATENT_OT_go_to_suggestion
from .history import LATENT_OT_show_history, LATENT_OT_show_live
from .hover import GIZMOS, LATENT_OT_play_sample, LATENT_OT_put_card_away
from .import_labels import LATENT_OT_import_labels
from .label_undo import LATENT_OT_label_undo
from .lasso import LATENT_OT_lasso_select
from .measure_forces import LATENT_OT_measure_forces
from .open_dataset import LATENT_OT_open_dataset
from .open_log import LATENT_OT_open_log
from .open_recent import LATENT_OT_open_recent
from .open_sample import LATENT_OT_open_sample
from .render_video import (
    LATENT_OT_cancel_video,
    LATENT_OT_preview_video,
    LATENT_OT_render_video,
    LATENT_OT_resume_video,
)
from .save_checkpoint import LATENT_OT_save_checkpoint
from .select_doubted import LATENT_OT_select_doubted
from .select_none import LATENT_OT_select_none
from .selections import (
    LATENT_OT_export_selection,
    LATENT_OT_selection_choose,
    LATENT_OT_selection_remove,
    LATENT_OT_selection_save,
)
from .settle_labels import LATENT_OT_settle_labels
from .setup_trainer import LATENT_OT_check_python, LATENT_OT_copy_setup, LATENT_OT_setup_trainer
from .take_run import LATENT_OT_take_run
from .train import LATENT_OT_pause, LATENT_OT_stop, LATENT_OT_train
from .trust import LATENT_OT_distrust_encoder, LATENT_OT_trust_encoder
from .xr_gesture import LATENT_OT_xr_gesture
from .xr_hand import (
    LATENT_OT_xr_again,
    LATENT_OT_xr_recentre,
    LATENT_OT_xr_scale,
    LATENT_OT_xr_stick,
    LATENT_OT_xr_undo,
)
from .xr_palette import LATENT_OT_xr_palette
from .xr_record import LATENT_OT_xr_record
from .xr_start import LATENT_OT_xr_start

CLASSES: tuple[type, ...] = (
    LATENT_OT_open_dataset,
    LATENT_OT_open_recent,
    LATENT_OT_drop_dataset,
    LATENT_FH_dataset,
    LATENT_OT_train,
    LATENT_OT_pause,
    LATENT_OT_stop,
    LATENT_OT_advance,
    LATENT_OT_branch,
    LATENT_OT_measure_forces,
    LATENT_OT_apply_arrows,
    LATENT_OT_read_curves,
    LATENT_OT_export_curves,
    LATENT_OT_lasso_select,
    LATENT_OT_box_select,
    LATENT_OT_brush_select,
    LATENT_OT_select_none,
    LATENT_OT_selection_save,
    LATENT_OT_selection_choose,
    LATENT_OT_selection_remove,
    LATENT_OT_export_selection,
    LATENT_OT_assign,
    LATENT_OT_assign_number,
    LATENT_OT_name_selection,
    LATENT_OT_clear_labels,
    LATENT_OT_category_new,
    LATENT_OT_category_rename,
    LATENT_OT_category_merge,
    LATENT_OT_category_delete,
    LATENT_OT_category_move,
    LATENT_OT_category_hide,
    LATENT_OT_category_solo,
    LATENT_OT_category_lock,
    LATENT_OT_category_select,
    LATENT_OT_show_all_categories,
    LATENT_OT_label_undo,
    LATENT_OT_accept_predictions,
    LATENT_OT_select_doubted,
    LATENT_OT_go_to_suggestion,
    LATENT_OT_go_to_sample,
    LATENT_OT_go_to_disagreement,
    LATENT_OT_fly,
    LATENT_OT_apply_look,
    LATENT_OT_apply_filter,
    LATENT_OT_true_colours,
    LATENT_OT_play_sample,
    LATENT_OT_put_card_away,
    *GIZMOS,
    LATENT_OT_show_history,
    LATENT_OT_show_live,
    LATENT_OT_disk_limit,
    LATENT_OT_show_trails,
    LATENT_OT_compare_epoch,
    LATENT_OT_remove_trails,
    LATENT_OT_render_video,
    LATENT_OT_resume_video,
    LATENT_OT_preview_video,
    LATENT_OT_cancel_video,
    LATENT_OT_save_checkpoint,
    LATENT_OT_settle_labels,
    LATENT_OT_take_run,
    LATENT_OT_open_log,
    LATENT_OT_find_data,
    LATENT_OT_find_run,
    LATENT_OT_open_run_folder,
    LATENT_OT_open_sample,
    LATENT_OT_export,
    LATENT_OT_cancel_errand,
    LATENT_OT_import_labels,
    LATENT_OT_classify,
    LATENT_OT_setup_trainer,
    LATENT_OT_copy_setup,
    LATENT_OT_check_python,
    LATENT_OT_trust_encoder,
    LATENT_OT_distrust_encoder,
    LATENT_OT_xr_start,
    LATENT_OT_xr_gesture,
    LATENT_OT_xr_stick,
    LATENT_OT_xr_scale,
    LATENT_OT_xr_again,
    LATENT_OT_xr_undo,
    LATENT_OT_xr_recentre,
    LATENT_OT_xr_palette,
    LATENT_OT_xr_record,
)
