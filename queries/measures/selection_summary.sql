-- name: selection_summary
-- purpose: How much was chosen: forms, families, the lowest and highest rating by a member.
-- grain: one row per (instrument_family)
-- reads: case_facts, cells, registry_families, selected_cases, session_facts, session_threats
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] rows of them and of the whole family; empty means every one
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $instrument_family VARCHAR   empty text means the commonest of the alliance
--   $scale             VARCHAR   empty text means the first of the instrument
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
-- columns:
--   instrument_family  VARCHAR   the one asked for, else the commonest; null without forms
--   scale              VARCHAR   the one asked for, else the first of the instrument; null likewise
--   form_count         INTEGER   not null, forms with a score on that scale, whoever filled them in
--   family_count       INTEGER   not null
--   case_count         INTEGER   not null
--   lowest_score       DOUBLE    raw points, of ratings by members; null when nobody rated
--   highest_score      DOUBLE    raw points, likewise
--   threat_session_count INTEGER   not null, held sessions at which a chosen threat was open
--   session_count      INTEGER   not null, held sessions
-- order: instrument_family
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

shown_families as (

    select
        families.instrument_family,
        if($scale = '', families.default_scale, $scale) as scale
    from registry_families as families
    left join cells
        on
            families.instrument_family = cells.instrument_family
            and families.default_scale = cells.scale
            and (
                cast($scope_case_ids as varchar[]) is null
                or cells.case_id in (select unnest(cast($scope_case_ids as varchar[])))
            )
    where $instrument_family = '' or families.instrument_family = $instrument_family
    group by
        families.instrument_family,
        families.default_scale,
        families.is_alliance,
        families.family_no
    having count(cells.score) > 0
    order by families.is_alliance desc, count(cells.score) desc, families.family_no asc
    limit 1

),

ratings as (

    select
        cells.instrument_family,
        cells.scale,
        cells.score,
        cells.is_member_rating
    from cells
    inner join chosen_cases on cells.case_id = chosen_cases.case_id
    inner join shown_families
        on
            cells.instrument_family = shown_families.instrument_family
            and cells.scale = shown_families.scale
    where
        cells.score is not null
        and (cast($date_from as date) is null or cells.held_on >= cast($date_from as date))
        and (cast($date_to as date) is null or cells.held_on <= cast($date_to as date))
        and (
            len(cast($member_ids as varchar[])) = 0
            or cells.target_member_id is null
            or list_contains(cast($member_ids as varchar[]), cells.target_member_id)
        )

),

rated as (

    select
        count(*) as form_count,
        min(score) filter (where is_member_rating) as lowest_score,
        max(score) filter (where is_member_rating) as highest_score
    from ratings

),

counted as (

    select
        count(distinct case_facts.family_id) as family_count,
        count(*) as case_count
    from case_facts
    inner join chosen_cases on case_facts.case_id = chosen_cases.case_id

),

threatened as (

    select distinct session_threats.session_id
    from session_threats
    where
        len(cast($threat_types as varchar[])) = 0
        or list_contains(cast($threat_types as varchar[]), session_threats.threat_type)

),

held as (

    select
        count(*) as session_count,
        count(threatened.session_id) as threat_session_count
    from session_facts
    inner join chosen_cases on session_facts.case_id = chosen_cases.case_id
    left join threatened on session_facts.session_id = threatened.session_id
    where
        session_facts.status = 'held'
        and (cast($date_from as date) is null or session_facts.held_on >= cast($date_from as date))
        and (cast($date_to as date) is null or session_facts.held_on <= cast($date_to as date))

)

select
    shown_families.instrument_family,
    shown_families.scale,
    cast(rated.form_count as integer) as form_count,
    cast(counted.family_count as integer) as family_count,
    cast(counted.case_count as integer) as case_count,
    rated.lowest_score,
    rated.highest_score,
    cast(held.threat_session_count as integer) as threat_session_count,
    cast(held.session_count as integer) as session_count
from rated
cross join counted
cross join held
left join shown_families on true
order by shown_families.instrument_family
