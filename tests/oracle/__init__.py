"""The KPIs once more, in pandas, scipy and statsmodels, straight from the landing files.

What belongs here: an independent reading of the KPI definitions and its comparison with the
published marts. What does not: anything that looks at the models' SQL.
"""
