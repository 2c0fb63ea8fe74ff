-- name: threats_by_quarter
-- purpose: How many threats of each type were coded in each quarter that has ended: all that is
--   told outside. A running quarter grows from week to week, and two files would show by whom.
-- grain: one row per (quarter_start_date, threat_type)
-- reads: generation, threat_periods
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   quarter_start_date DATE      not null, first day; a threat without a date is left out
--   threat_type        VARCHAR   not null
--   threat_count       INTEGER   not null, coded in that quarter
--   case_count         INTEGER   not null, cases in which they were
-- order: quarter_start_date, threat_type
select
    cast(date_trunc('quarter', periods.from_date) as date) as quarter_start_date,
    periods.threat_type,
    cast(count(*) as integer) as threat_count,
    cast(count(distinct periods.case_id) as integer) as case_count
from threat_periods as periods
cross join generation
where
    date_trunc('quarter', periods.from_date) + interval 3 month <= generation.as_of
    and (
        cast($scope_case_ids as varchar[]) is null
        or periods.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
group by quarter_start_date, periods.threat_type
order by quarter_start_date, threat_type
