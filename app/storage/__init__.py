"""The database: models, encryption and named queries. The only place that knows SQL."""
