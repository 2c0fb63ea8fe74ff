-- name: generation_facts
-- purpose: What the store holds: which generation, from which export, up to which day.
-- grain: one row per (generation)
-- reads: generation
-- params:
-- columns:
--   generation         INTEGER   not null
--   content_hash       VARCHAR   not null
--   rules_version      VARCHAR   not null, of the rules the signals were computed by
--   as_of              DATE      the export's own day, else that of the latest session; may be null
--   exported_at        TIMESTAMP in the export's time zone, null when it does not say
--   has_dates          BOOLEAN   not null, at least one session has a date
--   note               VARCHAR   not null, a word on where the data come from
--   source_system      VARCHAR   not null
--   loaded_at          TIMESTAMP not null, UTC
-- order: generation
select
    generation,
    content_hash,
    rules_version,
    as_of,
    exported_at,
    has_dates,
    note,
    source_system,
    loaded_at
from generation
order by generation
