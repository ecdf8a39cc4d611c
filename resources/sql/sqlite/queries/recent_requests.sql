SELECT request FROM escalation WHERE request IS NOT NULL AND created_at >= ?1 ORDER BY created_at, rowid
