-- name: family_members
-- purpose: Members with their order in the family and a number where several share a role.
-- grain: one row per (member_id)
-- reads: native_members, registry_roles
-- params:
-- columns:
--   member_id         VARCHAR  not null
--   family_id         VARCHAR  not null
--   role              VARCHAR  not null
--   role_order        INTEGER  not null, parents first
--   role_number       INTEGER  not null, 1 and up where a role is shared, else 0
--   age_band          VARCHAR  not null
--   index_client      BOOLEAN  not null
-- order: member_id
select
    members.member_id,
    members.family_id,
    members.role,
    cast(roles.role_order as integer) as role_order,
    cast(
        case
            when count(*) over (partition by members.family_id, members.role) > 1
                then row_number() over (
                    partition by members.family_id, members.role
                    order by members.member_id
                )
            else 0
        end as integer
    ) as role_number,
    members.age_band,
    members.index_client
from native_members as members
inner join registry_roles as roles on members.role = roles.role
order by members.member_id
