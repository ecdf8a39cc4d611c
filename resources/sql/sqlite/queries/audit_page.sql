-- What happened before ?1, newest first: ?2 of them, and those as old as the last of these.
SELECT happened_at, done_by, action, subject, detail
FROM audit
WHERE happened_at < ?1
  AND happened_at >= COALESCE((SELECT happened_at FROM audit WHERE happened_at < ?1 ORDER BY happened_at DESC LIMIT 1 OFFSET ?2 - 1),
                              -9223372036854775807)
ORDER BY happened_at DESC, number DESC
