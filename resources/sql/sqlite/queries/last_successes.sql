SELECT notifier, max(finished_at) FROM delivery WHERE state IN ('accepted', 'delivered') GROUP BY notifier
