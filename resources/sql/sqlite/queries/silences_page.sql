-- Made before ?1, newest first: ?2 of them, and those as old as the last of these.
SELECT id, matcher, reason, made_by, created_at, starts_at, ends_at, until_quiet, latest_end, ended_at, ended_by, digest_to,
       caught, held_back, last_caught_at, quiet_for
FROM silence
WHERE created_at < ?1
  AND created_at >= COALESCE((SELECT created_at FROM silence WHERE created_at < ?1 ORDER BY created_at DESC LIMIT 1 OFFSET ?2 - 1),
                         -9223372036854775807)
ORDER BY created_at DESC, rowid DESC
