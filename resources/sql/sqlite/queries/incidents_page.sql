-- What was opened before ?1, newest first: ?2 of them, and those as old as the last of these.
SELECT id, fingerprint, fingerprint_version, recipe, state, level, title, source, message, rule, notifiers,
       opened_at, last_seen_at, notify_at, last_told_at, acknowledged_at, acknowledged_by, closed_at, closed_by,
       sessions, sessions_told, round, regressed, first_session, worst_session, last_session, first_position, last_position, told,
       counted_for, worst, plan, next_step, laps, step_at, close_after, at_most_every, acknowledged_until,
       snoozed_until, snoozed_until_worse, snoozed_by, assignee, merged_into, reopened, sessions_held, suppressed, unanswered_since
FROM incident
WHERE opened_at < ?1
  AND opened_at >= COALESCE((SELECT opened_at FROM incident WHERE opened_at < ?1 ORDER BY opened_at DESC LIMIT 1 OFFSET ?2 - 1),
                            -9223372036854775807)
ORDER BY opened_at DESC, rowid DESC
