SELECT id, subject, written_at, written_by, words FROM note WHERE subject = ?1 ORDER BY written_at, rowid
