DELETE FROM rule_hour WHERE hour < ?1
