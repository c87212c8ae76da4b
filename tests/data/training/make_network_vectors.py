"""Gradients of a small edge-codec network by PyTorch (Debian python3-torch 1.13), float64, as the expected values of BatchExecutorTests.
usage: make_network_vectors.py   (writes network.safetensors beside itself; seeded, so that it writes the same file again)"""
import json, os, struct
import numpy as np, torch, torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
B, T, LAYERS, ENTRIES, DIM, C1, C2, UP, OUT = 3, 5, 2, 7, 6, 12, 10, 4, 11
tensors = {}


def weight(name, *shape):
    t = (torch.randn(*shape) * 0.4).float().double().requires_grad_()
    tensors[name] = t
    return t


def conv(name, x, outputs, kernel):
    w, b = weight(name + '.weight', outputs, x.shape[2], kernel), weight(name + '.bias', outputs)
    return F.conv1d(F.pad(x.transpose(1, 2), (kernel - 1, 0)), w, b).transpose(1, 2)


def linear(name, x, outputs):
    return F.linear(x, weight(name + '.weight', outputs, x.shape[2]), weight(name + '.bias', outputs))


def norm(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)


def block(name, x, expansion):
    c = x.shape[2]
    w, b = weight(name + '.dwconv.weight', c, 7), weight(name + '.dwconv.bias', c)
    d = F.conv1d(F.pad(x.transpose(1, 2), (6, 0)), w[:, None], b, groups=c).transpose(1, 2)
    return x + linear(name + '.pw2', F.gelu(linear(name + '.pw1', norm(d), c * expansion)), c)


codes = torch.randint(ENTRIES, (B, T, LAYERS))
table = weight('decoder.embeddings', LAYERS, ENTRIES, DIM)
x = torch.cat([table[l][codes[..., l]] for l in range(LAYERS)], -1)
x = conv('decoder.conv_in', x, C1, 3)
x = block('decoder.blocks1.0', x, 2)
x = linear('decoder.split', x, UP * C2).reshape(B, T * UP, C2)
x = block('decoder.blocks2.0', x, 3)
head = linear('decoder.head', norm(x), OUT)
target = torch.randn(B, T * UP, OUT).float().double()
(head * target).sum().backward()

out = {'codes': codes.float(), 'target': target, 'head': head.detach()}
for name, t in tensors.items():
    out[name] = t.detach()
    out['gradient/' + name] = t.grad
blobs, header, offset = [], {}, 0
for name, t in out.items():
    data = t.numpy().astype('<f4').tobytes()
    header[name] = {'dtype': 'F32', 'shape': list(t.shape), 'data_offsets': [offset, offset + len(data)]}
    offset += len(data)
    blobs.append(data)
text = json.dumps(header, separators=(',', ':')).encode()
text += b' ' * (-len(text) % 8)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'network.safetensors'), 'wb') as f:
    f.write(struct.pack('<Q', len(text)) + text + b''.join(blobs))
