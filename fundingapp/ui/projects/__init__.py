"""The Projects page: what each project was given, has spent and will spend; forecasts and accruals."""
