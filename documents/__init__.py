"""Documents written from the published marts: the weekly report, and three filled templates."""
