INSERT INTO silence (id, matcher, reason, made_by, created_at, starts_at, ends_at, until_quiet, latest_end, ended_at, ended_by, digest_to,
       caught, held_back, last_caught_at, quiet_for)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
ON CONFLICT (id) DO UPDATE SET
    matcher = excluded.matcher, reason = excluded.reason, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    until_quiet = excluded.until_quiet, latest_end = excluded.latest_end, ended_at = excluded.ended_at, ended_by = excluded.ended_by,
    digest_to = excluded.digest_to, caught = excluded.caught, held_back = excluded.held_back, last_caught_at = excluded.last_caught_at,
    quiet_for = excluded.quiet_for
