-- name: rules_in_force
-- purpose: The threshold, minimum or window of every rule that the signals were computed by.
-- grain: one row per (rule_id)
-- reads: registry_rules
-- params:
-- columns:
--   rule_id            VARCHAR   not null, as in rules.toml; rules_version for their version
--   value              VARCHAR   not null, a number in the rule's unit, or one of its words
-- order: rule_id
with

as_text as (

    select cast(columns(*) as varchar) from registry_rules

),

listed as (

    unpivot as_text
    on columns(*)
    into name rule_id value value

)

select
    listed.rule_id,
    listed.value
from listed
order by listed.rule_id
