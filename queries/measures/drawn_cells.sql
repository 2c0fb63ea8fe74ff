-- name: drawn_cells
-- purpose: What pictures and sentences need of each cell, and nothing its row or session says.
-- grain: one row per (case_id, session_id, row_key, scale)
-- reads: cells
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   session_id         VARCHAR   not null
--   session_no         INTEGER   not null, from 1
--   row_key            VARCHAR   not null, stable key of target, rater, perspective and instrument
--   target_member_id   VARCHAR   null for the whole family
--   instrument_id      VARCHAR   not null
--   instrument_family  VARCHAR   not null
--   scale              VARCHAR   not null
--   score              DOUBLE    raw points, null unless every item of the scale is there
--   state              VARCHAR   not null, complete where there is a score, else why not
--   step               INTEGER   1 to 6, 7 = perfect form; null without a score or with a true zero
--   is_true_zero       BOOLEAN   not null, the scale has a neutral middle at 0
--   is_interpretable   BOOLEAN   not null, false: parts of a split total or of equal answers
-- order: case_id, session_id, row_key, scale
select
    cells.case_id,
    cells.session_id,
    cells.session_no,
    cells.row_key,
    cells.target_member_id,
    cells.instrument_id,
    cells.instrument_family,
    cells.scale,
    cells.score,
    cells.state,
    cells.step,
    cells.is_true_zero,
    cells.is_interpretable
from cells
where
    (
        cast($scope_case_ids as varchar[]) is null
        or cells.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by cells.case_id, cells.session_id, cells.row_key, cells.scale
