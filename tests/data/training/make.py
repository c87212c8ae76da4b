#!/usr/bin/env python3
"""Writes the vectors of this folder with PyTorch 1.13: see README.md. Usage, from the repository's root: /usr/bin/python3 tests/data/training/make.py"""
import sys
import wave
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "benchmarks" / "Training"))
from torch_loss import LIGHT, METER, SpectralDistance, Synthesis, pitch_loss, splitmix

SEED, STEP = 20261122, 7


def clip(name):
    with wave.open(str(HERE.parent / "edge-golden" / name)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def make(name, sizes, frames, clips):
    random = np.random.RandomState(len(name))
    hop, knots, count = sizes["hop"], sizes["knots"], (frames - 1) * sizes["hop"]
    step = 16000 // sizes["rate"]
    target = np.stack([clip(c)[start:start + count * step:step] for c, start in clips])
    rows = random.randn(len(clips), frames, 3 * knots + 2)
    rows[..., :knots] = rows[..., :knots] * 0.8 - 4
    rows[..., knots:2 * knots] = rows[..., knots:2 * knots] * 0.8 - 5
    rows[0, 1, 3], rows[0, 2, 5], rows[0, 3, knots + 7] = 3.5, -15, -14.5
    head = torch.from_numpy(rows.astype(np.float32)).requires_grad_()
    contour = 120 + 40 * np.sin(np.arange(frames + 1) / 3 + np.arange(len(clips))[:, None]) + 60 * np.arange(len(clips))[:, None]
    contour[:, 5:8] = 0
    contour[-1, 0] = 0
    pitch = torch.from_numpy(contour.astype(np.float32))
    draws, synthesis, distance = [], Synthesis(sizes), SpectralDistance(sizes["rate"], sizes["scales"])
    for draw in range(2):
        streams = [splitmix(SEED, STEP, item, draw, (frames + 1) * hop) for item in range(len(clips))]
        y = synthesis(head, pitch, torch.tensor([s[0] for s in streams]), torch.from_numpy(np.stack([s[1] for s in streams])))
        draws.append(y[:, hop:hop + count])
        draws[-1].retain_grad()
    x = torch.from_numpy(target)
    losses = distance.energy(x, *draws), distance.plain(x, draws[0]), pitch_loss(head, pitch[:, :-1], knots)
    torch.autograd.backward(losses[1], retain_graph=True)
    plain = draws[0].grad.clone()
    for leaf in (head, *draws):
        leaf.grad = None
    torch.autograd.backward(losses[0], retain_graph=True)
    values = {"target": target, "head": rows, "pitch": contour, "first": draws[0].detach(), "second": draws[1].detach(), "losses": [float(v) for v in losses],
              "first-gradient": draws[0].grad, "second-gradient": draws[1].grad, "plain-gradient": plain, "spectral-gradient": head.grad.clone()}
    losses[2].backward()
    values["head-gradient"] = head.grad
    values["noise"] = np.concatenate(([splitmix(SEED, STEP, 0, 1, 9)[0]], splitmix(SEED, STEP, 0, 1, 9)[1]))
    for key, value in values.items():
        np.save(HERE / f"{name}.{key}.npy", np.asarray(value, np.float64 if key == "losses" else np.float32))


torch.set_num_threads(1)
make("light", LIGHT, 12, (("clip0.wav", 20000), ("clip1.wav", 9000)))
make("meter", METER, 10, (("clip2.wav", 16000),))
