"""Source-filter synthesis and losses of the edge codec in PyTorch, from the formulas of edge-codec.md (section 6) and of its training notes: the oracle of tests and the peer of benchmarks.

Shapes: B sequences, F head rows of 3 K + 2 channels, pitch in Hz at F + 1 frame centres (0 = unvoiced), noise of (F + 1) hops, start phases in cycles.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

LIGHT = dict(rate=16000, hop=320, fft=1024, knots=80, limit=7900.0, scales=((2048, 640, 0, 0.35), (1024, 256, 80, 0.35), (400, 120, 40, 0.15)))
METER = dict(rate=8000, hop=160, fft=512, knots=40, limit=3900.0, scales=((1024, 320, 0, 0.35), (512, 128, 64, 0.35), (200, 60, 32, 0.15)))
REFERENCE = 150.0


def mel(hertz):
    return 2595 * np.log10(1 + np.asarray(hertz, float) / 700)


def mel_filters(rate, size, bands):
    """[bands, bins]: triangles on the HTK scale; one that meets no bin takes the nearest; rows sum to one."""
    corners = 700 * (10 ** (np.linspace(0, mel(rate / 2), bands + 2) / 2595) - 1)
    hertz = np.arange(size // 2 + 1) * rate / size
    rows = np.zeros((bands, len(hertz)))
    for b, (low, peak, high) in enumerate(zip(corners, corners[1:], corners[2:])):
        rows[b] = np.clip(np.minimum((hertz - low) / (peak - low), (high - hertz) / (high - peak)), 0, None)
        if rows[b].sum() < 1e-6:
            rows[b, int(round(peak * size / rate))] = 1
    return (rows / rows.sum(1, keepdims=True)).astype(np.float32)


def knot_filters(rate, size, knots):
    """[bins, knots]: linear interpolation between knots at equal distances in mel."""
    place = mel(np.arange(size // 2 + 1) * rate / size) / mel(rate / 2) * (knots - 1)
    left = np.minimum(place.astype(int), knots - 2)
    rows = np.zeros((len(place), knots), np.float64)
    rows[np.arange(len(place)), left] = 1 - (place - left)
    rows[np.arange(len(place)), left + 1] += place - left
    return rows.astype(np.float32)


class Synthesis:
    def __init__(self, sizes, dtype=torch.float32):
        self.sizes, self.dtype = sizes, dtype
        self.knots = torch.from_numpy(knot_filters(sizes["rate"], sizes["fft"], sizes["knots"])).to(dtype).T
        self.window = torch.hann_window(2 * sizes["hop"]).sqrt().to(dtype)

    def pulses(self, pitch, start):
        hop = self.sizes["hop"]
        voiced = pitch > 0
        known = torch.where(voiced, pitch, torch.full_like(pitch, REFERENCE))
        left, right, heard_left, heard_right = known[:, :-1], known[:, 1:], voiced[:, :-1], voiced[:, 1:]
        begin, end = torch.where(heard_left, left, right), torch.where(heard_right, right, left)
        begin, end = torch.cat((begin[:, :1], begin), 1), torch.cat((begin[:, :1], end), 1)
        hertz = (begin[..., None] + (end - begin)[..., None] * (torch.arange(hop) / hop)).flatten(1)
        phase = (hertz.double() / self.sizes["rate"]).cumsum(1) + start[:, None].double()
        phase = (phase - phase.round()).to(self.dtype)
        count = (self.sizes["limit"] / hertz).floor().to(self.dtype)
        sine = torch.sin(math.pi * phase)
        at_pulse = sine.abs() < 1e-4
        kernel = torch.where(at_pulse, 2 * count + 1, torch.sin((2 * count + 1) * math.pi * phase) / torch.where(at_pulse, torch.ones_like(sine), sine))
        return torch.sqrt(2 / count) * 0.5 * (kernel - 1)

    def spectra(self, samples, frames):
        side = (self.sizes["fft"] - 2 * self.sizes["hop"]) // 2
        return torch.fft.rfft(F.pad(samples.unfold(1, 2 * self.sizes["hop"], self.sizes["hop"])[:, :frames] * self.window, (side, side)))

    def __call__(self, head, pitch, start, noise):
        """Samples [B, (F + 1) hops]; gradients by the head only."""
        hop, knots, frames = self.sizes["hop"], self.sizes["knots"], head.shape[1]
        with torch.no_grad():
            harmonic = self.spectra(self.pulses(pitch, start), frames) * (pitch[:, :frames, None] > 0)
            breath = self.spectra(noise, frames)
        gain = head[..., :knots].clamp(-14, 3) @ self.knots
        air = head[..., knots:2 * knots].clamp(-14, 3) @ self.knots
        turn = head[..., 2 * knots:3 * knots] @ self.knots
        spectrum = harmonic * torch.polar(gain.exp(), turn) + breath * air.exp()
        side = (self.sizes["fft"] - 2 * hop) // 2
        parts = torch.fft.irfft(spectrum)[..., side:side + 2 * hop] * self.window
        silence = torch.zeros(len(head), 1, hop, dtype=self.dtype)
        return (torch.cat((parts[..., :hop], silence), 1) + torch.cat((silence, parts[..., hop:]), 1)).flatten(1)


class SpectralDistance:
    def __init__(self, rate, scales, dtype=torch.float32):
        self.scales = []
        for size, hop, bands, log in scales:
            weight = 1 / (1 + torch.arange(size // 2 + 1) * rate / size / 700)
            filters = torch.from_numpy(mel_filters(rate, size, bands)).T.contiguous().to(dtype) if bands else None
            self.scales.append((size, hop, torch.hann_window(size).to(dtype), (weight / weight.mean()).to(dtype), filters, log))

    def features(self, x):
        for size, hop, window, _, filters, _ in self.scales:
            spectrum = torch.fft.rfft(x.unfold(1, size, hop) * window)
            magnitude = torch.sqrt(spectrum.real ** 2 + spectrum.imag ** 2 + 1e-9) / math.sqrt(size)
            yield magnitude, torch.log(magnitude + 3e-5), None if filters is None else torch.log(magnitude @ filters + 3e-5)

    def between(self, a, b, norms):
        total = 0.0
        for (_, _, _, weight, _, log), (m, l, e), (n, k, f), norm in zip(self.scales, a, b, norms):
            total = total + 0.5 * ((m - n).abs().mean((1, 2)) / norm).mean() + log * ((l - k).abs().mean((0, 1)) * weight).mean()
            if e is not None:
                total = total + (e - f).abs().mean()
        return total

    def target(self, x):
        with torch.no_grad():
            features = list(self.features(x))
            return features, [m.mean((1, 2)) + 1e-3 for m, _, _ in features]

    def plain(self, x, y):
        features, norms = self.target(x)
        return self.between(features, list(self.features(y)), norms)

    def energy(self, x, first, second):
        features, norms = self.target(x)
        a, b = list(self.features(first)), list(self.features(second))
        return self.between(features, a, norms) + self.between(features, b, norms) - self.between(a, b, norms)


def pitch_loss(head, pitch, knots):
    """3 |u - u*| over voiced rows and 0.5 BCE of the voicing."""
    voiced = (pitch > 0).to(head.dtype)
    target = torch.log2(torch.where(pitch > 0, pitch, torch.full_like(pitch, REFERENCE)) / REFERENCE)
    octaves = ((head[..., 3 * knots] - target).abs() * voiced).sum() / (voiced.sum() + 1)
    return 3.0 * octaves + 0.5 * F.binary_cross_entropy_with_logits(head[..., 3 * knots + 1], voiced)


def splitmix(seed, step, item, draw, count):
    """Start phase and noise of ExcitationNoise.cs."""
    golden, mask = 0x9E3779B97F4A7C15, (1 << 64) - 1

    def mix(z):
        z = ((z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
        z = ((z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
        return z ^ (z >> np.uint64(31))

    with np.errstate(over="ignore"):
        state = np.uint64((seed + golden) & mask)
        for part in (step, item, draw):
            state = mix(state) + np.uint64(part)
        values = mix(mix(state) + np.arange(1, 2 + (count + 1) // 2, dtype=np.uint64) * np.uint64(golden))
    bits = np.stack((values[1:] & np.uint64(0xFFFFFFFF), values[1:] >> np.uint64(32)), 1).ravel()[:count]
    noise = ((bits >> np.uint64(8)).astype(np.float32) * np.float32(2.0 ** -24) - np.float32(0.5)) * np.float32(12 ** 0.5)
    return np.float32(float(values[0] >> np.uint64(40)) * 2.0 ** -24), noise
