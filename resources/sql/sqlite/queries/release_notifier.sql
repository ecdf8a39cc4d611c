DELETE FROM notifier_hold WHERE notifier = ?1
