-- name: threat_type_list
-- purpose: Types of threat that were coded, with how many threats and cases.
-- grain: one row per (threat_type)
-- reads: threat_periods
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   threat_type        VARCHAR   not null
--   threat_count       INTEGER   not null
--   case_count         INTEGER   not null
-- order: threat_type
select
    periods.threat_type,
    cast(count(*) as integer) as threat_count,
    cast(count(distinct periods.case_id) as integer) as case_count
from threat_periods as periods
where
    (
        cast($scope_case_ids as varchar[]) is null
        or periods.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
group by periods.threat_type
order by periods.threat_type
