SELECT id, matcher, reason, made_by, created_at, starts_at, ends_at, until_quiet, latest_end, ended_at, ended_by, digest_to,
       caught, held_back, last_caught_at, quiet_for
FROM silence WHERE id = ?1
