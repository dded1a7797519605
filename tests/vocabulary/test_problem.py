"""A problem is a code, a template and values: it is said as a sentence, and is whole on the other side of a pipe."""

import copy

from samlink.vocabulary.problem import N_, Problem


class _Refused(Problem, ValueError):
    def __init__(self, name: str) -> None:
        super().__init__("name.refused", N_("the name {name} is refused"), name=name)
        self.attempts = 3


def test_a_problem_is_a_code_a_template_and_values() -> None:
    problem = Problem("account.unknown", N_("there is no account {id} among {count:,}"), id="demo", count=1200)
    assert str(problem) == "there is no account demo among 1,200"
    assert (problem.code, problem.template) == ("account.unknown", "there is no account {id} among {count:,}")
    assert problem.values == {"id": "demo", "count": 1200}


def test_a_value_may_have_any_name() -> None:
    assert str(Problem("result.odd", N_("{code} is no {template}"), code=7, template="result")) == "7 is no result"


def test_a_value_is_never_taken_for_a_placeholder() -> None:
    assert str(Problem("name.odd", N_("{name} is odd"), name="{secret}")) == "{secret} is odd"


def test_a_value_may_be_a_problem_itself() -> None:
    inner = Problem("disk.full", N_("the disk is full"))
    assert str(Problem("backup.failed", N_("{path}: {why}"), path="a.db", why=inner)) == "a.db: the disk is full"


def test_a_problem_can_be_sent_from_one_process_to_another() -> None:
    problem = _Refused("x")
    problem.add_note("seen twice")
    back = copy.copy(problem)  # by `__reduce__`, as multiprocessing does it
    assert type(back) is _Refused
    assert (str(back), back.code, back.values) == (str(problem), problem.code, problem.values)
    assert (back.attempts, back.__notes__) == (3, ["seen twice"])
    assert back.args == problem.args


def test_a_problem_is_made_again_from_what_a_pipe_carries() -> None:
    back = _Refused.remade("name.refused", "the name {name} is refused", {"name": "y"})
    assert isinstance(back, _Refused)
    assert str(back) == "the name y is refused"
