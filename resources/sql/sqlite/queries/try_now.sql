UPDATE delivery SET due_at = ?2 WHERE id = ?1 AND state IN ('queued', 'retrying', 'in_doubt')
