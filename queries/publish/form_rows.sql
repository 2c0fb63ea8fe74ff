-- name: form_rows
-- purpose: The rows a case can have in a heatmap: who rated whom with which instrument.
-- grain: one row per (case_id, row_key)
-- reads: case_forms, family_members, registry_instruments, therapist_spans
-- params:
-- columns:
--   case_id           VARCHAR  not null
--   row_key           VARCHAR  not null
--   target_member_id  VARCHAR  null for the whole family
--   rater_id          VARCHAR  null when not known
--   perspective       VARCHAR  not null
--   member_role       VARCHAR  role of the target, null for the whole family
--   instrument_id     VARCHAR  not null
--   instrument_family VARCHAR  not null
--   is_used           BOOLEAN  not null, filled in at least once
--   is_age_right      BOOLEAN  not null, the target's age band is one the instrument is for
--   is_member_rating  BOOLEAN  not null, a member's own, else one about a member
--   rater_has_spans   BOOLEAN  not null, the export says when this therapist had the case
-- order: case_id, row_key
with

rows_of_cases as (

    select
        case_id,
        row_key,
        target_member_id,
        rater_id,
        perspective,
        instrument_id,
        instrument_family,
        bool_or(form_state in ('complete', 'partial')) as is_used
    from case_forms
    group by
        case_id,
        row_key,
        target_member_id,
        rater_id,
        perspective,
        instrument_id,
        instrument_family

),

spanned_raters as (

    select distinct
        case_id,
        therapist_id
    from therapist_spans

)

select
    rows_of_cases.case_id,
    rows_of_cases.row_key,
    rows_of_cases.target_member_id,
    rows_of_cases.rater_id,
    rows_of_cases.perspective,
    members.role as member_role,
    rows_of_cases.instrument_id,
    rows_of_cases.instrument_family,
    rows_of_cases.is_used,
    rows_of_cases.perspective != 'self'
    or members.age_band is null
    or list_contains(instruments.age_bands, members.age_band) as is_age_right,
    rows_of_cases.target_member_id is not null
    and (
        rows_of_cases.perspective = 'self'
        or not list_contains(instruments.perspectives, 'self')
    ) as is_member_rating,
    rows_of_cases.perspective = 'therapist'
    and spanned_raters.therapist_id is not null as rater_has_spans
from rows_of_cases
inner join registry_instruments as instruments
    on rows_of_cases.instrument_id = instruments.instrument_id
left join family_members as members
    on rows_of_cases.target_member_id = members.member_id
left join spanned_raters
    on
        rows_of_cases.case_id = spanned_raters.case_id
        and rows_of_cases.rater_id = spanned_raters.therapist_id
order by rows_of_cases.case_id, rows_of_cases.row_key
