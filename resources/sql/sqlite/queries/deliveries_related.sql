-- All that ?1 came from and all that came from it.
WITH RECURSIVE
    above (id, origin) AS (
        SELECT id, replaces FROM delivery WHERE id = ?1
        UNION
        SELECT delivery.id, delivery.replaces FROM above JOIN delivery ON delivery.id = above.origin),
    below (id) AS (
        SELECT ?1
        UNION
        SELECT delivery.id FROM below JOIN delivery ON delivery.replaces = below.id)
SELECT id FROM delivery
WHERE id <> ?1 AND (id IN (SELECT id FROM above) OR id IN (SELECT id FROM below))
ORDER BY created_at, rowid
