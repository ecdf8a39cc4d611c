INSERT INTO rule_hour (rule, hour, sessions)
VALUES (?1, ?2, ?3)
ON CONFLICT (rule, hour) DO UPDATE SET sessions = rule_hour.sessions + excluded.sessions
