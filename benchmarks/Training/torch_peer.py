#!/usr/bin/env python3
"""The peer of `-- loss`: the same head rows, targets, start phases and noise through PyTorch. Reads a folder of .f32 files, runs as often as lines come in, answers each with a line of JSON.

Usage: torch_peer.py FOLDER THREADS BATCH FRAMES
"""
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.dont_write_bytecode = True
from torch_loss import LIGHT, SpectralDistance, Synthesis, pitch_loss


def main():
    folder, threads, batch, frames = Path(sys.argv[1]), *map(int, sys.argv[2:])
    torch.set_num_threads(threads)
    hop, knots = LIGHT["hop"], LIGHT["knots"]
    count = (frames - 1) * hop

    def read(name, *shape):
        return torch.from_numpy(np.fromfile(folder / f"{name}.f32", "<f4").reshape(shape))

    head = read("head", batch, frames, 3 * knots + 2).requires_grad_()
    pitch, target, starts, noise = read("pitch", batch, frames + 1), read("target", batch, count), read("starts", 2, batch), read("noise", 2, batch, (frames + 1) * hop)
    synthesis, distance = Synthesis(LIGHT), SpectralDistance(LIGHT["rate"], LIGHT["scales"])
    print(json.dumps({"version": torch.__version__}), flush=True)
    for _ in sys.stdin:
        head.grad = None
        wall, processor = time.perf_counter(), time.process_time()
        draws = [synthesis(head, pitch, starts[d], noise[d])[:, hop:hop + count] for d in range(2)]
        energy = distance.energy(target, *draws)
        loss = energy + pitch_loss(head, pitch[:, :-1], knots)
        loss.backward()
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        head.grad.numpy().tofile(folder / "gradient.f32")
        print(json.dumps({"loss": float(loss), "wall": wall, "processor": processor}), flush=True)


main()
