-- name: guarded_texts
-- purpose: Ids and free texts of the export, which a file that leaves the service may not hold.
-- grain: one row per (kind, value)
-- reads: generation, native_cases, native_families, native_forms, native_members,
--   native_sessions, native_therapists
-- params:
-- columns:
--   kind              VARCHAR  not null, id, text or day
--   value             VARCHAR  not null
-- order: kind, value
with

listed as (

    select
        'id' as kind,
        family_id as value
    from native_families

    union all

    select
        'id' as kind,
        case_id as value
    from native_cases

    union all

    select
        'id' as kind,
        member_id as value
    from native_members

    union all

    select
        'id' as kind,
        therapist_id as value
    from native_therapists

    union all

    select
        'id' as kind,
        group_id as value
    from native_therapists

    union all

    select
        'id' as kind,
        session_id as value
    from native_sessions

    union all

    select
        'day' as kind,
        strftime(held_on, '%Y-%m-%d') as value
    from native_sessions

    union all

    select
        'text' as kind,
        label as value
    from native_families

    union all

    select
        'text' as kind,
        label as value
    from native_members

    union all

    select
        'text' as kind,
        label as value
    from native_therapists

    union all

    select
        'text' as kind,
        instrument_version as value
    from native_forms

    union all

    select
        'text' as kind,
        source_system as value
    from generation

    union all

    select
        'text' as kind,
        note as value
    from generation

)

select distinct
    kind,
    value
from listed
where value is not null and trim(value) != ''
order by kind, value
