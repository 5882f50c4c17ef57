"""Where two runs of one net decide otherwise, and what is left of their difference when they decide alike.

The gradient of a net jumps where the input of a rectifier is zero, and where two elements of a pooling window are equal.
Here Halftone's decisions are read out of its own gradient run (decisions.mjs), and PyTorch computes the gradient in 64 bits with
those decisions in place of its own. Rectifiers: F.relu, F.relu6 and F.hardtanh; pooling: F.max_pool2d.
"""
import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

TYPES = {'float': np.float32, 'int64': np.int64}


def read(model, images, labels):
    """Halftone's decisions, in the order of the exported file, and its gradient from that same run."""
    script = Path(__file__).with_suffix('.mjs')
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(['node', *map(str, (script, model, images, labels, folder))], check=True)
        tensors = {'rectifier': [], 'pool': [], 'gradient': []}
        for entry in json.loads((Path(folder) / 'traced.json').read_text()):
            array = np.fromfile(entry['file'], TYPES[entry['type']]).reshape(entry['dims'])
            tensors[entry['kind']].append(array)
    return tensors


@contextmanager
def deciding(rectifiers, pools, flips):
    """Makes PyTorch's rectifiers and max pooling decide as given, and notes in `flips` where they would not have."""
    rectifiers, pools = iter(rectifiers), iter(pools)

    def note(what, x, other, distance):
        if not other.any():
            return
        each = other.flatten(1).sum(1).tolist()
        flips.append({
            'what': what, 'units': [int(n) for n in each],
            'distance': float(distance[other].max()), 'mean': float(x.detach().abs().mean()),
        })

    def between(x, low, high):
        out = torch.from_numpy(next(rectifiers)).double()
        if out.shape != x.shape:
            raise ValueError(f'Expected a rectifier of {tuple(x.shape)}, the file has {tuple(out.shape)}')
        taken = (out > low) & (out < high)
        own = (x.detach() > low) & (x.detach() < high)
        near = (x.detach() - low).abs()
        if np.isfinite(high):
            near = torch.minimum(near, (x.detach() - high).abs())
        note('rectifier', x, taken != own, near)
        flat = torch.where(out >= high, torch.full_like(out, high if np.isfinite(high) else 0), torch.full_like(out, low))
        return torch.where(taken, x, flat)

    def pool(x, *args, **named):
        named.pop('return_indices', None)
        own, places = F.max_pool2d_with_indices(x.detach(), *args, **named)
        given = torch.from_numpy(next(pools) % (x.shape[2] * x.shape[3]))
        out = x.flatten(2).gather(2, given.flatten(2)).view(own.shape)
        gap = own - out.detach()
        # Two zeros of rectifiers that are both off: nothing flows back either way.
        note('pool', x, (places != given) & ~((own == 0) & (gap == 0)), gap)
        return out

    replaced = {
        'relu': lambda x, inplace=False: between(x, 0.0, np.inf),
        'relu6': lambda x, inplace=False: between(x, 0.0, 6.0),
        'hardtanh': lambda x, low=-1.0, high=1.0, inplace=False: between(x, low, high),
        'max_pool2d': pool,
    }
    kept = {name: getattr(F, name) for name in replaced}
    kept_relu = torch.relu
    try:
        for name, function in replaced.items():
            setattr(F, name, function)
        torch.relu = replaced['relu']
        yield
        if next(rectifiers, None) is not None or next(pools, None) is not None:
            print('The net has decisions that PyTorch did not ask for.', file=sys.stderr)
    finally:
        for name, function in kept.items():
            setattr(F, name, function)
        torch.relu = kept_relu


def forced(model, images, labels, gradient):
    """
    Halftone's gradient, PyTorch's with the same decisions, and where its own differ.
    :param gradient: computes PyTorch's gradient in 64 bits
    """
    tensors = read(model, images, labels)
    flips = []
    with deciding(tensors['rectifier'], tensors['pool'], flips):
        same = gradient()
    return tensors['gradient'][0].astype(np.float64), same, flips
