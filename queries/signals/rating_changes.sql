-- name: rating_changes
-- purpose: Each rating against the one before it: the change, the prompt of feedback-informed
--   treatment, and whether it is a reliable drop.
-- grain: one row per (case_id, row_key, scale, session_id)
-- reads: rating_series, registry_rules, registry_scales, scale_spreads, selected_cases
-- told: where is_latest or coalesce(is_reliable_drop, false) or fit_prompt is not null
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
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   scale             VARCHAR  not null
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null
--   member_id         VARCHAR  null when the form is about the whole family
--   perspective       VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   is_member_rating  BOOLEAN  not null
--   is_latest         BOOLEAN  not null, the last of the series
--   score             DOUBLE   not null, raw points
--   previous_score    DOUBLE   null for the first rating
--   change            DOUBLE   points since the rating before, null for the first
--   fit_prompt        VARCHAR  fell, below_cutoff or fell_and_below; null without a prompt
--   s_diff            DOUBLE   points, null where it is refused
--   reliable_criterion DOUBLE  points a reliable drop needs, null where it is refused
--   is_reliable_drop  BOOLEAN  null where it is refused, and for the first rating
--   refusal           VARCHAR  too_few_members or no_spread, null where nothing is refused
-- order: case_id, row_key, scale, session_id
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

changes as (

    select
        ratings.case_id,
        ratings.row_key,
        ratings.scale,
        ratings.session_id,
        ratings.session_no,
        ratings.member_id,
        ratings.perspective,
        ratings.instrument_id,
        ratings.instrument_family,
        ratings.is_default_scale,
        ratings.is_member_rating,
        ratings.is_latest,
        ratings.score,
        ratings.previous_score,
        round(ratings.score - ratings.previous_score, 6) as change
    from rating_series as ratings
    inner join chosen_cases on ratings.case_id = chosen_cases.case_id

),

prompted as (

    select
        changes.case_id,
        changes.row_key,
        changes.scale,
        changes.session_id,
        changes.session_no,
        changes.member_id,
        changes.perspective,
        changes.instrument_id,
        changes.is_default_scale,
        changes.is_member_rating,
        changes.is_latest,
        changes.score,
        changes.previous_score,
        changes.change,
        changes.instrument_family = 'srs'
        and changes.scale = 'total'
        and changes.perspective = 'self'
        and coalesce(
            changes.change <= -rules.fit_drop_points, false
        ) as has_fallen,
        changes.instrument_family = 'srs'
        and changes.scale = 'total'
        and changes.perspective = 'self'
        and coalesce(
            changes.score < scales.cutoff
            or (rules.fit_cutoff_edge = 'at_or_below' and changes.score = scales.cutoff),
            false
        ) as is_below,
        spreads.s_diff,
        rules.reliable_change_z * spreads.s_diff as reliable_criterion,
        coalesce(spreads.series_member_count, 0) < rules.spread_least_members as has_few_members
    from changes
    cross join registry_rules as rules
    inner join registry_scales as scales
        on changes.instrument_id = scales.instrument_id and changes.scale = scales.scale
    left join scale_spreads as spreads
        on changes.instrument_id = spreads.instrument_id and changes.scale = spreads.scale

)

select
    case_id,
    row_key,
    scale,
    session_id,
    session_no,
    member_id,
    perspective,
    instrument_id,
    is_default_scale,
    is_member_rating,
    is_latest,
    score,
    previous_score,
    change,
    case
        when has_fallen and is_below then 'fell_and_below'
        when has_fallen then 'fell'
        when is_below then 'below_cutoff'
    end as fit_prompt,
    s_diff,
    reliable_criterion,
    change <= round(-reliable_criterion, 6) as is_reliable_drop,
    case
        when has_few_members then 'too_few_members'
        when s_diff is null then 'no_spread'
    end as refusal
from prompted
order by case_id, row_key, scale, session_id
