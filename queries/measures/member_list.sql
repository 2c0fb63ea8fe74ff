-- name: member_list
-- purpose: Members of the families of the cases, with or without a form of their own.
-- grain: one row per (member_id)
-- reads: case_facts, family_members
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   member_id          VARCHAR   not null
--   family_id          VARCHAR   not null
--   role               VARCHAR   not null
--   role_number        INTEGER   not null, 1 and up where members share a role, else 0
--   age_band           VARCHAR   not null
--   index_client       BOOLEAN   not null
-- order: member_id
select
    members.member_id,
    members.family_id,
    members.role,
    members.role_number,
    members.age_band,
    members.index_client
from family_members as members
where
    members.family_id in (
        select cases.family_id
        from case_facts as cases
        where
            (
                cast($scope_case_ids as varchar[]) is null
                or cases.case_id in (select unnest(cast($scope_case_ids as varchar[])))
            )
    )
order by members.member_id
