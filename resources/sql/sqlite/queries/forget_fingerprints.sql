-- All but the newest ?1.
DELETE FROM fingerprint_seen WHERE number <= (SELECT max(number) FROM fingerprint_seen) - ?1
