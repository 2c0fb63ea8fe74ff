-- name: alliance_cells
-- purpose: Every cell of the heatmaps: a score, or the reason why there is none.
-- grain: one row per (case_id, session_id, row_key, scale)
-- reads: case_facts, cells, form_rows, member_threats, selected_cases, session_facts
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] rows of them and of the whole family; empty means every one
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $instrument_family VARCHAR   empty text means every one
--   $scale             VARCHAR   empty text means every one
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
-- columns:
--   case_id            VARCHAR   not null
--   family_id          VARCHAR   not null
--   session_id         VARCHAR   not null
--   session_no         INTEGER   not null, from 1
--   held_on            DATE      null when the export has no date
--   week_start_date    DATE      Monday, null without a date
--   session_status     VARCHAR   not null, held, cancelled or no_show
--   row_key            VARCHAR   not null, stable key of target, rater, perspective and instrument
--   target_member_id   VARCHAR   null for the whole family
--   rater_id           VARCHAR   null when not known
--   perspective        VARCHAR   not null, self, therapist or observer
--   member_role        VARCHAR   role of the target, null for the whole family
--   instrument_id      VARCHAR   not null
--   instrument_family  VARCHAR   not null
--   scale              VARCHAR   not null
--   score              DOUBLE    raw points, null unless every item of the scale is there
--   state              VARCHAR   not null, complete where there is a score, else why not
--   step               INTEGER   1 to 6, 7 = perfect form; null without a score or with a true zero
--   is_true_zero       BOOLEAN   not null, the scale has a neutral middle at 0
--   is_interpretable   BOOLEAN   not null, false: parts of a split total or of equal answers
--   form_id            VARCHAR   null where no row was exported
--   collected          VARCHAR   in_room, remote or proxy; null when not known
--   threat_types       VARCHAR[] not null, open then in the case
--   member_threat_types VARCHAR[] not null, open then about this member or the whole family
--   strategies         VARCHAR[] not null, used at that session
--   therapist_ids      VARCHAR[] not null, lead and co-therapists then
-- order: case_id, session_id, row_key, scale
with

chosen_cases as (

    select selected.case_id
    from
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

),

chosen_sessions as (

    select
        session_facts.session_id,
        session_facts.week_start_date,
        session_facts.status,
        session_facts.threat_types,
        session_facts.family_threat_types,
        session_facts.strategies,
        session_facts.therapist_ids
    from session_facts
    inner join chosen_cases on session_facts.case_id = chosen_cases.case_id

),

chosen_threats as (

    select
        member_threats.session_id,
        member_threats.member_id,
        member_threats.threat_types
    from member_threats
    inner join chosen_sessions on member_threats.session_id = chosen_sessions.session_id

)

select
    cells.case_id,
    case_facts.family_id,
    cells.session_id,
    cells.session_no,
    cells.held_on,
    sessions.week_start_date,
    sessions.status as session_status,
    cells.row_key,
    cells.target_member_id,
    form_rows.rater_id,
    form_rows.perspective,
    form_rows.member_role,
    cells.instrument_id,
    cells.instrument_family,
    cells.scale,
    cells.score,
    cells.state,
    cells.step,
    cells.is_true_zero,
    cells.is_interpretable,
    cells.form_id,
    cells.collected,
    sessions.threat_types,
    coalesce(chosen_threats.threat_types, sessions.family_threat_types) as member_threat_types,
    sessions.strategies,
    sessions.therapist_ids
from cells
inner join chosen_cases on cells.case_id = chosen_cases.case_id
inner join case_facts on cells.case_id = case_facts.case_id
inner join form_rows on cells.case_id = form_rows.case_id and cells.row_key = form_rows.row_key
inner join chosen_sessions as sessions on cells.session_id = sessions.session_id
left join chosen_threats
    on
        cells.session_id = chosen_threats.session_id
        and cells.target_member_id = chosen_threats.member_id
where
    ($instrument_family = '' or cells.instrument_family = $instrument_family)
    and ($scale = '' or cells.scale = $scale)
    and (cast($date_from as date) is null or cells.held_on >= cast($date_from as date))
    and (cast($date_to as date) is null or cells.held_on <= cast($date_to as date))
    and (
        len(cast($member_ids as varchar[])) = 0
        or cells.target_member_id is null
        or list_contains(cast($member_ids as varchar[]), cells.target_member_id)
    )
order by cells.case_id, cells.session_id, cells.row_key, cells.scale
