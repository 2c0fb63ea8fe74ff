-- name: form_places
-- purpose: What became of the form of each heatmap row at each session of the case, recorded or
--   not.
-- grain: one row per (session_id, row_key)
-- reads: case_forms, form_rows, native_attendance, native_sessions, session_therapists
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null
--   held_on           DATE     null when the export has no date
--   row_key           VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   instrument_family VARCHAR  not null
--   target_member_id  VARCHAR  null for the whole family
--   is_member_rating  BOOLEAN  not null
--   form_id           VARCHAR  null where no row was exported
--   place_state       VARCHAR  not null, a form state, no_record or not_held
--   is_expected       BOOLEAN  not null, counts in the denominator of coverage
--   are_components_real BOOLEAN not null
--   collected         VARCHAR  null when not known
-- order: session_id, row_key
with

sessions_with_attendance as (

    select distinct session_id
    from native_attendance

),

places as (

    select
        form_rows.case_id,
        sessions.session_id,
        sessions.session_no,
        sessions.held_on,
        form_rows.row_key,
        form_rows.instrument_id,
        form_rows.instrument_family,
        form_rows.target_member_id,
        form_rows.is_member_rating,
        case_forms.form_id,
        case_forms.form_state,
        coalesce(case_forms.are_components_real, true) as are_components_real,
        case_forms.collected,
        sessions.status = 'held' as is_held,
        coalesce(case_forms.form_state in ('complete', 'partial'), false) as is_filled,
        form_rows.is_age_right,
        attendance.state as attendance_state,
        attended.session_id is not null as has_attendance,
        form_rows.rater_has_spans and session_therapists.therapist_id is null as rater_was_away,
        form_rows.perspective = 'self'
        and form_rows.target_member_id is not null
        and form_rows.is_used as is_assigned
    from form_rows
    inner join native_sessions as sessions on form_rows.case_id = sessions.case_id
    left join case_forms
        on
            sessions.session_id = case_forms.session_id
            and form_rows.row_key = case_forms.row_key
    left join native_attendance as attendance
        on
            sessions.session_id = attendance.session_id
            and form_rows.target_member_id = attendance.member_id
    left join sessions_with_attendance as attended
        on sessions.session_id = attended.session_id
    left join session_therapists
        on
            sessions.session_id = session_therapists.session_id
            and form_rows.rater_id = session_therapists.therapist_id

)

select
    case_id,
    session_id,
    cast(session_no as integer) as session_no,
    held_on,
    row_key,
    instrument_id,
    instrument_family,
    target_member_id,
    is_member_rating,
    form_id,
    case
        when is_filled then form_state
        when not is_held then 'not_held'
        when form_state is not null then form_state
        when attendance_state in ('absent', 'invited_declined') then 'absent'
        when attendance_state = 'not_invited' then 'not_applicable'
        when not is_age_right or rater_was_away then 'not_applicable'
        else 'no_record'
    end as place_state,
    is_assigned
    and is_held
    and (
        is_filled
        or (
            is_age_right
            and (form_state is null or form_state in ('declined', 'not_offered', 'lost'))
            and case
                when attendance_state is not null then attendance_state in ('present', 'partial')
                else form_state is not null or not has_attendance
            end
        )
    ) as is_expected,
    are_components_real,
    collected
from places
order by session_id, row_key
