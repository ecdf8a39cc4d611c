-- A notifier of an earlier time may have had the new name and have told the same escalation: that one keeps its place.
UPDATE OR IGNORE delivery SET notifier = ?2 WHERE notifier = ?1
