"""The command `onewindow-sources`."""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onewindow_sources import face, national, stamps
from onewindow_sources.faults import BadFault, Faults, modes
from onewindow_sources.registers import BadRegister, load
from onewindow_sources.server import SourcesServer

default_data = Path("scenarios/restaurant/registers")
key_variable = "ONEWINDOW_SOURCES_KEY"


def build(
    *, data: Path | Sequence[Path], port: int, api_key: str, seed: int = 7, host: str = "127.0.0.1", fault: tuple[str, ...] = ()
) -> SourcesServer:
    """Return a server that is bound but not yet serving. Raises: BadRegister, BadFault, OSError."""
    registers = load(data, seed=seed)
    faults = Faults((*registers, face.name, national.name, stamps.name), own={national.name: national.faults, stamps.name: stamps.faults})
    for pair in fault:
        faults.switch(**_fault(pair))
    return SourcesServer((host, port), registers=registers, api_key=api_key, faults=faults)


def _fault(written: str) -> dict[str, Any]:
    """Return what REGISTER=MODE, REGISTER=slow:SECONDS or REGISTER=flaky:SHARE asks for. Raises: BadFault."""
    register, _, mode = written.partition("=")
    mode, _, size = mode.partition(":")
    try:
        sizes = {"delay_seconds" if mode == "slow" else "share": float(size)} if size else {}
    except ValueError:
        raise BadFault(f"“{size}” is no number. Write --fault {register}=slow:0.02 or {register}=flaky:0.3.") from None
    return {"register": register, "mode": mode, **sizes}


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop; return 0, or 2 where it cannot start."""
    arguments = _parser().parse_args(argv)
    api_key = arguments.key or os.environ.get(key_variable, "")
    if not api_key:
        print(f"The registers need a key: set {key_variable} or give --key.", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        server = build(
            data=arguments.data or [default_data], port=arguments.port, api_key=api_key, seed=arguments.seed, fault=tuple(arguments.fault)
        )
    except (BadRegister, BadFault) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"Cannot listen on 127.0.0.1:{arguments.port}: {error.strerror}. Choose another --port.", file=sys.stderr)
        return 2
    _serve(server)
    return 0


def _serve(server: SourcesServer) -> None:
    def stop(_number: int, _frame: object) -> None:
        # shutdown() waits for the loop that this very thread runs.
        threading.Thread(target=server.shutdown, daemon=True).start()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    print(f"{len(server.registers)} registers on http://127.0.0.1:{server.server_port}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onewindow-sources", description="Play the registers of other authorities over HTTP, on this machine only."
    )
    parser.add_argument("--data", type=Path, action="append", help="folder with one YAML file per register; may be given several times")
    parser.add_argument("--port", type=int, default=8701, help="0 takes a free one and prints it")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same people")
    parser.add_argument("--key", default="", help=f"the key that callers must send; else from {key_variable}")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="REGISTER=MODE",
        help=f"start with a fault: {', '.join(modes)}; slow:SECONDS, flaky:SHARE",
    )
    return parser
