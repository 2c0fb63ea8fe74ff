-- name: own_limits
-- purpose: Own mean and lower limit from the first six ratings, beside each later rating.
-- grain: one row per (case_id, row_key, scale, session_id)
-- reads: rating_series, registry_rules, selected_cases
-- kept: for every case
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
--   session_id        VARCHAR  not null, from the seventh rating on
--   session_no        INTEGER  not null
--   member_id         VARCHAR  null when the form is about the whole family
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   is_member_rating  BOOLEAN  not null
--   score             DOUBLE   not null, raw points
--   own_mean          DOUBLE   not null, points, mean of the first six ratings
--   lower_limit       DOUBLE   not null, points, that mean less 2.66 mean moving ranges
--   is_below_limit    BOOLEAN  not null
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

baselines as (

    select
        ratings.series_no,
        avg(ratings.score) as own_mean,
        avg(ratings.score)
        - any_value(rules.limits_factor) * avg(abs(ratings.score - ratings.previous_score))
            as lower_limit
    from rating_series as ratings
    inner join chosen_cases on ratings.case_id = chosen_cases.case_id
    cross join registry_rules as rules
    where ratings.rating_no <= rules.limits_baseline_ratings
    group by ratings.series_no

)

select
    ratings.case_id,
    ratings.row_key,
    ratings.scale,
    ratings.session_id,
    ratings.session_no,
    ratings.member_id,
    ratings.instrument_id,
    ratings.is_default_scale,
    ratings.is_member_rating,
    ratings.score,
    baselines.own_mean,
    baselines.lower_limit,
    round(ratings.score, 6) < round(baselines.lower_limit, 6) as is_below_limit
from rating_series as ratings
inner join chosen_cases on ratings.case_id = chosen_cases.case_id
cross join registry_rules as rules
inner join baselines on ratings.series_no = baselines.series_no
where ratings.rating_no > rules.limits_baseline_ratings
order by ratings.case_id, ratings.row_key, ratings.scale, ratings.session_id
