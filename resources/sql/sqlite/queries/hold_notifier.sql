INSERT INTO notifier_hold (notifier, reason, held_at)
VALUES (?1, ?2, ?3)
ON CONFLICT (notifier) DO UPDATE SET reason = excluded.reason, held_at = excluded.held_at
WHERE notifier_hold.reason <> excluded.reason
