#!/usr/bin/env python3
"""Prints the expected values of the Audio tests. Written from the papers with numpy and scipy, independently of the C# code; run it by hand, no test does."""
import os
import numpy as np
from scipy.io import wavfile
from scipy.signal import resample

HERE = os.path.dirname(os.path.abspath(__file__))


def noise(n, seed):
    """Uniform in [-1, 1): the generator that the C# tests use too."""
    out = np.empty(n)
    s = seed
    for i in range(n):
        s = (s * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = (s - (1 << 32) if s >> 31 else s) / 2.0 ** 31
    return out


def modulated(n, period, seed):
    """Noise under a triangular envelope, with a silent fifth in the middle; float32 like a clip."""
    i = np.arange(n)
    x = noise(n, seed) * np.abs(i % period - period // 2) / (period // 2) * 0.5
    x[(i >= 2 * n // 5) & (i < 3 * n // 5)] = 0
    return x.astype(np.float32).astype(np.float64)


def frames(x, n, hop):
    return np.lib.stride_tricks.sliding_window_view(x, n)[::hop] if len(x) >= n else np.zeros((0, n))


def stoi_bands(x, y, fs):
    if fs != 10000:
        # An ideal (whole-signal Fourier) resampler; two seconds of zeros keep its circularity away.
        pad = 2 * fs
        m = -(-len(x) * 10000 // fs)
        x, y = (resample(np.concatenate([v, np.zeros(pad + (-len(v)) % fs)]), (len(v) + pad + (-len(v)) % fs) * 10000 // fs)[:m] for v in (x, y))
    w = np.hanning(258)[1:-1]
    fx, fy = frames(x, 256, 128) * w, frames(y, 256, 128) * w
    level = 20 * np.log10(np.sqrt((fx ** 2).sum(1)) + 1e-12)
    keep = level > level.max() - 40
    def glue(f):
        out = np.zeros(128 * (len(f) - 1) + 256)
        for i, row in enumerate(f):
            out[128 * i:128 * i + 256] += row
        return out
    spectra = [np.abs(np.fft.rfft(frames(glue(f[keep]), 256, 128) * w, 512)) ** 2 for f in (fx, fy)]
    bins = np.arange(257) * 10000 / 512
    edges = [(np.argmin(abs(bins - 150 * 2 ** ((2 * k - 1) / 6))), np.argmin(abs(bins - 150 * 2 ** ((2 * k + 1) / 6)))) for k in range(15)]
    return [np.sqrt(np.stack([p[:, a:b].sum(1) for a, b in edges])) for p in spectra]


def stoi(x, y, fs):
    bx, by = stoi_bands(x, y, fs)
    total = []
    for m in range(30, bx.shape[1] + 1):
        for a, b in zip(bx[:, m - 30:m], by[:, m - 30:m]):
            b = np.minimum(b * np.linalg.norm(a) / np.linalg.norm(b), a * (1 + 10 ** (15 / 20)))
            total.append(np.corrcoef(a, b)[0, 1])
    return np.mean(total)


def estoi(x, y, fs):
    bx, by = stoi_bands(x, y, fs)
    unit = lambda v, axis: (v - v.mean(axis, keepdims=True)) / np.linalg.norm(v - v.mean(axis, keepdims=True), axis=axis, keepdims=True)
    return np.mean([(unit(unit(bx[:, m - 30:m], 1), 0) * unit(unit(by[:, m - 30:m], 1), 0)).sum() / 30 for m in range(30, bx.shape[1] + 1)])


def lsd(x, y, fs, limit):
    n = int(fs * .032)
    px, py = (np.abs(np.fft.rfft(frames(np.concatenate([v, np.zeros(n)]), n, n // 2) * np.hanning(n))) ** 2 for v in (x, y))
    k = int(limit * n / fs) + 1
    px, py = px[:, :k], py[:, :k]
    floor = px.max() * 1e-6
    active = px.sum(1) > px.sum(1).max() * 1e-4
    d = 10 * np.log10((px[active] + floor) / (py[active] + floor))
    return np.sqrt((d ** 2).mean(1)).mean()


def mel_matrix():
    corners = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 82) / 2595) - 1)
    f = np.arange(513) * 15.625
    m = np.stack([np.interp(f, corners[b:b + 3], [0, 1, 0], left=0, right=0) for b in range(80)])
    for b in range(80):
        if m[b].sum() == 0:
            m[b, np.argmin(abs(f - corners[b + 1]))] = 1
    return m / m.sum(1, keepdims=True), corners


def mel_distance(x, y, limit=8000):
    w = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(1024) / 1024)
    sx, sy = (np.abs(np.fft.rfft(frames(np.concatenate([np.zeros(704), v]), 1024, 320) * w)) for v in (x, y))
    m, corners = mel_matrix()
    m = m[corners[2:] <= limit + 1e-6]
    active = (sx ** 2).sum(1) > (sx ** 2).sum(1).max() * 1e-4
    lx, ly = (np.log(np.maximum(s[active] @ m.T, 1e-5)) for s in (sx, sy))
    return np.abs(lx - ly).mean()


def si_sdr(x, y):
    x, y = x - x.mean(), y - y.mean()
    t = x * (x @ y) / (x @ x)
    return 10 * np.log10((t @ t) / ((y - t) @ (y - t)))


def wav(name):
    rate, x = wavfile.read(os.path.join(HERE, name))
    return rate, x / 32768.0


def show(name, value):
    print(f"{name:40} {value:.12f}")


if __name__ == "__main__":
    for fs, period in ((10000, 2500), (44100, 11024)):
        x = modulated(2 * fs, period, 1)
        y = (x + 0.25 * noise(2 * fs, 2)).astype(np.float32).astype(np.float64)
        show(f"stoi noise {fs}", stoi(x, y, fs))
        show(f"estoi noise {fs}", estoi(x, y, fs))
        show(f"lsd noise {fs}", lsd(x, y, fs, fs / 2))
        show(f"si-sdr noise {fs}", si_sdr(x, y))
    fs, x = wav("speech.original.wav")
    _, y = wav("speech.decoded.wav")
    show("stoi speech", stoi(x, y, fs))
    show("estoi speech", estoi(x, y, fs))
    show("lsd speech", lsd(x, y, fs, 8000))
    show("lsd speech to 3800", lsd(x, y, fs, 3800))
    show("mel distance speech", mel_distance(x, y))
    show("mel distance speech to 3800", mel_distance(x, y, 3800))
    show("si-sdr speech", si_sdr(x, y))
    m, corners = mel_matrix()
    for b, k in ((0, 1), (10, 18), (40, 116), (79, 495), (79, 512)):
        show(f"mel matrix {b},{k}", m[b, k])
    show("corner 1", corners[1])
    show("kaiser(11, 10.3)[2]", np.kaiser(11, 10.3)[2])
    show("kaiser(11, 10.3)[5]", np.kaiser(11, 10.3)[5])
