-- name: cell_counts
-- purpose: How many cells the heatmaps of each case hold, to decide which set a browser is sent.
-- grain: one row per (case_id)
-- reads: case_facts, cells
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   family_id          VARCHAR   not null
--   cell_count         INTEGER   not null
-- order: case_id
with

counted as (

    select
        case_id,
        count(*) as cell_count
    from cells
    group by case_id

)

select
    case_facts.case_id,
    case_facts.family_id,
    cast(coalesce(counted.cell_count, 0) as integer) as cell_count
from case_facts
left join counted on case_facts.case_id = counted.case_id
where
    (
        cast($scope_case_ids as varchar[]) is null
        or case_facts.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by case_facts.case_id
