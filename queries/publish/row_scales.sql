-- name: row_scales
-- purpose: The scales that each heatmap row shows: those meant for its target, and any it was rated
--   on.
-- grain: one row per (case_id, row_key, scale)
-- reads: case_forms, form_rows, form_scores, registry_scales
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   is_component      BOOLEAN  not null, one part of a total that the instrument also has
--   series_no         INTEGER  not null, from 1 in this order: one number for all three
-- order: case_id, row_key, scale
with

instrument_targets as (

    select
        instrument_id,
        bool_or(target = 'family') as has_family_scale,
        bool_or(scale = 'total') as has_total
    from registry_scales
    group by instrument_id

),

shown_scales as (

    select
        form_rows.case_id,
        form_rows.row_key,
        form_rows.instrument_id,
        scales.scale
    from form_rows
    inner join registry_scales as scales on form_rows.instrument_id = scales.instrument_id
    inner join instrument_targets as targets
        on form_rows.instrument_id = targets.instrument_id
    where
        not targets.has_family_scale
        or scales.target = if(form_rows.target_member_id is null, 'family', 'member')

    union

    select
        case_forms.case_id,
        case_forms.row_key,
        case_forms.instrument_id,
        form_scores.scale
    from case_forms
    inner join instrument_targets as targets
        on case_forms.instrument_id = targets.instrument_id
    inner join form_scores on case_forms.form_id = form_scores.form_id
    where targets.has_family_scale

)

select
    shown_scales.case_id,
    shown_scales.row_key,
    shown_scales.scale,
    targets.has_total and shown_scales.scale != 'total' as is_component,
    cast(
        row_number() over (
            order by shown_scales.case_id, shown_scales.row_key, shown_scales.scale
        ) as integer
    ) as series_no
from shown_scales
inner join instrument_targets as targets
    on shown_scales.instrument_id = targets.instrument_id
order by shown_scales.case_id, shown_scales.row_key, shown_scales.scale
