UPDATE OR REPLACE notifier_hold SET notifier = ?2 WHERE notifier = ?1
