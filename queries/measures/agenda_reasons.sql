-- name: agenda_reasons
-- purpose: The agenda: every reason to talk about a case, the cases in the order of the agenda.
-- grain: one row per (case_id, reason_code, subject_key)
-- reads: agenda_candidates, case_facts, family_members, generation, registry_reasons,
--   registry_rules, selected_cases, session_facts
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] cases of their families; empty list means every one
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
--   $discussed_case_ids VARCHAR[] cases the group has discussed; empty list means none
--   $discussed_session_nos INTEGER[] in step: the latest held session then
--   $discussed_dates   DATE[]    in step: the day it was discussed last
--   $last_meeting_on   DATE      the last meeting of the group, null before a first one
-- columns:
--   case_no            INTEGER   not null, 1 for the first case of the agenda
--   case_id            VARCHAR   not null
--   family_id          VARCHAR   not null
--   case_tier          INTEGER   not null, of its strongest reason: 1 talk about it, 3 going well
--   tier               INTEGER   not null, of this reason
--   reason_no          INTEGER   not null, order of reasons within a case
--   reason_code        VARCHAR   not null
--   subject_key        VARCHAR   not null, the row, member, threat or joint group it is about
--   member_id          VARCHAR   null where it is not about one member
--   member_role        VARCHAR   likewise
--   role_number        INTEGER   likewise; 0 unless members of the family share a role
--   rater_id           VARCHAR   null where no therapist's or observer's form is concerned
--   instrument_id      VARCHAR   null where no instrument is concerned
--   scale              VARCHAR   likewise
--   threat_id          VARCHAR   null where no threat is concerned
--   threat_types       VARCHAR[] not null
--   signal_codes       VARCHAR[] not null, of signal_without_threat
--   session_nos        INTEGER[] not null, the sessions a sentence names
--   scores             DOUBLE[]  not null, raw points there; range in points for split_widening
--   other_scores       DOUBLE[]  not null, what they are compared with; empty where nothing is
--   onset_session_no   INTEGER   null where it has no beginning of its own
--   end_session_no     INTEGER   session of a repair, else the latest; null likewise
--   value              DOUBLE    depth or fall in points, range or gap in SD, share; null without
--   rater_count        INTEGER   null where none were counted together
--   level              VARCHAR   notable or marked, null without levels
--   state              VARCHAR   of a rupture, of silence, of a split over time; null otherwise
--   highest_member_ids VARCHAR[] not null
--   lowest_member_ids  VARCHAR[] not null
--   expected_count     INTEGER   forms, null where none were counted
--   complete_count     INTEGER   forms, likewise
--   discussed_on       DATE      null where never
--   rules_version      VARCHAR   not null
-- order: case_no, reason_no, subject_key
with

discussed as (

    select
        unnest(cast($discussed_case_ids as varchar[])) as case_id,
        unnest(cast($discussed_session_nos as integer[])) as session_no,
        unnest(cast($discussed_dates as date[])) as discussed_on

),

open_cases as (

    select
        case_facts.case_id,
        case_facts.family_id
    from case_facts
    inner join
        selected_cases(
            $scope_case_ids,
            $group_ids,
            $therapist_ids,
            $family_ids,
            $case_ids,
            $member_ids,
            $threat_types,
            $date_from,
            $date_to
        ) as selected
        on case_facts.case_id = selected.case_id
    cross join generation
    cross join registry_rules as rules
    where
        (
            case_facts.ending = 'ongoing'
            and coalesce(case_facts.closed_on > generation.as_of, true)
        )
        or (
            case_facts.ending = 'dropout'
            and case_facts.closed_on <= generation.as_of
            and case_facts.closed_on > coalesce(
                cast($last_meeting_on as date),
                generation.as_of - cast(rules.agenda_first_days + 1 as integer)
            )
        )

),

last_held as (

    select
        sessions.case_id,
        sessions.session_no,
        row_number() over (
            partition by sessions.case_id order by sessions.session_no desc
        ) as held_rank
    from session_facts as sessions
    inner join open_cases on sessions.case_id = open_cases.case_id
    where sessions.status = 'held'

),

windows as (

    select
        last_held.case_id,
        min(last_held.session_no) as first_session_no
    from last_held
    cross join registry_rules as rules
    where last_held.held_rank <= rules.agenda_sessions
    group by last_held.case_id

),

agenda_cases as (

    select
        open_cases.case_id,
        open_cases.family_id,
        discussed.discussed_on,
        coalesce(discussed.session_no + 1, windows.first_session_no) as window_from_no
    from open_cases
    left join discussed on open_cases.case_id = discussed.case_id
    left join windows on open_cases.case_id = windows.case_id

),

reasons as (

    select
        candidates.case_id,
        agenda_cases.family_id,
        agenda_cases.discussed_on,
        registry_reasons.tier,
        registry_reasons.reason_no,
        candidates.reason_code,
        candidates.subject_key,
        candidates.member_id,
        candidates.rater_id,
        candidates.instrument_id,
        candidates.scale,
        candidates.threat_id,
        candidates.threat_types,
        candidates.signal_codes,
        candidates.session_nos,
        candidates.scores,
        candidates.other_scores,
        candidates.onset_session_no,
        candidates.end_session_no,
        candidates.value,
        candidates.rater_count,
        candidates.level,
        candidates.state,
        candidates.highest_member_ids,
        candidates.lowest_member_ids,
        candidates.expected_count,
        candidates.complete_count,
        min(registry_reasons.tier) over (partition by candidates.case_id) as case_tier
    from agenda_candidates as candidates
    inner join agenda_cases on candidates.case_id = agenda_cases.case_id
    inner join registry_reasons on candidates.reason_code = registry_reasons.reason_code
    where coalesce(candidates.event_session_no >= agenda_cases.window_from_no, true)

)

select
    cast(
        dense_rank() over (
            order by
                reasons.case_tier, reasons.discussed_on nulls first, reasons.case_id
        ) as integer
    ) as case_no,
    reasons.case_id,
    reasons.family_id,
    cast(reasons.case_tier as integer) as case_tier,
    cast(reasons.tier as integer) as tier,
    cast(reasons.reason_no as integer) as reason_no,
    reasons.reason_code,
    reasons.subject_key,
    reasons.member_id,
    members.role as member_role,
    members.role_number,
    reasons.rater_id,
    reasons.instrument_id,
    reasons.scale,
    reasons.threat_id,
    reasons.threat_types,
    reasons.signal_codes,
    reasons.session_nos,
    reasons.scores,
    reasons.other_scores,
    reasons.onset_session_no,
    reasons.end_session_no,
    reasons.value,
    reasons.rater_count,
    reasons.level,
    reasons.state,
    reasons.highest_member_ids,
    reasons.lowest_member_ids,
    reasons.expected_count,
    reasons.complete_count,
    reasons.discussed_on,
    generation.rules_version
from reasons
cross join generation
left join family_members as members on reasons.member_id = members.member_id
order by case_no, reasons.reason_no, reasons.subject_key
