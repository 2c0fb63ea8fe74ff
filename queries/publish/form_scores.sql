-- name: form_scores
-- purpose: Score of every filled-in form on each of its scales; no prorating of missing items.
-- grain: one row per (form_id, scale)
-- reads: native_forms, native_item_scores, native_ratings, registry_instruments,
--   registry_scale_items, registry_scales
-- params:
-- columns:
--   form_id           VARCHAR  not null
--   scale             VARCHAR  not null
--   score             DOUBLE   raw points, null when any item of the scale is missing
--   score_source      VARCHAR  not null, items or ratings
-- order: form_id, scale
with

filled_forms as (

    select
        forms.form_id,
        forms.instrument_id,
        instruments.scoring
    from native_forms as forms
    inner join registry_instruments as instruments
        on forms.instrument_id = instruments.instrument_id
    where forms.state in ('complete', 'partial')

),

forms_with_items as (

    select distinct ratings.form_id
    from native_ratings as ratings
    inner join filled_forms on ratings.form_id = filled_forms.form_id
    inner join native_item_scores as items on ratings.form_id = items.form_id
    where filled_forms.scoring = 'items'

),

item_sums as (

    select
        items.form_id,
        filled_forms.instrument_id,
        scale_items.scale,
        count(*) as answered_count,
        sum(
            case
                when scale_items.is_reversed then scale_items.lowest_plus_highest - items.value
                else items.value
            end
        ) as item_sum
    from native_item_scores as items
    inner join filled_forms on items.form_id = filled_forms.form_id
    inner join registry_scale_items as scale_items
        on
            filled_forms.instrument_id = scale_items.instrument_id
            and items.item_no = scale_items.item_no
    where filled_forms.scoring = 'items'
    group by items.form_id, filled_forms.instrument_id, scale_items.scale

),

scores as (

    select
        item_sums.form_id,
        item_sums.scale,
        case
            when item_sums.answered_count = scales.item_count then round(item_sums.item_sum, 6)
        end as score,
        'items' as score_source
    from item_sums
    inner join registry_scales as scales
        on item_sums.instrument_id = scales.instrument_id and item_sums.scale = scales.scale

    union all

    select
        ratings.form_id,
        ratings.scale,
        ratings.score,
        'ratings' as score_source
    from native_ratings as ratings
    inner join filled_forms on ratings.form_id = filled_forms.form_id
    inner join registry_scales as scales
        on
            filled_forms.instrument_id = scales.instrument_id
            and ratings.scale = scales.scale
    left join forms_with_items on ratings.form_id = forms_with_items.form_id
    where forms_with_items.form_id is null

)

select
    form_id,
    scale,
    cast(score as double) as score,
    score_source
from scores
order by form_id, scale
