-- name: form_answers
-- purpose: How many items and scales of a form have a value, and how far its answers differ.
-- grain: one row per (form_id)
-- reads: form_scores, native_item_scores
-- params:
-- columns:
--   form_id           VARCHAR  not null; forms without any item or score are left out
--   answer_count      INTEGER  not null, items
--   lowest_answer     DOUBLE   points before reversal, null without items
--   highest_answer    DOUBLE   points before reversal, null without items
--   score_count       INTEGER  not null, scales with a score, from items or as a rating
-- order: form_id
with

parts as (

    select
        form_id,
        value,
        cast(null as double) as score
    from native_item_scores

    union all

    select
        form_id,
        null as value,
        score
    from form_scores

)

select
    form_id,
    cast(count(value) as integer) as answer_count,
    min(value) as lowest_answer,
    max(value) as highest_answer,
    cast(count(score) as integer) as score_count
from parts
group by form_id
order by form_id
