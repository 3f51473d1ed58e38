"""Who gets in: users of a file, wrong passwords, a limit per user."""

from __future__ import annotations

import stat

import pytest

from rag.core.errors import SettingsError
from rag.core.settings import Settings
from rag.serving.access import Door, Pace, add_user, hashed, is_password, may_change, read_users
from rag.serving.page import door_of
from tests.conftest import ROOT


def test_a_user_of_the_file_gets_in_with_the_right_password_only(tmp_path):
    file = tmp_path / "users"
    add_user(file, "ann", "first")
    add_user(file, "bob", "other")
    add_user(file, "ann", "second")
    door = Door(read_users(file))

    assert door.opens("ann", "second")
    assert door.opens("bob", "other")
    assert not door.opens("ann", "first")
    assert not door.opens("ann", "")
    assert not door.opens("", "second")
    assert not door.opens("carl", "second")


def test_the_file_holds_no_password_and_is_the_owners_alone(tmp_path):
    file = tmp_path / "users"

    add_user(file, "ann", "secret-word")

    assert "secret-word" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_same_password_is_never_kept_the_same_way():
    assert hashed("word") != hashed("word")
    assert is_password("word", hashed("word"))


@pytest.mark.parametrize(
    "content", ["", "ann", "ann:plain", ":scrypt$a$b", "\n\n", "ann:scrypt$abc$zzz", "ann:scrypt$$"]
)
def test_a_file_that_names_nobody_is_refused_with_the_command(tmp_path, content):
    (tmp_path / "users").write_text(content)

    with pytest.raises(SettingsError, match=r"python -m rag\.serving\.users"):
        read_users(tmp_path / "users")


@pytest.mark.parametrize(
    ("name", "password"), [("", "p"), ("a:b", "p"), (" a", "p"), ("a\nb:scrypt$", "p"), ("ann", "")]
)
def test_a_name_that_would_break_the_file_is_refused(tmp_path, name, password):
    with pytest.raises(SettingsError):
        add_user(tmp_path / "users", name, password)


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(SettingsError, match=r"cannot be written: No such file or directory\."):
        add_user(tmp_path / "none" / "users", "ann", "secret")


def test_a_host_that_can_be_no_name_is_one_line(program):
    ended = program(ROOT / "app.py", "--host", "a..b", "--auth", "ann:secret")

    assert (ended.returncode, ended.stdout, ended.stderr) == (
        2, "", "error: There is no computer named 'a..b' here. Try --host 127.0.0.1.\n"
    )  # fmt: skip


def test_a_name_guessed_at_too_often_waits_even_with_the_right_password():
    door = Door.for_one("ann:right")

    guesses = [door.opens("ann", f"wrong {number}") for number in range(12)]

    assert not any(guesses)
    assert not door.opens("ann", "right")


def test_a_limit_counts_each_name_by_itself_and_forgets():
    now = [0.0]
    pace = Pace(2, 60.0, now=lambda: now[0])

    assert [pace.wait("ann"), pace.wait("ann"), pace.wait("bob")] == [0, 0, 0]
    assert pace.wait("ann") == 60
    now[0] = 61
    assert pace.wait("ann") == 0


def test_a_header_and_passwords_at_once_are_refused():
    with pytest.raises(SettingsError, match="header"):
        door_of(Settings(auth="a:b", auth_header="X-User"))


@pytest.mark.parametrize(
    ("settings", "user", "may"),
    [
        ({}, "", True),
        ({"auth": "ann:word"}, "ann", True),
        ({"auth_file": "users"}, "ann", False),
        ({"auth_header": "X-User"}, "ann", False),
        ({"auth_file": "users", "editors": "ann, bob"}, "bob", True),
        ({"auth_file": "users", "editors": "ann, bob"}, "carl", False),
        ({"auth_file": "users", "editors": "ann, bob"}, "", False),
        ({"auth_header": "X-User", "editors": "*"}, "carl", True),
        ({"editors": "ann"}, "", False),
    ],
)
def test_only_editors_change_the_library_where_there_are_several_users(settings, user, may):
    assert may_change(Settings(**settings), user) is may
