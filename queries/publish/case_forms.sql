-- name: case_forms
-- purpose: Every form with its case, the heatmap row it stands in, and what became of it.
-- grain: one row per (form_id)
-- reads: form_answers, native_cases, native_forms, native_sessions, registry_instruments,
--   registry_scales
-- params:
-- columns:
--   form_id           VARCHAR  not null
--   case_id           VARCHAR  not null
--   family_id         VARCHAR  not null
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null, from 1
--   row_key           VARCHAR  not null; target, rater, perspective, instrument; * is none
--   target_member_id  VARCHAR  null when the form is about the whole family
--   rater_id          VARCHAR  null when the export does not say; the member's own for self forms
--   perspective       VARCHAR  not null
--   instrument_id     VARCHAR  not null
--   instrument_family VARCHAR  not null
--   form_state        VARCHAR  not null; between complete and partial its answers decide
--   collected         VARCHAR  null when the export does not say
--   are_components_real BOOLEAN not null, false: a split total, or equal answers
-- order: form_id
with

scale_counts as (

    select
        instrument_id,
        count(*) as scale_count
    from registry_scales
    group by instrument_id

),

placed_forms as (

    select
        forms.form_id,
        sessions.case_id,
        cases.family_id,
        forms.session_id,
        sessions.session_no,
        forms.member_id as target_member_id,
        case
            when forms.perspective = 'self' then coalesce(forms.rater_id, forms.member_id)
            else forms.rater_id
        end as rater_id,
        forms.perspective,
        forms.instrument_id,
        instruments.instrument_family,
        instruments.scoring,
        instruments.item_count,
        instruments.item_max,
        forms.state,
        forms.collected,
        forms.components_source
    from native_forms as forms
    inner join native_sessions as sessions on forms.session_id = sessions.session_id
    inner join native_cases as cases on sessions.case_id = cases.case_id
    inner join registry_instruments as instruments
        on forms.instrument_id = instruments.instrument_id

)

select
    placed_forms.form_id,
    placed_forms.case_id,
    placed_forms.family_id,
    placed_forms.session_id,
    cast(placed_forms.session_no as integer) as session_no,
    concat_ws(
        '|',
        coalesce(placed_forms.target_member_id, '*'),
        coalesce(placed_forms.rater_id, '*'),
        placed_forms.perspective,
        placed_forms.instrument_id
    ) as row_key,
    placed_forms.target_member_id,
    placed_forms.rater_id,
    placed_forms.perspective,
    placed_forms.instrument_id,
    placed_forms.instrument_family,
    case
        when
            placed_forms.state = 'partial'
            and answers.score_count = scale_counts.scale_count
            then 'complete'
        when
            placed_forms.state = 'complete'
            and placed_forms.scoring = 'items'
            and placed_forms.components_source = 'items'
            and coalesce(answers.score_count, 0) < scale_counts.scale_count
            then 'partial'
        else placed_forms.state
    end as form_state,
    placed_forms.collected,
    placed_forms.components_source != 'total_split'
    and coalesce(
        placed_forms.item_count != 4
        or answers.answer_count != 4
        or answers.lowest_answer != answers.highest_answer
        or answers.highest_answer >= placed_forms.item_max,
        true
    ) as are_components_real
from placed_forms
left join form_answers as answers on placed_forms.form_id = answers.form_id
left join scale_counts on placed_forms.instrument_id = scale_counts.instrument_id
order by placed_forms.form_id
