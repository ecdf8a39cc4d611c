SELECT rule, verdict, sessions, last_at FROM rule_count ORDER BY rule, verdict
