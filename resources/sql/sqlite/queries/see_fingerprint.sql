INSERT INTO fingerprint_seen (fingerprint)
VALUES (?1)
ON CONFLICT DO NOTHING
