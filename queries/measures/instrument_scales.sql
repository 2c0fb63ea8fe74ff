-- name: instrument_scales
-- purpose: The scales of the instruments in use, with their legal range, in registry order.
-- grain: one row per (instrument_id, scale)
-- reads: case_forms, registry_instruments, registry_scales
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   instrument_id      VARCHAR   not null
--   instrument_name    VARCHAR   not null
--   instrument_family  VARCHAR   not null
--   scale              VARCHAR   not null
--   scale_minimum      DOUBLE    not null, lowest legal score
--   scale_maximum      DOUBLE    not null, highest legal score; a perfect form
--   is_true_zero       BOOLEAN   not null, the scale has a neutral middle at 0
--   instrument_no      INTEGER   not null, registry order
--   scale_no           INTEGER   not null, registry order within the instrument
-- order: instrument_no, scale_no
with

used_instruments as (

    select distinct case_forms.instrument_id
    from case_forms
    where
        (
            cast($scope_case_ids as varchar[]) is null
            or case_forms.case_id in (select unnest(cast($scope_case_ids as varchar[])))
        )

)

select
    instruments.instrument_id,
    instruments.instrument_name,
    instruments.instrument_family,
    scales.scale,
    scales.minimum as scale_minimum,
    scales.maximum as scale_maximum,
    instruments.is_true_zero,
    instruments.instrument_no,
    scales.scale_no
from used_instruments
inner join registry_instruments as instruments
    on used_instruments.instrument_id = instruments.instrument_id
inner join registry_scales as scales
    on used_instruments.instrument_id = scales.instrument_id
order by instruments.instrument_no, scales.scale_no
