-- New, or newer than what stands; never a second open one with the same fingerprint.
INSERT INTO incident (id, fingerprint, fingerprint_version, recipe, state, level, title, source, message, rule, notifiers,
       opened_at, last_seen_at, notify_at, last_told_at, acknowledged_at, acknowledged_by, closed_at, closed_by,
       sessions, sessions_told, round, regressed, first_session, worst_session, last_session, first_position, last_position, told)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, level = excluded.level, rule = excluded.rule, notifiers = excluded.notifiers,
    last_seen_at = excluded.last_seen_at, notify_at = excluded.notify_at, last_told_at = excluded.last_told_at,
    acknowledged_at = excluded.acknowledged_at, acknowledged_by = excluded.acknowledged_by,
    closed_at = excluded.closed_at, closed_by = excluded.closed_by, sessions = excluded.sessions,
    sessions_told = excluded.sessions_told, round = excluded.round, regressed = excluded.regressed,
    worst_session = excluded.worst_session, last_session = excluded.last_session, last_position = excluded.last_position,
    told = excluded.told
WHERE incident.last_position <= excluded.last_position
  AND (incident.state, incident.level, incident.rule, incident.notifiers, incident.last_seen_at, incident.notify_at, incident.last_told_at,
       incident.acknowledged_at, incident.acknowledged_by, incident.closed_at, incident.closed_by, incident.sessions,
       incident.sessions_told, incident.round, incident.regressed, incident.worst_session, incident.last_session, incident.last_position, incident.told)
      IS NOT
      (excluded.state, excluded.level, excluded.rule, excluded.notifiers, excluded.last_seen_at, excluded.notify_at, excluded.last_told_at,
       excluded.acknowledged_at, excluded.acknowledged_by, excluded.closed_at, excluded.closed_by, excluded.sessions,
       excluded.sessions_told, excluded.round, excluded.regressed, excluded.worst_session, excluded.last_session, excluded.last_position, excluded.told)
  AND (excluded.state = 'closed' OR NOT EXISTS (
       SELECT 1 FROM incident AS other
       WHERE other.fingerprint = excluded.fingerprint AND other.state <> 'closed' AND other.id <> excluded.id))
ON CONFLICT DO NOTHING
