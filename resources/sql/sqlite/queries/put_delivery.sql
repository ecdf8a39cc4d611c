-- Nothing for an escalation that was not inserted, since another one had its key; no acknowledgement to who was told nothing.
INSERT INTO delivery (id, escalation, notifier, state, reason, created_at, due_at, give_up_at, attempts, fence, claimed_by,
                      lease_until, finished_at, answer, replaces, relation, sessions, title, level, turn)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, (SELECT id FROM delivery WHERE id = ?15), ?16, ?17, ?18, ?19,
       CASE WHEN ?16 IN ('shorter', 'moved') THEN COALESCE((SELECT turn FROM delivery WHERE id = ?15), ?6) ELSE ?6 END
FROM escalation AS made
WHERE made.id = ?2
  AND (made.reason NOT IN ('acknowledged', 'closed') OR EXISTS (
       SELECT 1 FROM escalation AS other JOIN delivery AS told ON told.escalation = other.id
       WHERE other.incident = made.incident AND told.notifier = ?3 AND told.state NOT IN ('cancelled', 'suppressed', 'failed')))
ON CONFLICT DO NOTHING
