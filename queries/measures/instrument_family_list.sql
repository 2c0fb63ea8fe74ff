-- name: instrument_family_list
-- purpose: The instruments in use, families of instruments shown together, with their scales.
-- grain: one row per (instrument_family)
-- reads: case_forms, registry_families
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   instrument_family  VARCHAR   not null
--   family_name        VARCHAR   not null
--   kind               VARCHAR   not null, alliance, outcome or session_item
--   form_count         INTEGER   not null, forms filled in or missed
--   scales             VARCHAR[] not null, in registry order; empty where scoring is refused
--   default_scale      VARCHAR   shown first, null where scoring is refused
--   family_no          INTEGER   not null, registry order
-- order: family_no
with

counted as (

    select
        instrument_family,
        count(*) as form_count
    from case_forms
    where
        (
            cast($scope_case_ids as varchar[]) is null
            or case_id in (select unnest(cast($scope_case_ids as varchar[])))
        )
    group by instrument_family

)

select
    families.instrument_family,
    families.family_name,
    families.kind,
    cast(counted.form_count as integer) as form_count,
    families.scales,
    families.default_scale,
    families.family_no
from registry_families as families
inner join counted on families.instrument_family = counted.instrument_family
order by families.family_no
