-- name: case_engagement
-- purpose: Who came, which expected forms were completed and what became of work agreed between
--   sessions, at each session held.
-- grain: one row per (session_id)
-- reads: form_places, native_attendance, session_facts
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   session_id         VARCHAR   not null, held
--   session_no         INTEGER   not null
--   came_count         INTEGER   not null, members recorded as present or partial
--   recorded_count     INTEGER   not null, members with a record of attendance; 0: not exported
--   expected_count     INTEGER   not null, forms
--   complete_count     INTEGER   not null, of the expected forms
--   work_done_count    INTEGER   not null, members whose agreed work was done
--   work_partly_count  INTEGER   not null, members, partly
--   work_not_done_count INTEGER  not null, members, not done
-- order: session_id
with

chosen_sessions as (

    select
        sessions.case_id,
        sessions.session_id,
        sessions.session_no
    from session_facts as sessions
    where
        sessions.status = 'held'
        and (
            cast($scope_case_ids as varchar[]) is null
            or sessions.case_id in (select unnest(cast($scope_case_ids as varchar[])))
        )

),

came as (

    select
        session_id,
        count(*) as recorded_count,
        count(*) filter (where state in ('present', 'partial')) as came_count,
        count(*) filter (where between_session_work = 'done') as work_done_count,
        count(*) filter (where between_session_work = 'partly') as work_partly_count,
        count(*) filter (where between_session_work = 'not_done') as work_not_done_count
    from native_attendance
    where session_id in (select chosen.session_id from chosen_sessions as chosen)
    group by session_id

),

forms as (

    select
        session_id,
        count(*) as expected_count,
        count(*) filter (where place_state = 'complete') as complete_count
    from form_places
    where
        is_expected
        and session_id in (select chosen.session_id from chosen_sessions as chosen)
    group by session_id

)

select
    sessions.case_id,
    sessions.session_id,
    sessions.session_no,
    cast(coalesce(came.came_count, 0) as integer) as came_count,
    cast(coalesce(came.recorded_count, 0) as integer) as recorded_count,
    cast(coalesce(forms.expected_count, 0) as integer) as expected_count,
    cast(coalesce(forms.complete_count, 0) as integer) as complete_count,
    cast(coalesce(came.work_done_count, 0) as integer) as work_done_count,
    cast(coalesce(came.work_partly_count, 0) as integer) as work_partly_count,
    cast(coalesce(came.work_not_done_count, 0) as integer) as work_not_done_count
from chosen_sessions as sessions
left join came on sessions.session_id = came.session_id
left join forms on sessions.session_id = forms.session_id
order by sessions.session_id
