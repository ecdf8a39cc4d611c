SELECT DISTINCT notifier FROM delivery
WHERE state IN ('queued', 'claimed', 'sending', 'retrying', 'in_doubt', 'held')
ORDER BY notifier
