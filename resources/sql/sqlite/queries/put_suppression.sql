INSERT INTO suppression (id, incident, happened_at, last_at, reason, step, notifiers, because, held_by, times, sessions, until)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (id) DO UPDATE SET
    last_at = excluded.last_at, reason = excluded.reason, step = excluded.step, notifiers = excluded.notifiers, held_by = excluded.held_by,
    times = excluded.times, sessions = excluded.sessions, until = excluded.until
