-- name: display_steps
-- purpose: Where each display step begins and ends, for the key of a picture.
-- grain: one row per (instrument_id, scale, step)
-- reads: display_limits
-- params:
-- columns:
--   instrument_id      VARCHAR   not null
--   scale              VARCHAR   not null
--   step               INTEGER   not null, 1 to 6
--   lower_bound        DOUBLE    points, counted in; null for step 1, which is open below
--   upper_bound        DOUBLE    not null, points, not counted in
--   range_start        DOUBLE    not null, points, where the range that is cut into six begins
--   scale_minimum      DOUBLE    not null, lowest legal score
--   scale_maximum      DOUBLE    not null, a perfect form, of no step
--   is_reversed        BOOLEAN   not null, lower is better: bounds count from the mirrored score
--   form_count         INTEGER   not null, forms with a score when the limits were set
--   origin             VARCHAR   not null, service or legal_minimum
-- order: instrument_id, scale, step
with

bounds as (

    select
        instrument_id,
        scale,
        lower_limit,
        scale_minimum,
        scale_maximum,
        is_reversed,
        form_count,
        origin,
        [null, limit_2, limit_3, limit_4, limit_5, limit_6, scale_maximum] as step_limits,
        unnest([1, 2, 3, 4, 5, 6]) as step
    from display_limits

)

select
    instrument_id,
    scale,
    step,
    step_limits[step] as lower_bound,
    step_limits[step + 1] as upper_bound,
    lower_limit as range_start,
    scale_minimum,
    scale_maximum,
    is_reversed,
    form_count,
    origin
from bounds
order by instrument_id, scale, step
