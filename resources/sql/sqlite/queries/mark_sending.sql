UPDATE delivery
SET state = 'sending', sending_since = ?4, lease_until = ?5
WHERE id = ?1 AND fence = ?2 AND claimed_by = ?3 AND state = 'claimed' AND lease_until >= ?4
