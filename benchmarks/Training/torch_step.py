#!/usr/bin/env python3
"""The peer of `-- step`: a whole training step of a decoder on the same weights, codes, targets, start phases and noise. Reads a folder of .f32 files, runs as often as lines come in (`check`
has the gradients before clipping, those in float64 and the weights after the step written there), answers each with a line of JSON.

Usage: torch_step.py FOLDER MODEL.json THREADS BATCH FRAMES RATE DECAY CLIP AVERAGE
"""
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.dont_write_bytecode = True
from torch_decoder import Decoder, Step


def main():
    folder, config = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    threads, batch, frames = map(int, sys.argv[3:6])
    torch.set_num_threads(threads)
    d = config["decoder"]
    rows, hop = frames * d["upsample"], d["hop"]

    def read(name, *shape):
        return torch.from_numpy(np.fromfile(folder / f"{name}.f32", "<f4").reshape(shape))

    def prepare(dtype):
        inputs = read("pitch", batch, rows + 1), read("target", batch, (rows - 1) * hop), read("starts", 2, batch), read("noise", 2, batch, (rows + 1) * hop)
        return Step(
            Decoder(config, read, dtype), *map(float, sys.argv[6:10]), read("codes", batch, frames, config["num_quantizers"]).long(), *(x.to(dtype) for x in inputs), dtype=dtype,
            voiced_noise=True)

    step = prepare(torch.float32)
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        wall, processor = time.perf_counter(), time.process_time()
        loss = step.backward()
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        if line.strip() == "check":
            for name, p in step.decoder.trained.items():
                p.grad.numpy().tofile(folder / f"gradient.{name}.f32")
            exact = prepare(torch.float64)
            exact.backward()
            for name, p in exact.decoder.trained.items():
                p.grad.float().numpy().tofile(folder / f"exact.{name}.f32")
            del exact
        more, again = time.perf_counter(), time.process_time()
        norm = step.update()
        wall, processor = wall + time.perf_counter() - more, processor + time.process_time() - again
        if line.strip() == "check":
            for name, p in step.decoder.trained.items():
                p.detach().numpy().tofile(folder / f"updated.{name}.f32")
        print(json.dumps({"loss": float(loss), "norm": float(norm), "wall": wall, "processor": processor}), flush=True)


main()
