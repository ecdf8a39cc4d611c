INSERT INTO verdict (session, position, verdict, incident, rules)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (session) DO UPDATE SET position = excluded.position, verdict = excluded.verdict, incident = excluded.incident, rules = excluded.rules
WHERE verdict.position <= excluded.position
