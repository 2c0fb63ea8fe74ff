-- name: case_facts
-- purpose: Each episode of care with its sessions, its therapists and what it was rated with.
-- grain: one row per (case_id)
-- reads: case_forms, form_places, native_cases, native_sessions, registry_instruments,
--   therapist_spans
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   family_id         VARCHAR  not null
--   modality          VARCHAR  not null
--   referral          VARCHAR  not null
--   opened_on         DATE     null when the export has no date
--   closed_on         DATE     null while it goes on, or without dates
--   ending            VARCHAR  not null
--   is_latest_of_family BOOLEAN not null, the family's last episode to begin
--   session_count     INTEGER  not null
--   held_count        INTEGER  not null
--   first_held_on     DATE     null without dates
--   last_held_on      DATE     null without dates
--   lead_therapist_ids VARCHAR[] not null, sorted
--   co_therapist_ids  VARCHAR[] not null, sorted
--   group_ids         VARCHAR[] not null, of leads and co-therapists, sorted
--   instrument_families VARCHAR[] not null, alliance first, then by number of forms
--   expected_count    INTEGER  not null, forms
--   complete_count    INTEGER  not null, forms, of the expected ones
-- order: case_id
with

session_counts as (

    select
        case_id,
        count(*) as session_count,
        count(*) filter (where status = 'held') as held_count,
        min(held_on) filter (where status = 'held') as first_held_on,
        max(held_on) filter (where status = 'held') as last_held_on
    from native_sessions
    group by case_id

),

therapists as (

    select
        case_id,
        list_sort(
            list(distinct therapist_id) filter (where role = 'lead')
        ) as lead_therapist_ids,
        list_sort(list(distinct therapist_id) filter (where role = 'co')) as co_therapist_ids,
        list_sort(
            list(distinct group_id) filter (where role in ('lead', 'co') and group_id is not null)
        ) as group_ids
    from therapist_spans
    group by case_id

),

family_forms as (

    select
        case_forms.case_id,
        case_forms.instrument_family,
        min(instruments.kind) = 'alliance' as is_alliance,
        min(instruments.instrument_no) as instrument_no,
        count(*) as form_count
    from case_forms
    inner join registry_instruments as instruments
        on case_forms.instrument_id = instruments.instrument_id
    group by case_forms.case_id, case_forms.instrument_family

),

instrument_families as (

    select
        case_id,
        list(
            instrument_family order by is_alliance desc, form_count desc, instrument_no asc
        ) as instrument_families
    from family_forms
    group by case_id

),

coverage as (

    select
        case_id,
        count(*) filter (where is_expected) as expected_count,
        count(*) filter (where is_expected and place_state = 'complete') as complete_count
    from form_places
    group by case_id

)

select
    cases.case_id,
    cases.family_id,
    cases.modality,
    cases.referral,
    cases.opened_on,
    cases.closed_on,
    cases.ending,
    row_number() over (
        partition by cases.family_id
        order by
            coalesce(cases.opened_on, session_counts.first_held_on) desc nulls last,
            cases.case_id desc
    ) = 1 as is_latest_of_family,
    cast(coalesce(session_counts.session_count, 0) as integer) as session_count,
    cast(coalesce(session_counts.held_count, 0) as integer) as held_count,
    session_counts.first_held_on,
    session_counts.last_held_on,
    coalesce(therapists.lead_therapist_ids, cast([] as varchar[])) as lead_therapist_ids,
    coalesce(therapists.co_therapist_ids, cast([] as varchar[])) as co_therapist_ids,
    coalesce(therapists.group_ids, cast([] as varchar[])) as group_ids,
    coalesce(
        instrument_families.instrument_families, cast([] as varchar[])
    ) as instrument_families,
    cast(coalesce(coverage.expected_count, 0) as integer) as expected_count,
    cast(coalesce(coverage.complete_count, 0) as integer) as complete_count
from native_cases as cases
left join session_counts on cases.case_id = session_counts.case_id
left join therapists on cases.case_id = therapists.case_id
left join instrument_families on cases.case_id = instrument_families.case_id
left join coverage on cases.case_id = coverage.case_id
order by cases.case_id
