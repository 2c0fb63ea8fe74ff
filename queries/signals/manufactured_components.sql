-- name: manufactured_components
-- purpose: Forms whose bond, goals and tasks were not rated but made from a total, or look it.
-- grain: one row per (case_id, session_id, row_key)
-- reads: cells, native_forms
-- kept: with its case
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   session_id        VARCHAR  not null
--   row_key           VARCHAR  not null
--   session_no        INTEGER  not null
--   member_id         VARCHAR  null when the form is about the whole family
--   instrument_id     VARCHAR  not null
--   reason            VARCHAR  not null, total_split, or equal_answers below the maximum
-- order: case_id, session_id, row_key
select
    cells.case_id,
    cells.session_id,
    cells.row_key,
    any_value(cells.session_no) as session_no,
    any_value(cells.target_member_id) as member_id,
    any_value(cells.instrument_id) as instrument_id,
    if(
        any_value(forms.components_source) = 'total_split', 'total_split', 'equal_answers'
    ) as reason
from cells
inner join native_forms as forms on cells.form_id = forms.form_id
where not cells.is_interpretable and cells.score is not null
group by cells.case_id, cells.session_id, cells.row_key
order by cells.case_id, cells.session_id, cells.row_key
