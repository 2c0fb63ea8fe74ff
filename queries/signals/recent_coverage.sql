-- name: recent_coverage
-- purpose: What share of the expected forms of the last held sessions of a case is complete.
-- grain: one row per (case_id)
-- reads: form_places, native_cases, native_sessions, registry_rules
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   held_count         INTEGER   not null, held sessions looked at, the last ones
--   expected_count     INTEGER   not null, forms
--   complete_count     INTEGER   not null, forms, of the expected ones
--   share              DOUBLE    complete of expected, 0 to 1; null when nothing is expected
--   is_thin            BOOLEAN   not null, false when nothing is expected
--   session_nos        INTEGER[] not null, the held sessions looked at
-- order: case_id
with

last_held as (

    select
        sessions.case_id,
        sessions.session_id,
        cast(sessions.session_no as integer) as session_no
    from native_sessions as sessions
    cross join registry_rules as rules
    where sessions.status = 'held'
    qualify
        row_number() over (
            partition by sessions.case_id
            order by sessions.session_no desc, sessions.session_id desc
        ) <= rules.coverage_sessions

),

forms_then as (

    select
        places.session_id,
        count(*) as expected_count,
        count(*) filter (where places.place_state = 'complete') as complete_count
    from form_places as places
    inner join last_held on places.session_id = last_held.session_id
    where places.is_expected
    group by places.session_id

),

sums as (

    select
        last_held.case_id,
        count(*) as held_count,
        sum(coalesce(forms_then.expected_count, 0)) as expected_count,
        sum(coalesce(forms_then.complete_count, 0)) as complete_count,
        list(last_held.session_no order by last_held.session_no) as session_nos
    from last_held
    left join forms_then on last_held.session_id = forms_then.session_id
    group by last_held.case_id

)

select
    cases.case_id,
    cast(coalesce(sums.held_count, 0) as integer) as held_count,
    cast(coalesce(sums.expected_count, 0) as integer) as expected_count,
    cast(coalesce(sums.complete_count, 0) as integer) as complete_count,
    cast(sums.complete_count / nullif(sums.expected_count, 0) as double) as share,
    coalesce(
        sums.complete_count / nullif(sums.expected_count, 0) < rules.coverage_share, false
    ) as is_thin,
    coalesce(sums.session_nos, cast([] as integer[])) as session_nos
from native_cases as cases
cross join registry_rules as rules
left join sums on cases.case_id = sums.case_id
order by cases.case_id
