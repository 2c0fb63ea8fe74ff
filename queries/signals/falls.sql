-- name: falls
-- purpose: How many ratings in a row have fallen up to each rating, and by how much together.
-- grain: one row per (case_id, row_key, scale, session_id)
-- reads: rating_series, registry_rules, scale_spreads, selected_cases
-- kept: with its case
-- told: where is_three_falls
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
--   instrument_id     VARCHAR  not null
--   is_default_scale  BOOLEAN  not null, the scale the agenda speaks of
--   is_member_rating  BOOLEAN  not null
--   is_latest         BOOLEAN  not null, the last of the series
--   rating_no         INTEGER  not null
--   falls_in_row      INTEGER  not null, the unbroken run of falls that ends here
--   fall_points       DOUBLE   not null, from the score before the run to this one; 0 without
--   is_three_falls    BOOLEAN  not null, a run of at least three
--   is_reliable       BOOLEAN  null where it is refused: together they are a reliable drop
--   run_session_nos   INTEGER[] not null, from the rating before the run to this one
--   run_scores        DOUBLE[] not null, in step
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

ratings as (

    select
        series.case_id,
        series.row_key,
        series.scale,
        series.session_id,
        series.session_no,
        series.member_id,
        series.instrument_id,
        series.is_default_scale,
        series.is_member_rating,
        series.is_latest,
        series.rating_no,
        series.series_no,
        series.score,
        series.previous_score
    from rating_series as series
    inner join chosen_cases on series.case_id = chosen_cases.case_id

),

steps as (

    select
        series_no,
        rating_no,
        rating_no - max(if(score < previous_score, 0, rating_no)) over (
            partition by series_no
            order by rating_no
        ) as falls_in_row
    from ratings

),

series as (

    select
        series_no,
        list(session_no order by rating_no) as session_nos,
        list(score order by rating_no) as scores
    from ratings
    group by series_no

),

runs as (

    select
        steps.series_no,
        steps.rating_no,
        steps.falls_in_row,
        series.session_nos[steps.rating_no - steps.falls_in_row:steps.rating_no]
            as run_session_nos,
        series.scores[steps.rating_no - steps.falls_in_row:steps.rating_no] as run_scores
    from steps
    inner join series on steps.series_no = series.series_no

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
    ratings.is_latest,
    ratings.rating_no,
    cast(runs.falls_in_row as integer) as falls_in_row,
    round(runs.run_scores[1] - runs.run_scores[-1], 6) as fall_points,
    runs.falls_in_row >= rules.falls_in_a_row as is_three_falls,
    round(runs.run_scores[1] - runs.run_scores[-1], 6)
    >= round(rules.reliable_change_z * spreads.s_diff, 6) as is_reliable,
    runs.run_session_nos,
    runs.run_scores
from ratings
inner join runs on ratings.series_no = runs.series_no and ratings.rating_no = runs.rating_no
cross join registry_rules as rules
left join scale_spreads as spreads
    on ratings.instrument_id = spreads.instrument_id and ratings.scale = spreads.scale
order by ratings.case_id, ratings.row_key, ratings.scale, ratings.session_id
