SELECT fingerprint FROM fingerprint_seen ORDER BY number
