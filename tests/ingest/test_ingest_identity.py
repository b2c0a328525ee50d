"""Which content is loaded, skipped, replaced and withdrawn: nothing lost, nothing twice."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from orchestration import ingest

FX = "rate_date,currency,usd_per_unit\n"


def rates(*names):
    return FX + "".join(f"2026-01-02,{name},1\n" for name in names)


@pytest.fixture
def house(make_house):
    return make_house("fx_rates")


def currencies(house):
    return [name for (name,) in house.query("select currency from raw.fx_rates order by 1")]


def statuses(house):
    return dict(house.query("select file, status from raw.files"))


def snapshot(house):
    return ingest.snapshots(house.settings, house.feeds)["fx_rates"]


def test_a_second_night_loads_nothing_and_makes_no_snapshot(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    before = snapshot(house)
    staging = house.night()
    assert (staging.files, staging.duplicates, staging.refusals) == ({"fx_rates": []}, {}, [])
    assert snapshot(house) == before


def test_known_content_is_skipped_under_another_name(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("A"))
    house.night()
    house.land("fx_rates/c.csv", rates("A"))
    house.night()
    assert currencies(house) == ["A"]
    assert statuses(house) == {
        "fx_rates/a.csv": "loaded",
        "fx_rates/b.csv": "duplicate",
        "fx_rates/c.csv": "duplicate",
    }


def test_new_content_of_a_known_name_replaces_the_old(house):
    house.land("fx_rates/a.csv", rates("A", "X"))
    house.land("fx_rates/b.csv", rates("B"))
    house.night()
    house.land("fx_rates/a.csv", rates("C"))
    house.night()
    assert currencies(house) == ["B", "C"]
    house.land("fx_rates/a.csv", rates("A", "X"))
    house.night()
    assert currencies(house) == ["A", "B", "X"]


def test_replaced_content_stays_while_another_name_holds_it(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("A"))
    house.night()
    house.land("fx_rates/a.csv", rates("C"))
    house.night()
    assert currencies(house) == ["A", "C"]
    assert statuses(house) == {"fx_rates/a.csv": "loaded", "fx_rates/b.csv": "loaded"}
    house.land("fx_rates/b.csv", rates("D"))
    house.night()
    assert currencies(house) == ["C", "D"]


def test_names_that_swap_their_contents_change_nothing(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("B"))
    house.night()
    house.land("fx_rates/a.csv", rates("B"))
    house.land("fx_rates/b.csv", rates("A"))
    house.night()
    assert currencies(house) == ["A", "B"]
    house.land("fx_rates/a.csv", rates("C"))
    house.night()
    assert currencies(house) == ["A", "C"]


def test_a_name_that_takes_over_anothers_content_lets_its_own_go(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("B"))
    house.night()
    house.land("fx_rates/a.csv", rates("B"))
    house.night()
    assert currencies(house) == ["B"]


def test_a_file_that_disappears_removes_nothing(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    (house.settings.landing / "fx_rates/a.csv").unlink()
    house.night()
    assert currencies(house) == ["A"]


def test_a_replacement_that_is_refused_leaves_the_old_rows(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    house.land("fx_rates/a.csv", "nothing,of,this\n")
    house.night()
    assert currencies(house) == ["A"]
    assert house.query("select status from raw.files order by 1") == [("loaded",), ("refused",)]
    house.land("fx_rates/a.csv", rates("B"))
    house.night()
    assert currencies(house) == ["B"]
    assert house.query("select status from raw.files") == [("loaded",)]


def test_a_file_still_being_written_waits(house):
    path = house.land("fx_rates/a.csv", rates("A"))
    moment = house.at.timestamp()
    os.utime(path, (moment - 1, moment - 1))
    assert house.night().waiting == ["fx_rates/a.csv"]
    assert currencies(house) == []
    house.at += timedelta(days=1)
    house.night()
    assert currencies(house) == ["A"]


def test_a_file_that_changes_while_it_is_read_waits(house, monkeypatch):
    from orchestration.ingest import staging as module

    path = house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("B"))
    type_rows = module.type_rows

    def meanwhile(*arguments):
        path.write_text(rates("A", "B"))
        return type_rows(*arguments)

    monkeypatch.setattr(module, "type_rows", meanwhile)
    assert house.night().waiting == ["fx_rates/a.csv"]
    assert currencies(house) == ["B"]


def test_links_hidden_and_unfinished_files_are_left_alone(house, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text(rates("OUT"))
    os.utime(outside, (1, 1))
    house.land("fx_rates/a.csv", rates("A"))
    for name in (".hidden.csv", "b.csv.part", "_SUCCESS", ".folder/c.csv"):
        house.land(f"fx_rates/{name}", rates("HIDDEN"))
    (house.settings.landing / "fx_rates/link.csv").symlink_to(outside)
    (house.settings.landing / "fx_rates/folder").symlink_to(tmp_path, target_is_directory=True)
    house.night()
    assert currencies(house) == ["A"]
    assert house.staging.refusals == []


def test_retracted_rows_go_and_stay_out_until_the_file_is_replaced(house):
    path = house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("B"))
    house.night()
    ingest.withdraw(house.settings, house.feeds, str(path), "retracted")
    house.night()
    assert currencies(house) == ["B"]
    assert statuses(house) == {"fx_rates/a.csv": "retracted", "fx_rates/b.csv": "loaded"}
    house.land("fx_rates/copy.csv", rates("A"))
    house.night()
    assert currencies(house) == ["B"]
    house.land("fx_rates/a.csv", rates("C"))
    house.night()
    assert currencies(house) == ["B", "C"]


def test_retracting_one_of_two_holders_keeps_the_rows_for_the_other(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("A"))
    house.night()
    ingest.withdraw(house.settings, house.feeds, "fx_rates/a.csv", "retracted")
    house.night()
    assert currencies(house) == ["A"]
    assert statuses(house)["fx_rates/b.csv"] == "loaded"
    ingest.withdraw(house.settings, house.feeds, "fx_rates/b.csv", "retracted")
    house.night()
    assert currencies(house) == []


def test_a_retracted_file_need_not_lie_in_landing_any_more(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    (house.settings.landing / "fx_rates/a.csv").unlink()
    ingest.withdraw(house.settings, house.feeds, "fx_rates/a.csv", "retracted")
    house.night()
    assert currencies(house) == []


def test_a_quarantined_file_is_skipped_before_and_after_loading(house):
    house.land("fx_rates/bad.csv", "nonsense\n")
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    ingest.withdraw(house.settings, house.feeds, "fx_rates/bad.csv", "quarantined")
    assert house.night().refusals == []
    assert statuses(house) == {"fx_rates/a.csv": "loaded", "fx_rates/bad.csv": "quarantined"}
    ingest.withdraw(house.settings, house.feeds, "fx_rates/a.csv", "quarantined")
    house.night()
    assert currencies(house) == []
    house.land("fx_rates/bad.csv", rates("GOOD"))
    house.night()
    assert currencies(house) == ["GOOD"]


def test_quarantining_a_bad_replacement_keeps_what_the_name_loaded_before(house):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    house.land("fx_rates/a.csv", "nonsense\n")
    ingest.withdraw(house.settings, house.feeds, "fx_rates/a.csv", "quarantined")
    assert house.night().refusals == []
    assert currencies(house) == ["A"]


@pytest.mark.parametrize("file", ["fx_rates/none.csv", "elsewhere.csv", "/etc/hostname", ""])
def test_withdrawing_an_unknown_file_says_so(house, file):
    with pytest.raises(ingest.WithdrawalError):
        ingest.withdraw(house.settings, house.feeds, file, "retracted")


def test_the_clock_is_real_where_none_is_given(make_house):
    house = make_house("fx_rates")
    path = house.land("fx_rates/a.csv", rates("A"))
    os.utime(path, (time.time(), time.time()))
    assert ingest.stage(house.settings, house.feeds).waiting == ["fx_rates/a.csv"]


def test_equal_files_that_cannot_be_read_are_each_refused(house):
    house.land("fx_rates/a.csv", "nothing,of,this\n")
    house.land("fx_rates/b.csv", "nothing,of,this\n")
    house.land("fx_rates/c.csv", rates("C"))
    house.night()
    assert statuses(house) == {
        "fx_rates/a.csv": "refused",
        "fx_rates/b.csv": "refused",
        "fx_rates/c.csv": "loaded",
    }


def test_content_refused_under_a_wrong_name_is_read_under_a_right_one(house):
    house.land("fx_rates/a.csv.gz", rates("A"))
    house.land("fx_rates/b.csv", rates("A"))
    house.land("fx_rates/c.csv", rates("A"))
    house.night()
    assert currencies(house) == ["A"]
    assert statuses(house) == {
        "fx_rates/a.csv.gz": "refused",
        "fx_rates/b.csv": "loaded",
        "fx_rates/c.csv": "duplicate",
    }


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_refusal_is_over_when_the_name_brings_known_content_again(house, withdrawn):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    if withdrawn:
        ingest.withdraw(house.settings, house.feeds, "fx_rates/a.csv", "retracted")
    house.land("fx_rates/a.csv", "nothing,of,this\n")
    house.night()
    assert house.only_refusal().file == "fx_rates/a.csv"
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    [(status,)] = house.query("select status from raw.files")
    assert status == ("retracted" if withdrawn else "loaded")


def test_a_file_whose_name_fits_no_feed_can_be_quarantined(house):
    house.land("fx_rates/notes.txt", "buy milk\n")
    house.night()
    assert "matches none of" in house.only_refusal().reason
    ingest.withdraw(house.settings, house.feeds, "fx_rates/notes.txt", "quarantined")
    assert house.night().refusals == []


def test_a_file_that_vanishes_while_it_is_read_waits(house, monkeypatch):
    from orchestration.ingest import staging as module

    path = house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("B"))
    type_rows = module.type_rows

    def meanwhile(*arguments):
        path.unlink(missing_ok=True)
        return type_rows(*arguments)

    monkeypatch.setattr(module, "type_rows", meanwhile)
    staging = house.night()
    assert (staging.waiting, staging.refusals) == (["fx_rates/a.csv"], [])
    assert currencies(house) == ["B"]


def test_links_to_folders_are_warned_of_and_folders_that_cannot_be_read_refused(
    house, tmp_path, monkeypatch, caplog
):
    house.land("fx_rates/closed/a.csv", rates("A"))
    (house.settings.landing / "fx_rates/link").symlink_to(tmp_path, target_is_directory=True)
    scandir = os.scandir

    def denied(folder):
        if str(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", denied)
    house.stage()
    assert house.only_refusal().file == "fx_rates/closed"
    assert house.only_refusal().reason == "the folder cannot be read: Permission denied"
    assert "fx_rates/link is a symbolic link" in caplog.text


def test_a_file_that_vanishes_before_it_is_read_is_not_there(house, monkeypatch):
    from orchestration.ingest import landing

    path = house.land("fx_rates/a.csv", rates("A"))
    house.land("fx_rates/b.csv", rates("B"))
    sha256_of = landing.sha256_of

    def meanwhile(file):
        path.unlink(missing_ok=True)
        return sha256_of(file)

    monkeypatch.setattr(landing, "sha256_of", meanwhile)
    staging = house.night()
    assert (staging.waiting, staging.refusals) == ([], [])
    assert currencies(house) == ["B"]


@pytest.fixture
def hashed(house, monkeypatch):
    """The names of files that were hashed, in nights long after the files were put there."""
    from orchestration.ingest import landing

    house.at = datetime.now(UTC) + timedelta(hours=1)
    names = []
    sha256_of = landing.sha256_of

    def noted(path):
        names.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(landing, "sha256_of", noted)
    return names


def test_what_lies_there_unchanged_is_not_read_again(house, hashed):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    house.land("fx_rates/b.csv", rates("B"))
    house.night()
    house.night()
    assert hashed == ["a.csv", "b.csv"]
    assert currencies(house) == ["A", "B"]


def test_other_bytes_are_read_whatever_time_and_size_the_file_shows(house, hashed):
    path = house.land("fx_rates/a.csv", rates("A"))
    house.night()
    shown = path.stat()
    house.land("fx_rates/a.csv", rates("B"))
    assert (path.stat().st_size, path.stat().st_mtime) == (shown.st_size, shown.st_mtime)
    house.night()
    assert currencies(house) == ["B"]
    house.land("fx_rates/.other", rates("C")).rename(path)
    house.night()
    assert currencies(house) == ["C"]
    assert hashed == ["a.csv"] * 3


def test_a_file_that_changed_just_before_is_read_again(house, hashed):
    house.land("fx_rates/a.csv", rates("A"))
    house.at = datetime.now(UTC)
    house.night()
    house.night()
    assert hashed == ["a.csv"] * 2


@pytest.mark.parametrize("content", ["", "[[1]]", '{"a": 1}', "null"])
def test_hashes_that_cannot_be_read_are_made_again(house, hashed, content):
    house.land("fx_rates/a.csv", rates("A"))
    house.night()
    house.settings.landed.write_text(content)
    house.night()
    house.night()
    assert hashed == ["a.csv"] * 2
    assert currencies(house) == ["A"]
