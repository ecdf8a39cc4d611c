-- The configuration is JSON in bytes.
SELECT COALESCE(json_extract(rule.value, '$.id'), json_extract(rule.value, '$.name')) AS known, min(configuration.in_force_at)
FROM configuration, json_each(CAST(configuration.json AS TEXT), '$.rules') AS rule
WHERE json_valid(CAST(configuration.json AS TEXT)) AND known IS NOT NULL
GROUP BY known
