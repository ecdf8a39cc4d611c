INSERT INTO escalation (id, incident, round, step, reason, request, made_by, message, created_at, sessions)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT DO NOTHING
