-- name: display_limits
-- purpose: Where the six display steps of an instrument and scale begin; frozen at their first
--   publish.
-- grain: one row per (instrument_id, scale)
-- reads: case_forms, form_scores, frozen_limits, registry_instruments, registry_scales
-- params:
-- columns:
--   instrument_id     VARCHAR  not null
--   scale             VARCHAR  not null
--   lower_limit       DOUBLE   not null, points; the range that is cut into six begins here
--   limit_2           DOUBLE   not null, points, lowest score of step 2; step 1 is open below
--   limit_3           DOUBLE   not null
--   limit_4           DOUBLE   not null
--   limit_5           DOUBLE   not null
--   limit_6           DOUBLE   not null
--   scale_minimum     DOUBLE   not null, lowest legal score
--   scale_maximum     DOUBLE   not null, highest legal score; a perfect form
--   is_reversed       BOOLEAN  not null, lower is better: limits count from the mirrored score
--   form_count        INTEGER  not null, forms with a score when the limits were set
--   origin            VARCHAR  not null, service or legal_minimum
-- order: instrument_id, scale
with

mirrored_scores as (

    select
        case_forms.instrument_id,
        form_scores.scale,
        case
            when instruments.direction = 'lower_is_better'
                then scales.minimum + scales.maximum - form_scores.score
            else form_scores.score
        end as score
    from form_scores
    inner join case_forms on form_scores.form_id = case_forms.form_id
    inner join registry_instruments as instruments
        on case_forms.instrument_id = instruments.instrument_id
    inner join registry_scales as scales
        on
            case_forms.instrument_id = scales.instrument_id
            and form_scores.scale = scales.scale
    where form_scores.score is not null and not instruments.is_true_zero

),

counted as (

    select
        instrument_id,
        scale,
        count(*) as form_count,
        quantile_cont(score, 0.02) as second_percentile
    from mirrored_scores
    group by instrument_id, scale

),

lower_limits as (

    select
        scales.instrument_id,
        scales.scale,
        scales.minimum as scale_minimum,
        scales.maximum as scale_maximum,
        instruments.direction = 'lower_is_better' as is_reversed,
        coalesce(frozen.form_count, counted.form_count) as form_count,
        coalesce(
            frozen.origin,
            if(counted.form_count < 200, 'legal_minimum', 'service')
        ) as origin,
        case
            when frozen.lower_limit is not null then frozen.lower_limit
            when counted.form_count < 200 then scales.minimum
            else
                greatest(
                    scales.minimum,
                    least(round(counted.second_percentile * 2) / 2, scales.maximum - 3)
                )
        end as lower_limit
    from counted
    inner join registry_scales as scales
        on counted.instrument_id = scales.instrument_id and counted.scale = scales.scale
    inner join registry_instruments as instruments
        on counted.instrument_id = instruments.instrument_id
    left join frozen_limits as frozen
        on counted.instrument_id = frozen.instrument_id and counted.scale = frozen.scale

),

step_widths as (

    select
        lower_limits.instrument_id,
        lower_limits.scale,
        lower_limits.scale_minimum,
        lower_limits.scale_maximum,
        lower_limits.is_reversed,
        lower_limits.form_count,
        lower_limits.origin,
        lower_limits.lower_limit,
        (lower_limits.scale_maximum - lower_limits.lower_limit) / 6 as width,
        -- Half points would make two limits one where the whole range is under three points.
        if(lower_limits.scale_maximum - lower_limits.lower_limit < 3, 1000, 2) as parts
    from lower_limits

)

select
    instrument_id,
    scale,
    cast(lower_limit as double) as lower_limit,
    cast(round((lower_limit + width) * parts) / parts as double) as limit_2,
    cast(round((lower_limit + 2 * width) * parts) / parts as double) as limit_3,
    cast(round((lower_limit + 3 * width) * parts) / parts as double) as limit_4,
    cast(round((lower_limit + 4 * width) * parts) / parts as double) as limit_5,
    cast(round((lower_limit + 5 * width) * parts) / parts as double) as limit_6,
    cast(scale_minimum as double) as scale_minimum,
    cast(scale_maximum as double) as scale_maximum,
    is_reversed,
    cast(form_count as integer) as form_count,
    origin
from step_widths
order by instrument_id, scale
