INSERT INTO configuration (json, position, in_force_at, set_by)
VALUES (?1, ?2, ?3, ?4)
