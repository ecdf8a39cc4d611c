SELECT notifier, reason FROM notifier_hold
