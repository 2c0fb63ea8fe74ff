-- name: form_totals
-- purpose: Sums of raw item answers after reversal, for every filled-in form of one instrument.
-- grain: one row per (case_id, session_no, member_id, rater_id)
-- reads: case_forms, form_scores
-- params:
--   $instrument_id     VARCHAR   the instrument, by its id in the registry
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   session_no         INTEGER   not null
--   member_id          VARCHAR   null for the whole family
--   rater_id           VARCHAR   null when not known
--   instrument_id      VARCHAR   not null
--   task               DOUBLE    points, null when an item of it is missing
--   bond               DOUBLE    points, likewise
--   goal               DOUBLE    points, likewise
--   composite          DOUBLE    points, the three added; null when one is
-- order: case_id, session_no, member_id, rater_id
with

component_sums as (

    select
        form_id,
        max(score) filter (where scale = 'tasks') as task,
        max(score) filter (where scale = 'bond') as bond,
        max(score) filter (where scale = 'goals') as goal
    from form_scores
    where score_source = 'items'
    group by form_id

)

select
    case_forms.case_id,
    case_forms.session_no,
    case_forms.target_member_id as member_id,
    case_forms.rater_id,
    case_forms.instrument_id,
    component_sums.task,
    component_sums.bond,
    component_sums.goal,
    round(component_sums.task + component_sums.bond + component_sums.goal, 6) as composite
from case_forms
left join component_sums on case_forms.form_id = component_sums.form_id
where
    case_forms.instrument_id = $instrument_id
    and case_forms.form_state in ('complete', 'partial')
    and (
        cast($scope_case_ids as varchar[]) is null
        or case_forms.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by
    case_forms.case_id,
    case_forms.session_no,
    case_forms.target_member_id,
    case_forms.rater_id
