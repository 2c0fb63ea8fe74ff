-- name: rupture_firing
-- purpose: How many members, and cases, have shown a possible rupture in these data.
-- grain: one row per (instrument_id)
-- reads: rupture_readiness, ruptures, selected_cases
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
-- columns:
--   instrument_id      VARCHAR   not null
--   member_count       INTEGER   not null, series that could be judged, default scale
--   notable_member_count INTEGER not null, of them with one at least notable
--   marked_member_count INTEGER  not null, of them with a marked one
--   case_count         INTEGER   not null, cases with a series that could be judged
--   notable_case_count INTEGER   not null
--   marked_case_count  INTEGER   not null
-- order: instrument_id
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

shown as (

    select
        case_id,
        row_key,
        scale,
        bool_or(level = 'marked') as has_marked
    from ruptures
    group by case_id, row_key, scale

),

judged as (

    select
        readiness.instrument_id,
        readiness.case_id,
        readiness.row_key,
        shown.has_marked is not null as has_notable,
        coalesce(shown.has_marked, false) as has_marked
    from rupture_readiness as readiness
    inner join chosen_cases on readiness.case_id = chosen_cases.case_id
    left join shown
        on
            readiness.case_id = shown.case_id
            and readiness.row_key = shown.row_key
            and readiness.scale = shown.scale
    where readiness.is_default_scale and readiness.state = 'judged'

)

select
    instrument_id,
    cast(count(*) as integer) as member_count,
    cast(count(*) filter (where has_notable) as integer) as notable_member_count,
    cast(count(*) filter (where has_marked) as integer) as marked_member_count,
    cast(count(distinct case_id) as integer) as case_count,
    cast(count(distinct case_id) filter (where has_notable) as integer) as notable_case_count,
    cast(count(distinct case_id) filter (where has_marked) as integer) as marked_case_count
from judged
group by instrument_id
order by instrument_id
