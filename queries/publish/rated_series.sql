-- name: rated_series
-- purpose: What all ratings of one heatmap row on one scale have in common, for instruments of kind
--   alliance.
-- grain: one row per (series_no)
-- reads: form_rows, registry_families, registry_instruments, registry_scales, row_scales
-- params:
-- columns:
--   series_no         INTEGER  not null, of the row and scale, as in row_scales
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   member_id         VARCHAR  null when the form is about the whole family
--   rater_id          VARCHAR  null when not known
--   perspective       VARCHAR  not null, self, therapist or observer
--   member_role       VARCHAR  role of the target, null for the whole family
--   instrument_id     VARCHAR  not null, of kind alliance
--   instrument_family VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   is_member_rating  BOOLEAN  not null, a member's own, else one about a member
--   scale_maximum     DOUBLE   not null, points
--   observer_id       VARCHAR  not null, empty for own forms and for an observer not known
--   group_no          INTEGER  not null, one number for case, instrument, scale and observer
-- order: series_no
with

series as (

    select
        row_scales.series_no,
        row_scales.case_id,
        row_scales.row_key,
        row_scales.scale,
        form_rows.target_member_id as member_id,
        form_rows.rater_id,
        form_rows.perspective,
        form_rows.member_role,
        form_rows.instrument_id,
        form_rows.instrument_family,
        row_scales.scale = families.default_scale as is_default_scale,
        form_rows.is_member_rating,
        scales.maximum as scale_maximum,
        if(form_rows.perspective = 'self', '', coalesce(form_rows.rater_id, '')) as observer_id
    from row_scales
    inner join form_rows
        on row_scales.case_id = form_rows.case_id and row_scales.row_key = form_rows.row_key
    inner join registry_instruments as instruments
        on form_rows.instrument_id = instruments.instrument_id
    inner join registry_scales as scales
        on form_rows.instrument_id = scales.instrument_id and row_scales.scale = scales.scale
    inner join registry_families as families
        on form_rows.instrument_family = families.instrument_family
    where instruments.kind = 'alliance'

)

select
    series_no,
    case_id,
    row_key,
    scale,
    member_id,
    rater_id,
    perspective,
    member_role,
    instrument_id,
    instrument_family,
    is_default_scale,
    is_member_rating,
    scale_maximum,
    observer_id,
    cast(
        dense_rank() over (order by case_id, instrument_id, scale, observer_id) as integer
    ) as group_no
from series
order by series_no
