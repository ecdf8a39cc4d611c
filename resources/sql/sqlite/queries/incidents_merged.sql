-- Closed ones that are counted, over others or not, in one that is not.
WITH RECURSIVE part (whole) AS (
    SELECT open.id FROM incident AS open WHERE open.state <> 'closed'
    UNION
    SELECT merged.id FROM incident AS merged JOIN part ON merged.merged_into = part.whole)
SELECT id, fingerprint, fingerprint_version, recipe, state, level, title, source, message, rule, notifiers,
       opened_at, last_seen_at, notify_at, last_told_at, acknowledged_at, acknowledged_by, closed_at, closed_by,
       sessions, sessions_told, round, regressed, first_session, worst_session, last_session, first_position, last_position, told,
       counted_for, worst, plan, next_step, laps, step_at, close_after, at_most_every, acknowledged_until,
       snoozed_until, snoozed_until_worse, snoozed_by, assignee, merged_into, reopened, sessions_held, suppressed, unanswered_since
FROM incident
WHERE merged_into IN (SELECT whole FROM part) ORDER BY opened_at DESC, rowid DESC
