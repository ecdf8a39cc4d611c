INSERT INTO verdict (session, position, verdict, incident)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (session) DO UPDATE SET position = excluded.position, verdict = excluded.verdict, incident = excluded.incident
WHERE verdict.position < excluded.position
