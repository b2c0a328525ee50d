"""The further feeds: in the formats their systems write, and with what truth.json says of them."""

import csv
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from landed import Company, content, langfuse, spans


def pages(company: Company, feed: str) -> Iterator[dict]:
    """The results of a provider's report, page by page."""
    for path in sorted((company.data / "landing" / feed).iterdir()):
        for bucket in json.loads(content(path))["data"]:
            yield from bucket["results"]


def story(company: Company, name: str) -> dict:
    return next(story for story in company.truth["stories"] if story["story"] == name)


def test_reported_costs_are_dollars_here_and_cents_there(company: Company) -> None:
    billed = {row["provider"]: row["billed_usd"] for row in company.truth["providers"]}
    dollars = sum(row["amount"]["value"] for row in pages(company, "openai_costs"))
    cents = sum(float(row["amount"]) for row in pages(company, "anthropic_costs"))
    assert dollars == pytest.approx(billed["OpenAI"], rel=1e-6)
    assert cents / 100 == pytest.approx(billed["Anthropic"], rel=1e-6)


def test_reported_input_holds_cached_tokens_here_and_not_there(company: Company) -> None:
    for row in pages(company, "openai_usage"):
        assert row["input_tokens"] >= row["input_cached_tokens"]
    assert any(
        row["cache_read_input_tokens"] > row["uncached_input_tokens"]
        for row in pages(company, "anthropic_usage")
    )


def test_copilot_costs_what_is_net_of_discounts(company: Company) -> None:
    net = company.rows("github_copilot_billing", "select sum(net_amount::double) from feed")
    billed = {row["provider"]: row["billed_usd"] for row in company.truth["providers"]}
    assert net[0][0] == pytest.approx(billed["GitHub"])
    assert company.rows("github_copilot_billing", "select 1 from feed where gross_amount::double "
                        "> net_amount::double limit 1")  # fmt: skip


def test_invoices_of_one_vendor_are_its_cost_and_its_charges_are_not(company: Company) -> None:
    contract = story(company, "overbilled")["contract_id"]
    invoiced = company.rows(
        "vendor_invoices",
        f"select sum(amount::double) from feed where contract_id = '{contract}'",
    )[0][0]
    cost = next(row for row in company.truth["providers"] if row["provider"] == "Deskly")
    assert cost["billed_usd"] == pytest.approx(invoiced)
    assert company.rows("focus", "select 1 from feed where ProviderName = 'Deskly' limit 1")


def test_a_month_is_missing_among_the_invoices(company: Company) -> None:
    missing = story(company, "month_without_invoice")
    months = {month for (month,) in company.rows(
        "vendor_invoices",
        "select strftime(period_start::date, '%Y-%m-01') from feed "
        f"where contract_id = '{missing['contract_id']}'")}  # fmt: skip
    assert months == {"2026-02-01", "2026-03-01", "2026-05-01"}
    assert missing["month_start"] == "2026-04-01"


def test_predictions_come_again_with_their_label(company: Company) -> None:
    times = Counter(number for (number,) in company.rows(
        "predictions", "select prediction_id from feed"))  # fmt: skip
    assert set(times.values()) == {1, 2}
    told = story(company, "threshold_raised")
    rates = dict(company.rows(
        "predictions",
        f"""
        select predicted_at::timestamptz >= '{told["date"]}',
            avg(case when predicted_label = 'fraud' then 1.0 else 0.0 end)
        from feed where model_id = '{told["model_id"]}' and actual_label = 'genuine' group by 1
        """))  # fmt: skip
    assert rates[False] == pytest.approx(told["false_positive_rate_before"])
    assert rates[True] == pytest.approx(told["false_positive_rate_after"])


def test_one_model_sees_another_season(company: Company) -> None:
    told = story(company, "seasonal_drift")
    for feature in (*told["features"], "traffic"):
        before, after, spread = company.rows(
            "predictions",
            f"""
            with read as (
                select predicted_at::timestamptz >= '2026-05-18' as is_late,
                    json_extract(features, '$.{feature}')::double as value
                from feed where model_id = '{told["model_id"]}' and labeled_at is null
            )
            select avg(value) filter (where not is_late), avg(value) filter (where is_late),
                stddev(value) filter (where not is_late) from read
            """,
        )[0]
        assert (abs(after - before) > 0.5 * spread) == (feature in told["features"])


def test_people_who_use_a_feature_are_those_of_its_departments(company: Company) -> None:
    users = dict(company.rows(
        "feature_usage",
        "select feature_id, count(distinct worker_id) from feed group by 1"))  # fmt: skip
    expected: Counter[str] = Counter()
    for row in company.truth["feature_users"]:
        expected[row["feature_id"]] += row["users"]
    assert users == expected
    assistants = [row for row in company.truth["feature_users"]
                  if row["feature_id"] == "triage-assistant"]  # fmt: skip
    assert [row["department"] for row in assistants] == ["clinical"]


def test_experiments_have_the_arms_they_were_planted_with(company: Company) -> None:
    arms = {
        experiment: (control, treated)
        for experiment, control, treated in company.rows(
            "experiment_units",
            "select experiment_id, count(*) filter (where arm = 'control'), "
            "count(*) filter (where arm = 'treatment') from feed group by 1",
        )
    }
    broken = {name for name, (control, treated) in arms.items() if control != treated}
    invalid = {row["experiment_id"] for row in company.truth["experiments"]
               if row["status"] == "invalid"}  # fmt: skip
    assert broken == invalid == {"checkout-nudge"}
    assert len(arms) == len(company.truth["experiments"])


def test_an_agent_moves_to_langfuse_and_some_traces_are_told_twice(company: Company) -> None:
    told = {line["id"] for line in langfuse(company.data)
            if "type" not in line and "dataType" not in line}  # fmt: skip
    otlp = {span["traceId"].lower() for span in spans(company.data)}
    assert 0 < len(told & otlp) < len(told) / 3
    kinds = {line.get("type") for line in langfuse(company.data)}
    assert kinds == {None, "SPAN", "GENERATION"}


def test_buyers_are_in_workday_and_nowhere_else(company: Company) -> None:
    departments = {name for (name,) in company.rows(
        "hr_positions", "select distinct department from feed")}  # fmt: skip
    assert "procurement" not in departments
    path = next((company.data / "landing" / "workday_positions").iterdir())
    header = next(csv.reader(path.open(encoding="utf-8")))
    assert len(header) == 63
    closed = company.rows(
        "workday_workers", "select count(*) from feed where _fivetran_end like '%23:59:59'"
    )
    every = company.rows("workday_workers", "select count(*) from feed")
    assert closed == every


def test_logs_judge_spans_and_tell_requests(company: Company) -> None:
    names: Counter[str] = Counter()
    for path in sorted((company.data / "landing" / "otlp_logs").iterdir()):
        for line in content(path).splitlines():
            for resource in json.loads(line)["resourceLogs"]:
                for scope in resource["scopeLogs"]:
                    names.update(record["eventName"] for record in scope["logRecords"])
    assert names.keys() == {"gen_ai.evaluation.result", "claude_code.api_request"}
