-- Of sessions that the journal does not hold any more, ?2 at most.
DELETE FROM verdict WHERE session IN (SELECT session FROM verdict WHERE position < ?1 ORDER BY position LIMIT ?2)
