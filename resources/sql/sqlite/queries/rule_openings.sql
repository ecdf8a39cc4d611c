SELECT rule, count(*), max(opened_at) FROM incident GROUP BY rule
