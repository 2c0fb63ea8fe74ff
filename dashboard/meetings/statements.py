"""The SQL of the meetings file; every value reaches it as a bound parameter."""

from __future__ import annotations

_COLUMNS = """
    decision_id, case_id, family_id, revision, question, decision, agreed_strategy,
    agreed_member_id, review_on, decided_on, discussed_session_no, declared_by, state, outcome,
    reviewed_on, reviewed_session_no, recorded_at, revised_at
"""

INSERT_DECISION = f"""
insert into decisions ({_COLUMNS})
values (
    :decision_id, :case_id, :family_id, :revision, :question, :decision, :agreed_strategy,
    :agreed_member_id, :review_on, :decided_on, :discussed_session_no, :declared_by, :state,
    :outcome, :reviewed_on, :reviewed_session_no, :recorded_at, :revised_at
)
"""  # noqa: S608 - a list of columns written above

UPDATE_DECISION = """
update decisions
set
    revision = :revision,
    question = :question,
    decision = :decision,
    agreed_strategy = :agreed_strategy,
    agreed_member_id = :agreed_member_id,
    review_on = :review_on,
    decided_on = :decided_on,
    discussed_session_no = :discussed_session_no,
    state = :state,
    outcome = :outcome,
    reviewed_on = :reviewed_on,
    reviewed_session_no = :reviewed_session_no,
    revised_at = :revised_at
where decision_id = :decision_id
"""

ONE_DECISION = f"select {_COLUMNS} from decisions where decision_id = :decision_id"  # noqa: S608

DECISIONS = f"""
select {_COLUMNS}
from decisions
where :case_ids is null or case_id in (select value from json_each(:case_ids))
order by case_id, decided_on desc, recorded_at desc, decision_id
"""  # noqa: S608

DUE = f"""
select {_COLUMNS}
from decisions
where
    state = 'open'
    and (review_on <= :today or (review_on is null and decided_on < :today))
order by coalesce(review_on, decided_on), case_id, recorded_at, decision_id
"""  # noqa: S608

LAST_DISCUSSED = """
select
    case_id,
    max(max(decided_on, coalesce(reviewed_on, decided_on))) as discussed_on,
    max(
        max(
            coalesce(discussed_session_no, reviewed_session_no),
            coalesce(reviewed_session_no, discussed_session_no)
        )
    ) as discussed_session_no
from decisions
where state <> 'withdrawn'
group by case_id
order by case_id
"""

LAST_MEETING = (
    "select max(max(decided_on, coalesce(reviewed_on, decided_on))) as met_on from decisions"
)

COUNT = "select count(*) as decision_count from decisions"

CHANGES = """
select
    change_id, decision_id, case_id, kind, revision, declared_by, changed_at, old_values, new_values
from changes
where :decision_id is null or decision_id = :decision_id
order by change_id
"""

INSERT_CHANGE = """
insert into changes (
    decision_id, case_id, kind, revision, declared_by, changed_at, old_values, new_values
)
values (
    :decision_id, :case_id, :kind, :revision, :declared_by, :changed_at, :old_values, :new_values
)
"""

ONE_REQUEST = "select decision_id from requests where request_key = :request_key"
INSERT_REQUEST = """
insert into requests (request_key, decision_id, case_id)
values (:request_key, :decision_id, :case_id)
"""
RECORDED = """
select new_values
from changes
where decision_id = :decision_id and kind = 'recorded'
"""

REMOVALS = """
select removal_id, declared_by, removed_at, decision_count, change_count
from removals
order by removal_id
"""

BEGIN_REMOVAL = "insert into cases_being_removed (case_id) values (:case_id)"
REMOVE_DECISIONS = "delete from decisions where case_id = :case_id"
REMOVE_REQUESTS = "delete from requests where case_id = :case_id"
REMOVE_CHANGES = "delete from changes where case_id = :case_id"
END_REMOVAL = "delete from cases_being_removed"
INSERT_REMOVAL = """
insert into removals (declared_by, removed_at, decision_count, change_count)
values (:declared_by, :removed_at, :decision_count, :change_count)
"""
