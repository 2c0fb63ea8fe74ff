-- name: member_threats
-- purpose: The types of threat open at a session that concern a member, the family's own included.
-- grain: one row per (session_id, member_id)
-- reads: session_threats
-- params:
-- columns:
--   session_id        VARCHAR  not null
--   member_id         VARCHAR  not null; members with no threat of their own are left out
--   threat_types      VARCHAR[] not null, sorted
-- order: session_id, member_id
with

named as (

    select distinct
        session_id,
        member_id
    from session_threats
    where member_id is not null

)

select
    named.session_id,
    named.member_id,
    list_sort(list(distinct threats.threat_type)) as threat_types
from named
inner join session_threats as threats
    on
        named.session_id = threats.session_id
        and (threats.member_id is null or named.member_id = threats.member_id)
group by named.session_id, named.member_id
order by named.session_id, named.member_id
