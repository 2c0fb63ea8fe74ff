-- name: silent_members
-- purpose: Members who come and do not rate, or used to rate and are no longer heard from.
-- grain: one row per (case_id, member_id)
-- reads: family_members, form_places, form_rows, native_attendance, native_cases, native_sessions,
--   registry_instruments, registry_rules
-- kept: with its case
-- params:
-- columns:
--   case_id            VARCHAR   not null
--   member_id          VARCHAR   not null
--   kind               VARCHAR   not null, attending_unrated or not_heard_from
--   session_nos        INTEGER[] not null, held sessions in a row up to the latest
--   session_count      INTEGER   not null, how many those are
--   states             VARCHAR[] not null, of the member's own form then: a form state or no_record
--   earlier_rating_count INTEGER not null, sessions of the case with a complete own form
-- order: case_id, member_id
with

own_rows as (

    select
        form_rows.case_id,
        form_rows.row_key,
        form_rows.target_member_id as member_id,
        form_rows.instrument_id,
        form_rows.is_used,
        form_rows.is_age_right
    from form_rows
    inner join registry_instruments as instruments
        on form_rows.instrument_id = instruments.instrument_id
    where
        form_rows.perspective = 'self'
        and form_rows.target_member_id is not null
        and instruments.kind = 'alliance'

),

age_bands_used as (

    select
        own_rows.case_id,
        list_distinct(flatten(list(instruments.age_bands))) as age_bands
    from own_rows
    inner join registry_instruments as instruments
        on own_rows.instrument_id = instruments.instrument_id
    where own_rows.is_used
    group by own_rows.case_id

),

members_asked as (

    select
        cases.case_id,
        members.member_id
    from native_cases as cases
    inner join age_bands_used as used on cases.case_id = used.case_id
    inner join family_members as members on cases.family_id = members.family_id
    where list_contains(used.age_bands, members.age_band)

),

own_forms as (

    select
        places.session_id,
        own_rows.case_id,
        own_rows.member_id,
        bool_or(places.place_state = 'complete') as has_complete,
        coalesce(
            bool_and(places.place_state = 'not_applicable') filter (where own_rows.is_age_right),
            false
        ) as was_not_asked,
        min_by(
            places.place_state,
            list_position(
                [
                    'complete', 'partial', 'declined', 'not_offered', 'lost', 'absent',
                    'not_applicable', 'no_record', 'not_held',
                ],
                places.place_state
            )
        ) as form_state
    from form_places as places
    inner join own_rows on places.case_id = own_rows.case_id and places.row_key = own_rows.row_key
    group by places.session_id, own_rows.case_id, own_rows.member_id

),

sessions_rated as (

    select
        case_id,
        member_id,
        count(*) as rating_count
    from own_forms
    where has_complete
    group by case_id, member_id

),

held_with_members as (

    select
        asked.case_id,
        asked.member_id,
        cast(sessions.session_no as integer) as session_no,
        coalesce(forms.form_state, 'no_record') as form_state,
        coalesce(attendance.state in ('present', 'partial'), false) as was_there,
        coalesce(forms.has_complete, false) as has_complete,
        coalesce(forms.was_not_asked, false) as was_not_asked
    from members_asked as asked
    inner join native_sessions as sessions
        on asked.case_id = sessions.case_id and sessions.status = 'held'
    left join own_forms as forms
        on
            sessions.session_id = forms.session_id
            and asked.member_id = forms.member_id
    left join native_attendance as attendance
        on
            sessions.session_id = attendance.session_id
            and asked.member_id = attendance.member_id

),

run_ends as (

    select
        case_id,
        member_id,
        coalesce(
            max(session_no) filter (where not was_there or has_complete or was_not_asked), 0
        ) as before_unrated_no,
        coalesce(max(session_no) filter (where was_there or has_complete), 0) as before_unheard_no
    from held_with_members
    group by case_id, member_id

),

runs as (

    select
        held.case_id,
        held.member_id,
        held.session_no,
        held.form_state,
        held.session_no > run_ends.before_unrated_no as is_unrated,
        held.session_no > run_ends.before_unheard_no as is_unheard
    from held_with_members as held
    inner join run_ends
        on held.case_id = run_ends.case_id and held.member_id = run_ends.member_id

),

silences as (

    select
        case_id,
        member_id,
        if(bool_or(is_unrated), 'attending_unrated', 'not_heard_from') as kind,
        list(session_no order by session_no) as session_nos,
        count(*) as session_count,
        list(form_state order by session_no) as states
    from runs
    where is_unrated or is_unheard
    group by case_id, member_id

)

select
    silences.case_id,
    silences.member_id,
    silences.kind,
    silences.session_nos,
    cast(silences.session_count as integer) as session_count,
    silences.states,
    cast(coalesce(sessions_rated.rating_count, 0) as integer) as earlier_rating_count
from silences
cross join registry_rules as rules
left join sessions_rated
    on
        silences.case_id = sessions_rated.case_id
        and silences.member_id = sessions_rated.member_id
where
    silences.session_count >= rules.silent_sessions
    and (
        silences.kind = 'attending_unrated'
        or coalesce(sessions_rated.rating_count, 0) >= rules.silent_earlier_ratings
    )
order by silences.case_id, silences.member_id
