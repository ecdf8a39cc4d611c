-- Up to ?5 due deliveries of the notifier ?3, but none of the JSON array ?6, for worker ?1, with a lease until ?4; now is ?2.
-- In their turn: what is tried again comes before what was made later. A follow-up waits for what its notifier is to be told of the same incident. The first list of states is that of the index, whose order is wanted (hence the plus).
UPDATE delivery
SET state = 'claimed', fence = fence + 1, attempts = attempts + 1, claimed_by = ?1, lease_until = ?4, sending_since = NULL
WHERE id IN (
    SELECT id FROM delivery
    WHERE notifier = ?3
      AND +due_at <= ?2
      AND state IN ('queued', 'claimed', 'sending', 'retrying', 'in_doubt', 'held')
      AND (state IN ('queued', 'retrying', 'in_doubt') OR (state = 'claimed' AND lease_until < ?2))
      AND id NOT IN (SELECT value FROM json_each(?6))
      AND id NOT IN (SELECT follow_up FROM delivery_too_early WHERE follow_up = id)
    ORDER BY turn, due_at, rowid
    LIMIT ?5)
RETURNING id, turn, due_at
