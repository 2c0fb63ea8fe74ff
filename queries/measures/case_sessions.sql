-- name: case_sessions
-- purpose: Sessions of each case with their place on the session axis and on the date axis.
-- grain: one row per (session_id)
-- reads: session_facts
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   case_id            VARCHAR   not null
--   session_id         VARCHAR   not null
--   session_no         INTEGER   not null
--   held_on            DATE      null without dates
--   week_start_date    DATE      Monday, null without a date
--   status             VARCHAR   not null, held, cancelled or no_show
--   column_no          INTEGER   not null, 0 for the first session of the case
--   date_column        DOUBLE    place on the date axis in column widths; null without a date
-- order: session_id
select
    session_facts.case_id,
    session_facts.session_id,
    session_facts.session_no,
    session_facts.held_on,
    session_facts.week_start_date,
    session_facts.status,
    session_facts.column_no,
    session_facts.date_column
from session_facts
where
    (
        cast($scope_case_ids as varchar[]) is null
        or session_facts.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by session_facts.session_id
