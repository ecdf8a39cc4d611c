-- Nothing for an escalation that was not inserted, since another one had its key.
INSERT INTO delivery (id, escalation, notifier, state, reason, created_at, due_at, give_up_at, attempts, fence, claimed_by,
                      lease_until, finished_at, answer, replaces, sessions, title, level)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18
WHERE EXISTS (SELECT 1 FROM escalation WHERE id = ?2)
ON CONFLICT DO NOTHING
