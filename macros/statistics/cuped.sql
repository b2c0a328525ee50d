{#
    An outcome freed from what was known before the experiment: Deng, A., Xu, Y., Kohavi, R. and
    Walker, T. (2013), Improving the sensitivity of online controlled experiments by utilizing
    pre-experiment data, WSDM, 123-132. Theta is the covariance of outcome and covariate over the
    covariate's variance, the mean the covariate's, all over both arms.
#}
{% macro cuped_adjusted(outcome, covariate, covariate_mean, theta) -%}
    (
        cast({{ outcome }} as double)
        - {{ theta }} * (cast({{ covariate }} as double) - {{ covariate_mean }})
    )
{%- endmacro %}
