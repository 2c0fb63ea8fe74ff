-- name: perfect_forms_by_instrument
-- purpose: What share of the forms of each instrument is perfect and so carries no information.
-- grain: one row per (instrument_id)
-- reads: rating_series, registry_rules, scale_spreads
-- params:
--   $scope_case_ids    VARCHAR[] rows only where it is null: the share is that of the service
-- columns:
--   instrument_id      VARCHAR   not null
--   scale              VARCHAR   not null, the default one
--   rating_count       INTEGER   not null, ratings by or about members
--   perfect_count      INTEGER   not null, of them at the highest legal score
--   perfect_share      DOUBLE    not null, 0 to 1
--   is_warned          BOOLEAN   not null, above the share from which the screen warns
-- order: instrument_id
with

default_scales as (

    select distinct
        instrument_id,
        scale
    from rating_series
    where is_default_scale

)

select
    spreads.instrument_id,
    spreads.scale,
    spreads.rating_count,
    spreads.perfect_count,
    spreads.perfect_count / spreads.rating_count as perfect_share,
    spreads.perfect_count / spreads.rating_count > rules.ceiling_warning_share as is_warned
from scale_spreads as spreads
inner join default_scales
    on spreads.instrument_id = default_scales.instrument_id and spreads.scale = default_scales.scale
cross join registry_rules as rules
where cast($scope_case_ids as varchar[]) is null and spreads.rating_count > 0
order by spreads.instrument_id
