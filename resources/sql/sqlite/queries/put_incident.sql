-- New, or newer than what stands; never a second open one with the same fingerprint.
INSERT INTO incident (id, fingerprint, fingerprint_version, recipe, state, level, title, source, message, rule, notifiers,
       opened_at, last_seen_at, notify_at, last_told_at, acknowledged_at, acknowledged_by, closed_at, closed_by,
       sessions, sessions_told, round, regressed, first_session, worst_session, last_session, first_position, last_position, told,
       counted_for, worst, plan, next_step, laps, step_at, close_after, at_most_every, acknowledged_until,
       snoozed_until, snoozed_until_worse, snoozed_by, assignee, merged_into, reopened, sessions_held, suppressed, unanswered_since)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27,
        ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47)
ON CONFLICT (id) DO UPDATE SET
    title = excluded.title, message = excluded.message, state = excluded.state, level = excluded.level, rule = excluded.rule,
    notifiers = excluded.notifiers, last_seen_at = excluded.last_seen_at, notify_at = excluded.notify_at,
    last_told_at = excluded.last_told_at, acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by,
    closed_at = excluded.closed_at, closed_by = excluded.closed_by, sessions = excluded.sessions, sessions_told = excluded.sessions_told,
    round = excluded.round, regressed = excluded.regressed, worst_session = excluded.worst_session, last_session = excluded.last_session,
    last_position = excluded.last_position, told = excluded.told, worst = excluded.worst, plan = excluded.plan,
    next_step = excluded.next_step, laps = excluded.laps, step_at = excluded.step_at, close_after = excluded.close_after,
    at_most_every = excluded.at_most_every, acknowledged_until = excluded.acknowledged_until, snoozed_until = excluded.snoozed_until,
    snoozed_until_worse = excluded.snoozed_until_worse, snoozed_by = excluded.snoozed_by, assignee = excluded.assignee,
    merged_into = excluded.merged_into, reopened = excluded.reopened, sessions_held = excluded.sessions_held,
    suppressed = excluded.suppressed, unanswered_since = excluded.unanswered_since
WHERE incident.last_position <= excluded.last_position
  AND (incident.title, incident.message, incident.state, incident.level, incident.rule, incident.notifiers, incident.last_seen_at,
       incident.notify_at, incident.last_told_at, incident.acknowledged_at, incident.acknowledged_by, incident.closed_at,
       incident.closed_by, incident.sessions, incident.sessions_told, incident.round, incident.regressed, incident.worst_session,
       incident.last_session, incident.last_position, incident.told, incident.worst, incident.plan, incident.next_step, incident.laps,
       incident.step_at, incident.close_after, incident.at_most_every, incident.acknowledged_until, incident.snoozed_until,
       incident.snoozed_until_worse, incident.snoozed_by, incident.assignee, incident.merged_into, incident.reopened,
       incident.sessions_held, incident.suppressed, incident.unanswered_since)
      IS NOT
      (excluded.title, excluded.message, excluded.state, excluded.level, excluded.rule, excluded.notifiers, excluded.last_seen_at,
       excluded.notify_at, excluded.last_told_at, excluded.acknowledged_at, excluded.acknowledged_by, excluded.closed_at,
       excluded.closed_by, excluded.sessions, excluded.sessions_told, excluded.round, excluded.regressed, excluded.worst_session,
       excluded.last_session, excluded.last_position, excluded.told, excluded.worst, excluded.plan, excluded.next_step, excluded.laps,
       excluded.step_at, excluded.close_after, excluded.at_most_every, excluded.acknowledged_until, excluded.snoozed_until,
       excluded.snoozed_until_worse, excluded.snoozed_by, excluded.assignee, excluded.merged_into, excluded.reopened,
       excluded.sessions_held, excluded.suppressed, excluded.unanswered_since)
  AND (excluded.state = 'closed' OR NOT EXISTS (
       SELECT 1 FROM incident AS other
       WHERE other.fingerprint = excluded.fingerprint AND other.state <> 'closed' AND other.id <> excluded.id))
ON CONFLICT DO NOTHING
