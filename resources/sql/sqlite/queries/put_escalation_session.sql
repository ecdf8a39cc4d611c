INSERT INTO escalation_session (escalation, place, session)
VALUES (?1, ?2, ?3)
ON CONFLICT DO NOTHING
