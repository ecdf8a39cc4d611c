SELECT happened_at, done_by, action, subject, detail FROM audit WHERE subject = ?1 ORDER BY happened_at, number
