SELECT json FROM configuration ORDER BY version DESC LIMIT 1
