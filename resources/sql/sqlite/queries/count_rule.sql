INSERT INTO rule_count (rule, verdict, sessions, last_at)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (rule, verdict) DO UPDATE SET sessions = rule_count.sessions + excluded.sessions, last_at = max(rule_count.last_at, excluded.last_at)
