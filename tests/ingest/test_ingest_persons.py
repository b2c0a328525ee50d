"""A forgotten person stays forgotten; a rotated secret changes every key and joins none wrongly."""

from dataclasses import replace

import pytest

from orchestration import ingest
from orchestration.ingest import lake, persons, upkeep
from tests.ingest.conftest import KEY, House, attribute, lines, request, span
from tests.torture.search import holding

SHEET = "worker_id,work_date,activity,hours\n"
REVIEWS = "review_id,work_item_id,agent_id,reviewer_id,reviewed_at,selection,verdict\n"
HOURS = SHEET + "ann,2026-01-02,review,3\nbob,2026-01-02,review,4\n"


@pytest.fixture
def house(make_house):
    """Ann and Bob work on two days and review; Ann's first day was corrected."""
    house = make_house("timesheets", "agent_reviews", "fx_rates")
    house.land("timesheets/1.csv", SHEET + "ann,2026-01-02,review,2\nbob,2026-01-02,review,4\n")
    house.night()
    house.land("timesheets/1.csv", HOURS)
    house.land("timesheets/2.csv", SHEET + "bob,2026-01-03,review,5\n")
    house.land("agent_reviews/1.csv", REVIEWS + "r1,w,a,ann,2026-01-02,random,accept\n")
    house.land("fx_rates/1.csv", "rate_date,currency,usd_per_unit\n2026-01-02,EUR,1\n")
    house.night()
    ingest.complete(house.settings, house.feeds)
    return house


def forget(house, person="ann"):
    return ingest.forget(house.settings, person)


def key(person, *keys):
    return persons.key_of(keys or [KEY], person)


def hours(house):
    return house.query(
        "select worker_key, work_date::varchar, hours::int from raw.timesheets order by 2, 3"
    )


def places(house, key):
    """Files outside the landing folder that hold a key."""
    return holding(house.settings.data, key)


def test_a_persons_key_goes_from_everywhere_and_hours_stay(house):
    assert places(house, key("ann"))
    assert forget(house) == {"raw.agent_reviews": 1, "raw.timesheets": 1}
    assert forget(house) == {}
    assert places(house, key("ann")) == set()
    house.night()
    [(ann, *day), bob, _] = hours(house)
    assert day == ["2026-01-02", 3]
    assert bob == (key("bob"), "2026-01-02", 4)
    assert ann not in (key("ann"), key("bob"))
    assert len(ann) == 64
    assert house.query("select reviewer_key from raw.agent_reviews") == [(ann,)], "still one person"
    assert places(house, key("ann")) == set()


def test_a_forgotten_person_stays_so_when_files_land_again(house):
    forget(house)
    house.night()
    before = hours(house)
    house.land("timesheets/again.csv", HOURS.replace("review,3", "review,9"))
    ingest.withdraw(house.settings, house.feeds, "timesheets/1.csv", "retracted")
    house.night()
    [(bob, *_), (ann, _, nine), _] = hours(house)
    assert (ann, bob, nine) == (before[0][0], key("bob"), 9)
    assert places(house, key("ann")) == set()


def test_a_feed_that_is_no_longer_declared_forgets_too(house):
    remaining = {name: house.feeds[name] for name in ("agent_reviews", "fx_rates")}
    house = House(house.settings, remaining)
    forget(house)
    assert places(house, key("ann")) == set()


def test_forgetting_twice_and_another_one_too(house):
    forget(house)
    house.night()
    before = hours(house)
    forget(house)
    house.night()
    assert hours(house) == before
    forget(house, "bob")
    house.night()
    assert hours(house)[0] == before[0]
    assert places(house, key("bob")) == set()


def test_a_lake_whose_files_are_gone_says_so(house):
    for file in (house.settings.lake / "raw" / "timesheets" / "data").iterdir():
        file.unlink()
    with pytest.raises(ingest.LakeError, match="restore the lake"):
        forget(house)


def test_history_is_gone_and_files_are_few(house):
    snapshots = ingest.snapshots(house.settings, house.feeds)
    forget(house)
    with lake.open_catalog(house.settings) as catalog:
        for name in ("timesheets", "agent_reviews"):
            table = lake.find_table(catalog, house.feeds[name])
            assert len(table.snapshots()) == 1
            assert table.snapshot_by_id(snapshots[name]) is None
    assert not house.settings.warehouse.exists()


@pytest.mark.parametrize("step", [(upkeep, "rewrite"), (upkeep, "expire"), (persons, "_let_go")])
def test_a_kill_on_the_way_is_made_good_by_the_next_night(house, monkeypatch, step):
    class Killed(BaseException):
        pass

    def killed(*arguments, **named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(*step, killed)
        with pytest.raises(Killed):
            forget(house)
    house.night()
    assert places(house, key("ann")) == set()
    assert [row[2] for row in hours(house)] == [3, 4, 5]


def test_landing_files_that_name_the_person(house):
    house.land("timesheets/packed.csv.gz", b"no gzip")
    house.land("agent_reviews/none.csv", REVIEWS + "ann,w,a,bob,2026-01-02,random,accept\n")
    named = ingest.landing_files_naming(house.settings, house.feeds, "ann")
    assert named.naming == ["timesheets/1.csv", "agent_reviews/1.csv"]
    assert named.unreadable == ["timesheets/packed.csv.gz"]


def test_spans_name_persons_too(make_house):
    house = make_house("otlp_traces")
    person = attribute("person.id", stringValue="ann")
    house.land("otlp_traces/1.json", lines(request(span(attributes=[person]))))
    house.night()
    assert ingest.landing_files_naming(house.settings, house.feeds, "ann").naming == [
        "otlp_traces/1.json"
    ]
    assert ingest.landing_files_naming(house.settings, house.feeds, "bob").naming == []
    forget(house)
    assert places(house, key("ann")) == set()


def test_another_secret_is_refused(house):
    other = replace(house.settings, person_key="another")
    with pytest.raises(ingest.PersonKeyError, match=r"raw\..*make rotate-key"):
        ingest.stage(other, house.feeds)
    with pytest.raises(ingest.PersonKeyError, match="set OUTTURN_PERSON_KEY"):
        ingest.rotate(other)
    with pytest.raises(ingest.PersonKeyError, match="neither"):
        ingest.rotate(replace(house.settings, person_key="wrong,another"))


def test_a_rotation_changes_every_key_once(house, monkeypatch):
    class Killed(BaseException):
        pass

    expire = upkeep.expire

    def second_is_killed(table, *needed):
        if table.name()[-1] == "timesheets":
            raise Killed
        expire(table, *needed)

    forget(house, "bob")
    house.night()
    severed = hours(house)[1][0]
    house.settings = replace(house.settings, person_key=f"{KEY},new")
    with monkeypatch.context() as patch:
        patch.setattr(upkeep, "expire", second_is_killed)
        with pytest.raises(Killed):
            ingest.rotate(house.settings)
    ingest.rotate(house.settings)
    for old in (key("ann"), severed):
        assert places(house, old) == set()
    again = "ann,2026-01-04,review,6\nbob,2026-01-04,review,7\n"
    house.land("timesheets/3.csv", SHEET + again)
    house.night()
    ann, bob = key("ann", KEY, "new"), key(severed, "new")
    assert [row[0] for row in hours(house)] == [ann, bob, bob, ann, bob]
    forget(house, "ann")
    assert places(house, ann) == set()
