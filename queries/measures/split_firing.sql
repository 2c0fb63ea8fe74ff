-- name: split_firing
-- purpose: How often the rules of a split fire in these data, by the number of raters.
-- grain: one row per (instrument_id, rater_count)
-- reads: selected_cases, splits
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
--   rater_count        INTEGER   not null
--   session_count      INTEGER   not null, joint sessions with so many raters, default scale
--   judged_count       INTEGER   not null, of them with a spread to judge by and a cut
--   notable_count      INTEGER   not null, at least notable
--   marked_count       INTEGER   not null
--   one_sd_count       INTEGER   not null, range of at least 1 SD: the literature's mark
-- order: instrument_id, rater_count
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

)

select
    splits.instrument_id,
    splits.rater_count,
    cast(count(*) as integer) as session_count,
    cast(
        count(*) filter (where splits.range_sd is not null and splits.cut_marked is not null)
        as integer
    ) as judged_count,
    cast(count(*) filter (where splits.level is not null) as integer) as notable_count,
    cast(count(*) filter (where splits.level = 'marked') as integer) as marked_count,
    cast(count(*) filter (where splits.is_one_sd) as integer) as one_sd_count
from splits
inner join chosen_cases on splits.case_id = chosen_cases.case_id
where splits.is_default_scale
group by splits.instrument_id, splits.rater_count
order by splits.instrument_id, splits.rater_count
