-- name: session_scores
-- purpose: How many forms of a session have a score on each scale, with the ends of its ratings.
-- grain: one row per (case_id, session_no, instrument_family, scale)
-- reads: cells
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   session_no         INTEGER   not null, from 1
--   instrument_family  VARCHAR   not null
--   scale              VARCHAR   not null
--   form_count         INTEGER   not null, from 1; forms with a score, whoever filled them in
--   lowest_score       DOUBLE    raw points, of ratings by members; null when nobody rated
--   highest_score      DOUBLE    raw points, likewise
--   is_true_zero       BOOLEAN   not null, the scale has a neutral middle at 0
-- order: case_id, session_no, instrument_family, scale
select
    cells.case_id,
    cells.session_no,
    cells.instrument_family,
    cells.scale,
    cast(count(*) as integer) as form_count,
    min(cells.score) filter (where cells.is_member_rating) as lowest_score,
    max(cells.score) filter (where cells.is_member_rating) as highest_score,
    bool_or(cells.is_true_zero) as is_true_zero
from cells
where
    cells.score is not null
    and (
        cast($scope_case_ids as varchar[]) is null
        or cells.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
group by cells.case_id, cells.session_no, cells.instrument_family, cells.scale
order by cells.case_id, cells.session_no, cells.instrument_family, cells.scale
