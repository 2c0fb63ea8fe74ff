-- name: selected_cases
-- purpose: The cases that a person may see and that pass every filter of a selection.
-- grain: one row per (case_id)
-- reads: case_facts, family_members, therapist_spans, threat_periods
-- params:
--   $scope_case_ids    VARCHAR[] cases this person may see, null means every case
--   $group_ids         VARCHAR[] cases with a lead or co of one within the dates; empty: every one
--   $therapist_ids     VARCHAR[] cases with one as lead or co within the dates; empty: every one
--   $family_ids        VARCHAR[] empty list means every family
--   $case_ids          VARCHAR[] empty list means every case
--   $member_ids        VARCHAR[] cases of their families; empty list means every one
--   $threat_types      VARCHAR[] cases with one open within the dates; empty means every case
--   $date_from         DATE      first day counted, null means from the start
--   $date_to           DATE      last day counted, null means to the end
-- columns:
--   case_id            VARCHAR   not null
-- order: case_id
create macro selected_cases(
    scope_case_ids,
    group_ids,
    therapist_ids,
    family_ids,
    case_ids,
    member_ids,
    threat_types,
    date_from,
    date_to
) as table
    select case_facts.case_id
    from case_facts
    where
        (
            cast(scope_case_ids as varchar[]) is null
            or case_facts.case_id in (select unnest(cast(scope_case_ids as varchar[])))
        )
        and (
            len(cast(family_ids as varchar[])) = 0
            or list_contains(cast(family_ids as varchar[]), case_facts.family_id)
        )
        and (
            len(cast(case_ids as varchar[])) = 0
            or list_contains(cast(case_ids as varchar[]), case_facts.case_id)
        )
        and (
            len(cast(member_ids as varchar[])) = 0
            or case_facts.family_id in (
                select members.family_id
                from family_members as members
                where list_contains(cast(member_ids as varchar[]), members.member_id)
            )
        )
        and (
            len(cast(group_ids as varchar[])) = 0
            or case_facts.case_id in (
                select spans.case_id
                from therapist_spans as spans
                where
                    spans.role in ('lead', 'co')
                    and list_contains(cast(group_ids as varchar[]), spans.group_id)
                    and coalesce(spans.to_date >= cast(date_from as date), true)
                    and coalesce(spans.from_date <= cast(date_to as date), true)
            )
        )
        and (
            len(cast(therapist_ids as varchar[])) = 0
            or case_facts.case_id in (
                select spans.case_id
                from therapist_spans as spans
                where
                    spans.role in ('lead', 'co')
                    and list_contains(cast(therapist_ids as varchar[]), spans.therapist_id)
                    and coalesce(spans.to_date >= cast(date_from as date), true)
                    and coalesce(spans.from_date <= cast(date_to as date), true)
            )
        )
        and (
            len(cast(threat_types as varchar[])) = 0
            or case_facts.case_id in (
                select periods.case_id
                from threat_periods as periods
                where
                    list_contains(cast(threat_types as varchar[]), periods.threat_type)
                    and coalesce(periods.closed_on > cast(date_from as date), true)
                    and coalesce(periods.from_date <= cast(date_to as date), true)
            )
        )
    order by case_facts.case_id
-- sqlfluff:exclude_rules:RF02,RF03,RF04,ST06
