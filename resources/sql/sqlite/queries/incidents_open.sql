SELECT id, fingerprint, fingerprint_version, recipe, state, level, title, source, message, rule, notifiers,
       opened_at, last_seen_at, notify_at, last_told_at, acknowledged_at, acknowledged_by, closed_at, closed_by,
       sessions, sessions_told, round, regressed, first_session, worst_session, last_session, first_position, last_position, told,
       counted_for, worst, plan, next_step, laps, step_at, close_after, at_most_every, acknowledged_until,
       snoozed_until, snoozed_until_worse, snoozed_by, assignee, merged_into, reopened, sessions_held, suppressed, unanswered_since
FROM incident WHERE state <> 'closed' ORDER BY opened_at DESC, rowid DESC
