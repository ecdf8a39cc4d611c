SELECT rule, hour, sessions FROM rule_hour WHERE hour >= ?1 ORDER BY rule, hour
