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
-- order: case_id, row_key, scale, session_id
select
    cells.case_id,
    cells.row_key,
    cells.scale,
    cells.session_id,
    cells.session_no,
    cast(
        row_number() over (
            partition by cells.case_id, cells.row_key, cells.scale
            order by cells.session_no, cells.session_id
        ) as integer
    ) as rating_no,
    cells.target_member_id as member_id,
    form_rows.rater_id,
    form_rows.perspective,
    form_rows.member_role,
    cells.instrument_id,
    cells.instrument_family,
    cells.scale = families.default_scale as is_default_scale,
    cells.is_member_rating,
    cells.score,
    scales.maximum as scale_maximum,
    cells.score >= scales.maximum as is_perfect,
    row_number() over (
        partition by cells.case_id, cells.row_key, cells.scale
        order by cells.session_no, cells.session_id
    ) = count(*) over (
        partition by cells.case_id, cells.row_key, cells.scale
    ) as is_latest
from cells
inner join form_rows on cells.case_id = form_rows.case_id and cells.row_key = form_rows.row_key
inner join registry_instruments as instruments
    on cells.instrument_id = instruments.instrument_id
inner join registry_scales as scales
    on cells.instrument_id = scales.instrument_id and cells.scale = scales.scale
inner join registry_families as families
    on cells.instrument_family = families.instrument_family
where
    instruments.kind = 'alliance'
    and cells.score is not null
    and cells.is_interpretable
order by cells.case_id, cells.row_key, cells.scale, cells.session_id
