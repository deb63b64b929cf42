"""How it is run elsewhere: rules, dashboards and what else a cluster or a compose file needs."""
