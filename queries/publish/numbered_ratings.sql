-- name: numbered_ratings
-- purpose: The ratings of each series in the order of its sessions, with nothing that is the same
--   for all of them.
-- grain: one row per (series_no, rating_no)
-- reads: cells, rated_series
-- params:
-- columns:
--   series_no         INTEGER  not null, as in rated_series
--   rating_no         INTEGER  not null, 1 for the first of the series
--   session_id        VARCHAR  not null
--   session_no        INTEGER  not null
--   score             DOUBLE   not null, raw points; manufactured components are left out
--   previous_score    DOUBLE   points, the rating before in the series; null for the first
--   is_perfect        BOOLEAN  not null, the highest legal score
--   is_latest         BOOLEAN  not null, the last of the series
-- order: series_no, rating_no
with

ratings as (

    select
        cells.series_no,
        cells.session_id,
        cells.session_no,
        cells.score,
        cells.score >= series.scale_maximum as is_perfect,
        row_number() over in_order as rating_no,
        lag(cells.score) over in_order as previous_score,
        lead(cells.score) over in_order is null as is_latest
    from cells
    inner join rated_series as series on cells.series_no = series.series_no
    where cells.score is not null and cells.is_interpretable
    window in_order as (partition by cells.series_no order by cells.session_no, cells.session_id)

)

select
    series_no,
    cast(rating_no as integer) as rating_no,
    session_id,
    session_no,
    score,
    previous_score,
    is_perfect,
    is_latest
from ratings
order by series_no, rating_no
