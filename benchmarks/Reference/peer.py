#!/usr/bin/env python3
"""Qwen3-TTS-Tokenizer-12Hz in PyTorch, as the reference computes it (tests/data/qwen3-golden/README.md, sections 4 to 6): the peer of the benchmark beside it.

Reads commands from standard input, one a line, and answers each with one line of JSON on standard output:
    encode IN.f32 OUT.i32   float32 samples to int32 codes [frames, layers]
    decode IN.i32 OUT.f32   codes to samples, in one pass
Usage: peer.py MODEL_FOLDER THREADS
"""
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F


def load(path):
    """All tensors of a safetensors file."""
    data = np.memmap(path, np.uint8, "r")
    length = int(data[:8].view("<u8")[0])
    header = json.loads(bytes(data[8:8 + length]))
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + length + begin:8 + length + end].tobytes(), "<f4").reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors


class Weights:
    def __init__(self, tensors, prefix=""):
        self.tensors, self.prefix = tensors, prefix

    def __getitem__(self, name):
        return self.tensors[f"{self.prefix}{name}"]

    def get(self, name):
        return self.tensors.get(f"{self.prefix}{name}")

    def at(self, name):
        return Weights(self.tensors, f"{self.prefix}{name}.")


def conv(w, x, stride=1, dilation=1, groups=1, replicate=False):
    w = w if w.get("weight") is not None else w.at("conv")
    kernel = w["weight"].shape[-1]
    span = (kernel - 1) * dilation + 1
    frames = -(-x.shape[-1] // stride)
    padding = (span - stride, frames * stride - x.shape[-1])
    x = F.pad(x, padding, mode="replicate") if replicate else F.pad(x, padding)
    return F.conv1d(x, w["weight"], w.get("bias"), stride, 0, dilation, groups)


def conv_transpose(w, x, stride):
    w = w.at("conv")
    length = x.shape[-1] * stride
    return F.conv_transpose1d(x, w["weight"], w["bias"], stride)[..., :length]


def rotary(length, size, theta):
    frequencies = 1.0 / (theta ** (torch.arange(0, size, 2).float() / size))
    angles = torch.outer(torch.arange(length).float(), frequencies)
    angles = torch.cat((angles, angles), -1)
    return angles.cos(), angles.sin()


def rotate(x, cos, sin):
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), -1) * sin


def attention(w, x, heads, size, angles, mask):
    length = x.shape[0]
    q, k, v = (F.linear(x, w[f"{n}_proj.weight"], w.get(f"{n}_proj.bias")).view(length, -1, size).transpose(0, 1) for n in "qkv")
    q, k = rotate(q, *angles), rotate(k, *angles)
    k, v = (t.repeat_interleave(heads // t.shape[0], 0) if t.shape[0] < heads else t for t in (k, v))
    weights = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(size) + mask, -1)
    return F.linear((weights @ v).transpose(0, 1).reshape(length, heads * size), w["o_proj.weight"], w.get("o_proj.bias"))


def causal(length, window=None):
    age = torch.arange(length)[:, None] - torch.arange(length)[None, :]
    hidden = (age < 0) if window is None else (age < 0) | (age >= window)
    return torch.zeros(length, length).masked_fill(hidden, float("-inf"))


class Encoder:
    def __init__(self, tensors, config):
        self.w, self.c = Weights(tensors, "encoder."), config["encoder_config"]
        self.layers = config["encoder_valid_num_quantizers"]
        self.books = {}
        for kind, count in (("semantic", 1), ("acoustic", self.layers - 1)):
            stored = self.w.at(f"quantizer.{kind}_residual_vector_quantizer")
            self.books[kind] = [stored[f"layers.{i}.codebook.embed_sum"] / stored[f"layers.{i}.codebook.cluster_usage"].clamp(min=1e-5)[:, None] for i in range(count)]

    def __call__(self, samples):
        w, c = self.w, self.c
        x, index = conv(w.at("encoder.layers.0"), samples[None, None]), 1
        for ratio in reversed(c["upsampling_ratios"]):
            for unit in range(c["num_residual_layers"]):
                block = w.at(f"encoder.layers.{index}.block")
                h = conv(block.at("1"), F.elu(x), dilation=c["dilation_growth_rate"] ** unit)
                x = x + conv(block.at("3"), F.elu(h))
                index += 1
            x = conv(w.at(f"encoder.layers.{index + 1}"), F.elu(x), stride=ratio)
            index += 2
        x = conv(w.at(f"encoder.layers.{index + 1}"), F.elu(x))[0].T
        angles, mask = rotary(len(x), c["head_dim"], c["rope_theta"]), causal(len(x))
        for i in range(c["num_hidden_layers"]):
            layer = w.at(f"encoder_transformer.layers.{i}")
            n = F.layer_norm(x, x.shape[-1:], layer["input_layernorm.weight"], layer["input_layernorm.bias"], c["norm_eps"])
            x = x + layer["self_attn_layer_scale.scale"] * attention(layer.at("self_attn"), n, c["num_attention_heads"], c["head_dim"], angles, mask)
            n = F.layer_norm(x, x.shape[-1:], layer["post_attention_layernorm.weight"], layer["post_attention_layernorm.bias"], c["norm_eps"])
            x = x + layer["mlp_layer_scale.scale"] * F.linear(F.gelu(F.linear(n, layer["mlp.fc1.weight"])), layer["mlp.fc2.weight"])
        x = conv(w.at("downsample"), x.T[None], stride=2, replicate=True)
        codes = []
        for kind, books in self.books.items():
            r = F.conv1d(x, w[f"quantizer.{kind}_residual_vector_quantizer.input_proj.weight"])[0].T
            for book in books:
                codes.append(torch.cdist(r[None], book[None])[0].argmin(-1))
                r = r - book[codes[-1]]
        return torch.stack(codes, -1)


class Decoder:
    def __init__(self, tensors, config):
        self.w, self.c = Weights(tensors, "decoder."), config["decoder_config"]
        self.books = {}
        for kind, count in (("rvq_first", 1), ("rvq_rest", self.c["num_quantizers"] - 1)):
            stored = self.w.at(f"quantizer.{kind}.vq")
            self.books[kind] = [
                stored[f"layers.{i}._codebook.embedding_sum"] / stored[f"layers.{i}._codebook.cluster_usage"].clamp(min=1e-5)[:, None] for i in range(count)]

    @staticmethod
    def snake(w, x):
        return x + (1.0 / (w["beta"].exp()[:, None] + 1e-9)) * torch.pow(torch.sin(x * w["alpha"].exp()[:, None]), 2)

    def rms(self, weight, x):
        return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.c["rms_norm_eps"]))

    def __call__(self, codes):
        w, c = self.w, self.c
        x = 0
        for kind, columns in (("rvq_first", codes[:, :1]), ("rvq_rest", codes[:, 1:])):
            entries = sum(F.embedding(columns[:, i], book) for i, book in enumerate(self.books[kind]))
            x = x + F.conv1d(entries.T[None], w[f"quantizer.{kind}.output_proj.weight"])
        x = conv(w.at("pre_conv"), x)[0].T
        t = w.at("pre_transformer")
        x = F.linear(x, t["input_proj.weight"], t["input_proj.bias"])
        angles, mask = rotary(len(x), c["head_dim"], c["rope_theta"]), causal(len(x), c["sliding_window"])
        for i in range(c["num_hidden_layers"]):
            layer = t.at(f"layers.{i}")
            n = self.rms(layer["input_layernorm.weight"], x)
            x = x + layer["self_attn_layer_scale.scale"] * attention(layer.at("self_attn"), n, c["num_attention_heads"], c["head_dim"], angles, mask)
            n = self.rms(layer["post_attention_layernorm.weight"], x)
            gated = F.silu(F.linear(n, layer["mlp.gate_proj.weight"])) * F.linear(n, layer["mlp.up_proj.weight"])
            x = x + layer["mlp_layer_scale.scale"] * F.linear(gated, layer["mlp.down_proj.weight"])
        x = F.linear(self.rms(t["norm.weight"], x), t["output_proj.weight"], t["output_proj.bias"]).T[None]
        for i, ratio in enumerate(c["upsampling_ratios"]):
            x = conv_transpose(w.at(f"upsample.{i}.0"), x, ratio)
            b = w.at(f"upsample.{i}.1")
            h = conv(b.at("dwconv"), x, groups=x.shape[1])[0].T
            h = F.layer_norm(h, h.shape[-1:], b["norm.weight"], b["norm.bias"], 1e-6)
            h = F.linear(F.gelu(F.linear(h, b["pwconv1.weight"], b["pwconv1.bias"])), b["pwconv2.weight"], b["pwconv2.bias"])
            x = x + (b["gamma"] * h).T[None]
        x = conv(w.at("decoder.0"), x)
        for i, rate in enumerate(c["upsample_rates"]):
            block = w.at(f"decoder.{i + 1}.block")
            x = conv_transpose(block.at("1"), self.snake(block.at("0"), x), rate)
            for unit, dilation in enumerate((1, 3, 9)):
                u = block.at(str(unit + 2))
                h = conv(u.at("conv1"), self.snake(u.at("act1"), x), dilation=dilation)
                x = x + conv(u.at("conv2"), self.snake(u.at("act2"), h))
        last = len(c["upsample_rates"]) + 1
        return conv(w.at(f"decoder.{last + 1}"), self.snake(w.at(f"decoder.{last}"), x)).clamp(-1, 1)[0, 0]


def main():
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    config = json.loads((folder / "config.json").read_text())
    tensors = load(folder / "model.safetensors")
    encoder, decoder = Encoder(tensors, config), Decoder(tensors, config)
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        verb, source, target = line.split()
        if verb == "encode":
            value, run = torch.from_numpy(np.fromfile(source, "<f4")), encoder
        else:
            value, run = torch.from_numpy(np.fromfile(source, "<i4").reshape(-1, encoder.layers).astype(np.int64)), decoder
        wall, processor = time.perf_counter(), time.process_time()
        result = run(value)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        result.numpy().astype("<i4" if verb == "encode" else "<f4").tofile(target)
        print(json.dumps({"wall": wall, "processor": processor}), flush=True)


main()
