"""The edge codec's decoder (edge-codec.md, sections 2 and 5) and a whole step of its training in PyTorch: the oracle of tests and the peer of benchmarks."""
import torch
import torch.nn.functional as F

from torch_loss import LIGHT, METER, SpectralDistance, Synthesis, pitch_loss


class Decoder:
    """Head rows [B, 4 T, 3 K + 2] of codes [B, T, layers]. read(name, *shape) gives the weights; `trained` are those that a step changes."""

    def __init__(self, config, read, dtype=torch.float32):
        self.config, self.trained = config, {}
        d = config["decoder"]
        layers, entries = config["num_quantizers"], config["codebook_size"]

        def take(name, *shape):
            self.trained[name] = read(name, *shape).to(dtype).requires_grad_()

        def linear(name, outputs, inputs, *kernel):
            take(f"{name}.weight", outputs, inputs, *kernel)
            take(f"{name}.bias", outputs)

        if "embeddings" in config:
            take("decoder.embeddings", layers, entries, config["embeddings"]["dim"])
        else:
            self.codebooks = read("quantizer.codebooks", layers, entries, d["input_dim"]).to(dtype)
        linear("decoder.conv_in", d["dim1"], d["input_dim"], d["conv_kernel"])
        linear("decoder.split", d["upsample"] * d["dim2"], d["dim1"])
        linear("decoder.head", d["head_outputs"], d["dim2"])
        for part in "12":
            c, expand = d[f"dim{part}"], d[f"expand{part}"]
            for i in range(d[f"blocks{part}"]):
                name = f"decoder.blocks{part}.{i}"
                linear(f"{name}.dwconv", c, d["dwconv_kernel"])
                linear(f"{name}.pw1", c * expand, c)
                linear(f"{name}.pw2", c, c * expand)

    def norm(self, x):
        return F.layer_norm(x, x.shape[-1:], eps=self.config["decoder"]["layer_norm_eps"])

    def linear(self, name, x):
        return F.linear(x, self.trained[f"{name}.weight"], self.trained[f"{name}.bias"])

    def conv(self, name, x):
        """Causal; x [B, T, C]. A weight [C, K] is a depthwise kernel."""
        w, b = self.trained[f"{name}.weight"], self.trained[f"{name}.bias"]
        w = w if w.dim() == 3 else w[:, None]
        return F.conv1d(F.pad(x.transpose(1, 2), (w.shape[2] - 1, 0)), w, b, groups=x.shape[2] // w.shape[1]).transpose(1, 2)

    def block(self, name, x):
        return x + self.linear(f"{name}.pw2", F.gelu(self.linear(f"{name}.pw1", self.norm(self.conv(f"{name}.dwconv", x)))))

    def __call__(self, codes):
        d = self.config["decoder"]
        if "embeddings" in self.config:
            x = torch.cat([table[codes[..., l]] for l, table in enumerate(self.trained["decoder.embeddings"])], -1)
        else:
            x = sum(table[codes[..., l]] for l, table in enumerate(self.codebooks))
        x = self.conv("decoder.conv_in", x)
        for i in range(d["blocks1"]):
            x = self.block(f"decoder.blocks1.{i}", x)
        x = self.linear("decoder.split", x).reshape(len(x), -1, d["dim2"])
        for i in range(d["blocks2"]):
            x = self.block(f"decoder.blocks2.{i}", x)
        return self.linear("decoder.head", self.norm(x))


def heard(head, pitch, knots):
    """Head rows with the noise N of voiced rows as the loss hears it: N' = N^2 / sqrt(A^2 + N^2) is what the head says beside harmonics A."""
    a, n = head[..., :knots], head[..., knots:2 * knots]
    louder = 0.5 * torch.log((1 + torch.sqrt(1 + 4 * torch.exp(2 * (a - n).clamp(max=20)))) / 2)
    return torch.cat([a, n + louder * (pitch > 0)[..., None], head[..., 2 * knots:]], -1)


class Step:
    """Two draws of the synthesis (behind `heard` where `voiced_noise` is true), the energy distance, pitch and voicing; then clipping, AdamW with its decay on matrices only, embeddings at three times the rate, and a moving average of the weights."""

    def __init__(self, decoder, rate, decay, clip, average, codes, pitch, target, starts, noise, dtype=torch.float32, voiced_noise=False):
        self.decoder, self.clip, self.average, self.voiced_noise = decoder, clip, average, voiced_noise
        self.batch = codes, pitch, target, starts, noise
        d = decoder.config["decoder"]
        base = LIGHT if d["sample_rate"] == 16000 else METER
        self.sizes = dict(base, knots=d["knots"])
        self.synthesis, self.distance = Synthesis(self.sizes, dtype), SpectralDistance(self.sizes["rate"], self.sizes["scales"], dtype)
        self.parameters, self.steps = list(decoder.trained.values()), 0
        self.averages = [p.detach().clone() for p in self.parameters]
        self.optimizer = torch.optim.AdamW([
            {"params": [p], "lr": rate * (3 if name == "decoder.embeddings" else 1), "weight_decay": 0 if name.endswith(".bias") else decay}
            for name, p in decoder.trained.items()], betas=(0.9, 0.98), eps=1e-8)

    def backward(self):
        codes, pitch, target, starts, noise = self.batch
        hop, count = self.sizes["hop"], target.shape[1]
        self.optimizer.zero_grad(set_to_none=True)
        head = self.decoder(codes)
        rows = heard(head, pitch[:, :-1], self.sizes["knots"]) if self.voiced_noise else head
        draws = [self.synthesis(rows, pitch, starts[d], noise[d])[:, hop:hop + count] for d in range(2)]
        loss = self.distance.energy(target, *draws) + pitch_loss(head, pitch[:, :-1], self.sizes["knots"])
        loss.backward()
        return loss.detach()

    def update(self):
        """The gradient's norm before clipping."""
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.optimizer.step()
        self.steps += 1
        decay = min(self.average, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_mul_(self.averages, decay)
            torch._foreach_add_(self.averages, self.parameters, alpha=1 - decay)
        return norm
