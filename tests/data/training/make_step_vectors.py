#!/usr/bin/env python3
"""A whole training step of a small decoder (step.json) by PyTorch 1.13 in float64, as the expected values of DecoderTrainerTests: writes step.safetensors beside itself.
Usage, from the repository's root: /usr/bin/python3 tests/data/training/make_step_vectors.py"""
import json
import struct
import sys
import wave
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "benchmarks" / "Training"))
sys.dont_write_bytecode = True
from torch_decoder import Decoder, Step
from torch_loss import splitmix

SEED, STEP, BATCH, FRAMES = 20261122, 7, 2, 3
RATE, DECAY, CLIP, AVERAGE = 2e-3, 0.005, 2.0, 0.999


def save(path, tensors):
    header, blobs, offset = {}, [], 0
    for name, values in tensors.items():
        data = np.ascontiguousarray(values, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(np.shape(values)), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        blobs.append(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def main():
    torch.set_num_threads(1)
    torch.manual_seed(3)
    config = json.loads((HERE / "step.json").read_text())
    d = config["decoder"]
    rows, hop = FRAMES * d["upsample"], d["hop"]

    def fresh(name, *shape):
        if name == "decoder.head.bias":
            return torch.cat((torch.full((2 * d["knots"],), -5.0), torch.zeros(d["knots"] + 2)))
        if name.endswith(".bias"):
            return (0.1 * torch.randn(*shape)).float()
        return (torch.randn(*shape) * (1 if name == "decoder.embeddings" else 0.4 / (shape[1] ** 0.5 if len(shape) == 3 else 1))).float()

    with wave.open(str(HERE.parent / "edge-golden" / "clip2.wav")) as file:
        speech = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    count = (rows - 1) * hop
    target = np.stack([speech[start:start + 2 * count:2] for start in (16000, 22000)])
    pitch = (140 + 30 * np.sin(np.arange(rows + 1) / 3 + np.arange(BATCH)[:, None])).astype(np.float32)
    pitch[0, 4:7] = 0
    streams = [[splitmix(SEED, STEP, item, draw, (rows + 1) * hop) for item in range(BATCH)] for draw in range(2)]
    codes = torch.randint(config["codebook_size"], (BATCH, FRAMES, config["num_quantizers"]))
    decoder = Decoder(config, fresh, torch.float64)
    out = {"codes": codes.numpy(), "target": target, "pitch": pitch}
    out.update({name: p.detach().numpy().copy() for name, p in decoder.trained.items()})
    double = torch.float64
    step = Step(decoder, RATE, DECAY, CLIP, AVERAGE, codes, torch.from_numpy(pitch).to(double), torch.from_numpy(target).to(double), torch.tensor([[s[0] for s in draw] for draw in streams], dtype=double),
                torch.from_numpy(np.stack([[s[1] for s in draw] for draw in streams])).to(double), dtype=double)
    loss = step.backward()
    out.update({f"gradient/{name}": p.grad.numpy().copy() for name, p in decoder.trained.items()})
    norm = step.update()
    out.update({f"updated/{name}": p.detach().numpy() for name, p in decoder.trained.items()})
    out.update({f"average/{name}": a.numpy() for name, a in zip(decoder.trained, step.averages)})
    out["loss"] = np.array([float(loss), float(norm)])
    save(HERE / "step.safetensors", out)


main()
