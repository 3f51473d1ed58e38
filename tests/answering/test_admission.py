"""Whose turn it is: so many at a time, in the order they came, and never two with the same key."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.admission import Admission
from rag.answering.calls import Call, Stopped


@given(st.integers(1, 4), st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_no_more_than_so_many_are_at_work_and_no_key_twice(most, keys):
    admission, lock = Admission(most), threading.Lock()
    at_work: list[int] = []
    seen: list[list[int]] = []

    def work(key: int) -> None:
        with admission.admitted(key, Call()):
            with lock:
                at_work.append(key)
                seen.append(list(at_work))
            with lock:
                at_work.remove(key)

    with ThreadPoolExecutor(len(keys)) as pool:
        list(pool.map(work, keys))

    assert len(seen) == len(keys)
    assert all(len(now) <= most and len(now) == len(set(now)) for now in seen)


def test_they_come_in_the_order_they_asked():
    admission, came = Admission(1), []
    asked = [threading.Event() for _ in range(6)]

    def work(number: int) -> None:
        asked[number].set()
        with admission.admitted(number, Call()):
            came.append(number)

    with admission.admitted("first", Call()) as has_waited:
        threads = []
        for number in range(6):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            asked[number].wait(5)
            while len(admission._waiting) <= number:  # it has said that it waits
                pass
    for thread in threads:
        thread.join(5)

    assert not has_waited
    assert came == list(range(6))


def test_who_goes_away_while_waiting_is_told_at_once_and_leaves_the_turn_to_others():
    admission, call = Admission(1), Call()
    with admission.admitted("long", Call()):
        threading.Timer(0.05, call.stop).start()
        with pytest.raises(Stopped), admission.admitted("other", call):
            raise AssertionError("its turn had not come")
    with admission.admitted("other", Call()) as has_waited:
        assert not has_waited


def test_a_turn_that_ends_in_an_error_is_over():
    admission = Admission(1)
    with pytest.raises(ValueError, match="broken"), admission.admitted("key", Call()):
        raise ValueError("broken")

    with admission.admitted("key", Call()) as has_waited:
        assert not has_waited
