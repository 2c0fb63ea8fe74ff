-- name: threat_spans
-- purpose: From which session to which a coded threat to the alliance was open.
-- grain: one row per (threat_id)
-- reads: threat_periods
-- kept: with its case
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
-- columns:
--   threat_id          VARCHAR   not null
--   case_id            VARCHAR   not null
--   member_id          VARCHAR   null when it concerns the whole family
--   threat_type        VARCHAR   not null
--   severity           INTEGER   not null, 1 to 3
--   reported_by        VARCHAR   not null
--   status             VARCHAR   not null, open, watching, eased or resolved
--   from_session_no    INTEGER   not null
--   to_session_no      INTEGER   not null, last session at which it was open
--   from_date          DATE      null without dates
--   to_date            DATE      date of that session; null while not closed and without dates
--   closed_on          DATE      date of the session that closed it, no longer open; null likewise
--   is_open            BOOLEAN   not null, nothing closed it and its status says so
-- order: threat_id
select
    periods.threat_id,
    periods.case_id,
    periods.member_id,
    periods.threat_type,
    periods.severity,
    periods.reported_by,
    periods.status,
    periods.from_session_no,
    periods.to_session_no,
    periods.from_date,
    periods.to_date,
    periods.closed_on,
    periods.is_open
from threat_periods as periods
where
    (
        cast($scope_case_ids as varchar[]) is null
        or periods.case_id in (select unnest(cast($scope_case_ids as varchar[])))
    )
order by periods.threat_id
