"""The process that llama.cpp's server runs in. It ends with its input, so with who started it."""

import json
import os
import sys
from importlib import import_module

import click


@click.command()
@click.argument("weights")
@click.option("--slots", default=2, help="Answers written at a time.")
@click.option("--window", default=8192, help="Tokens of prompt and answer together, of a slot.")
@click.option("--threads", default=2, help="Of the processor.")
@click.option("--seed", default=1, help="What the answers are drawn from.")
def main(weights: str, slots: int, window: int, threads: int, seed: int) -> None:
    """Serve WEIGHTS on a free port of loopback, and say where in a line of JSON."""
    llama = import_module("xllamacpp")
    params = llama.CommonParams()
    params.model.path = weights
    params.n_parallel, params.n_ctx = slots, slots * window
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.sampling.seed = seed
    params.n_gpu_layers = 0
    params.ui = False
    server = llama.Server(params)
    print(json.dumps({"baseUrl": f"{server.listening_address}/v1"}), flush=True)  # noqa: T201
    sys.stdin.read()
    # Its own end waits for answers that nobody reads any more.
    os._exit(0)


if __name__ == "__main__":
    main()
