-- name: rating_series
-- purpose: The ratings of each heatmap row on each scale, in the order of the sessions: what every
--   signal is computed from.
-- grain: one row per (case_id, row_key, scale, session_id)
-- reads: numbered_ratings, rated_series
-- kept: as a view
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null
--   rating_no         INTEGER  not null, 1 for the first of the series
--   member_id         VARCHAR  null when the form is about the whole family
--   rater_id          VARCHAR  null when not known
--   perspective       VARCHAR  not null, self, therapist or observer
--   member_role       VARCHAR  role of the target, null for the whole family
--   instrument_id     VARCHAR  not null, of kind alliance
--   instrument_family VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   is_member_rating  BOOLEAN  not null, a member's own, else one about a member
--   score             DOUBLE   not null, raw points; manufactured components are left out
--   is_perfect        BOOLEAN  not null, the highest legal score
--   is_latest         BOOLEAN  not null, the last of the series
--   series_no         INTEGER  not null, of the row and scale, as in row_scales
--   previous_score    DOUBLE   points, the rating before in the series; null for the first
-- order: case_id, row_key, scale, session_id
select
    series.case_id,
    series.row_key,
    series.scale,
    ratings.session_id,
    ratings.session_no,
    ratings.rating_no,
    series.member_id,
    series.rater_id,
    series.perspective,
    series.member_role,
    series.instrument_id,
    series.instrument_family,
    series.is_default_scale,
    series.is_member_rating,
    ratings.score,
    ratings.is_perfect,
    ratings.is_latest,
    ratings.series_no,
    ratings.previous_score
from numbered_ratings as ratings
inner join rated_series as series on ratings.series_no = series.series_no
