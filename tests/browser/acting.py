"""An interpreter inside an installation: it is made ready once, and then every piece of code it is told runs in a copy of it.

As a program: reads code from stdin, one JSON string a line, and answers each with one line, {"said": …, "trouble": …}.
"""

import io
import json
import os
import select
import subprocess
import sys
import traceback
from contextlib import redirect_stdout
from dataclasses import dataclass, field

WITHIN_SECONDS = 60


@dataclass
class Interpreter:
    """Starts with the first piece of code; nothing that one piece does to its interpreter is seen by the next."""

    environment: dict[str, str] = field(repr=False)
    process: "subprocess.Popen[str] | None" = None

    def run(self, code: str) -> str:
        """Run the code and return what it printed. Raises: AssertionError, with the traceback, where it failed."""
        if self.process is None:
            command = [sys.executable, __file__]
            self.process = subprocess.Popen(command, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        assert select.select([self.process.stdout], [], [], WITHIN_SECONDS)[0], f"no answer within {WITHIN_SECONDS} s to:\n{code}"
        answer = json.loads(self.process.stdout.readline())
        assert answer["trouble"] is None, answer["trouble"]
        return str(answer["said"]).strip()

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


def main() -> None:
    from onewindow.config import setup

    setup()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else is printed is no answer
    for line in sys.stdin:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, json.dumps(_ran(json.loads(line))).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, encoding="utf-8") as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        print(told or json.dumps({"said": "", "trouble": "the interpreter died"}), file=answers, flush=True)


def _ran(code: str) -> dict[str, str | None]:
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            exec(compile(code, "<told>", "exec"), {"__name__": "__main__"})  # noqa: S102  (the tests' own code)
    except BaseException:
        return {"said": said.getvalue(), "trouble": traceback.format_exc()}
    return {"said": said.getvalue(), "trouble": None}


if __name__ == "__main__":
    main()
