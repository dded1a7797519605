"""The outermost edge of the command line: a person sees one sentence for any failure, never a traceback."""

import contextlib
import io
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import typer

from samlink.cli import INTERRUPTED
from samlink.cli.data_directory import running_command
from samlink.cli.errors import CommandError, MisuseError, OutputError, WrongUsageError
from samlink.cli.help.pages import found
from samlink.cli.help.usage_errors import usage_sentence
from samlink.cli.language import say
from samlink.core.input import InputError
from samlink.vocabulary.problem import Problem

FAILED: Final = 1
DEBUG_VARIABLE: Final = "SAMLINK_DEBUG"


def run(arguments: Sequence[str]) -> int:
    """Run one command line; its exit code."""
    _never_fail_to_print()
    _tell_failures_of_output()
    _keep_libraries_quiet()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone; a second failure at interpreter exit would print a traceback.
        _forget_stdout()
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except OutputError as error:
        _forget_stdout()
        return _complain(str(error), error.exit_code)
    except Exception as error:  # outermost: a person gets a sentence, and the details on request
        return _unexpected(error)
    return code


def _run(arguments: Sequence[str]) -> int:
    from samlink.cli.app import app

    command = app.tree()
    running_command.set(found(command, arguments)[0])
    try:
        code = command.main(args=list(arguments), prog_name="samlink", standalone_mode=False)
    except OutputError:
        raise
    except MisuseError as error:
        return _complain(usage_sentence(error, command, arguments), error.exit_code)
    except CommandError as error:
        return _complain(str(error), error.exit_code)
    except Problem as problem:
        return _complain(
            say("{why}.", why=problem), WrongUsageError.exit_code if isinstance(problem, InputError) else FAILED
        )
    except typer.TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message(), file=sys.stderr)
            return error.exit_code
        return _complain(usage_sentence(error, command, arguments), error.exit_code)
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _complain(sentence: str, exit_code: int) -> int:
    with contextlib.suppress(OSError):
        print(f"samlink: {sentence}", file=sys.stderr, flush=True)
    return exit_code


def _unexpected(error: Exception) -> int:
    if _debugging():
        traceback.print_exception(error)
        return FAILED
    # The exception's own text may hold secrets; the place is enough to find the fault.
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return _complain(
        say(
            "an unexpected fault stopped the command ({kind} at {where}); run it again with "
            "{variable}=1 for the details.",
            kind=type(error).__name__,
            where=where,
            variable=DEBUG_VARIABLE,
        ),
        FAILED,
    )


def _never_fail_to_print() -> None:
    """A terminal that cannot show a character gets a replacement for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class _Output(io.TextIOWrapper):
    """Standard output whose failures are sentences, wherever something is printed; a reader that went away is none."""

    def write(self, text: str, /) -> int:
        with _failures_told():
            return super().write(text)

    def flush(self) -> None:
        with _failures_told():
            super().flush()


@contextlib.contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError("standard output cannot be written: {why}.", why=error) from error


def _tell_failures_of_output() -> None:
    stream = sys.stdout
    if type(stream) is io.TextIOWrapper:
        buffered = stream.line_buffering
        sys.stdout = _Output(stream.buffer, stream.encoding, "replace", line_buffering=buffered)


def _keep_libraries_quiet() -> None:
    """Silence the logs of client and asyncio: errors are told once, in our sentences; a gateway configures its own."""
    if not _debugging():
        for name in ("samlink", "asyncio"):
            logging.getLogger(name).addHandler(logging.NullHandler())


def _debugging() -> bool:
    return os.environ.get(DEBUG_VARIABLE, "") not in {"", "0"}


def _forget_stdout() -> None:
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
