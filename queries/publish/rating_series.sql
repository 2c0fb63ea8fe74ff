-- name: rating_series
-- purpose: The ratings of each heatmap row on each scale, in the order of the sessions: what every
--   signal is computed from.
-- grain: one row per (case_id, row_key, scale, session_id)
-- reads: cells, form_rows, registry_families, registry_instruments, registry_scales
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
--   scale_maximum     DOUBLE   not null, points
--   is_perfect        BOOLEAN  not null, the highest legal score
--   is_latest         BOOLEAN  not null, the last of the series
--   series_no         INTEGER  not null, of the row and scale, as in row_scales
--   previous_score    DOUBLE   points, the rating before in the series; null for the first
-- order: case_id, row_key, scale, session_id
with

ratings as (

    select
        cells.case_id,
        cells.row_key,
        cells.scale,
        cells.instrument_id,
        cells.session_id,
        cells.session_no,
        cells.series_no,
        cells.score,
        row_number() over in_order as rating_no,
        lag(cells.score) over in_order as previous_score,
        lead(cells.score) over in_order is null as is_latest
    from cells
    inner join registry_instruments as instruments
        on cells.instrument_id = instruments.instrument_id
    where
        instruments.kind = 'alliance'
        and cells.score is not null
        and cells.is_interpretable
    window in_order as (partition by cells.series_no order by cells.session_no, cells.session_id)

)

select
    ratings.case_id,
    ratings.row_key,
    ratings.scale,
    ratings.session_id,
    ratings.session_no,
    cast(ratings.rating_no as integer) as rating_no,
    form_rows.target_member_id as member_id,
    form_rows.rater_id,
    form_rows.perspective,
    form_rows.member_role,
    form_rows.instrument_id,
    form_rows.instrument_family,
    ratings.scale = families.default_scale as is_default_scale,
    form_rows.is_member_rating,
    ratings.score,
    scales.maximum as scale_maximum,
    ratings.score >= scales.maximum as is_perfect,
    ratings.is_latest,
    ratings.series_no,
    ratings.previous_score
from ratings
inner join form_rows on ratings.case_id = form_rows.case_id and ratings.row_key = form_rows.row_key
inner join registry_scales as scales
    on ratings.instrument_id = scales.instrument_id and ratings.scale = scales.scale
inner join registry_families as families
    on form_rows.instrument_family = families.instrument_family
order by ratings.case_id, ratings.row_key, ratings.scale, ratings.session_id
