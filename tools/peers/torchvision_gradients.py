#!/usr/bin/env python3
"""Compares the input gradients of torchvision's classifiers with torch.autograd's.

For each net, with random weights: export to ONNX with a free batch, take the gradient of the summed cross-entropy of
a few noise images with `halftone model gradient`, and print its relative L2 difference to PyTorch's gradient in
64 bits, image by image, beside that of PyTorch's own gradient in 32 bits.

With --trace, images above the limit are looked into: where Halftone's run decided otherwise than 64 bits do (rectifiers and
max pooling), and what its gradient misses by when PyTorch is made to decide the same way (decisions.py).

Nothing in Halftone needs this file or Python: it is for whoever wants to check. Needs torch and torchvision, and a
built Halftone.

    python3 tools/peers/torchvision_gradients.py --opset 13 resnet18 googlenet
    python3 tools/peers/torchvision_gradients.py            # all families
    python3 tools/peers/torchvision_gradients.py --opset 18 --exporter dynamo convnext_tiny      # PyTorch 2
"""
import argparse
import inspect
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
import torchvision

import decisions

# Side of the images: what the net needs at least, so that a slow machine gets through the list.
SIDES = {
    'alexnet': 224, 'vgg11': 224, 'vgg13': 224, 'vgg16': 224, 'vgg19': 224,
    'vgg11_bn': 224, 'vgg13_bn': 224, 'vgg16_bn': 224, 'vgg19_bn': 224,
    'resnet18': 128, 'resnet34': 96, 'resnet50': 128, 'resnet101': 96, 'resnet152': 96,
    'wide_resnet50_2': 96, 'wide_resnet101_2': 64, 'resnext50_32x4d': 128, 'resnext101_32x8d': 64, 'resnext101_64x4d': 64,
    'squeezenet1_0': 128, 'squeezenet1_1': 128, 'densenet121': 128, 'densenet161': 64, 'densenet169': 64, 'densenet201': 64,
    'googlenet': 128, 'inception_v3': 139,
    'mobilenet_v2': 128, 'mobilenet_v3_small': 128, 'mobilenet_v3_large': 128,
    'shufflenet_v2_x0_5': 128, 'shufflenet_v2_x1_0': 128, 'shufflenet_v2_x1_5': 64, 'shufflenet_v2_x2_0': 64,
    'mnasnet0_5': 128, 'mnasnet0_75': 64, 'mnasnet1_0': 128, 'mnasnet1_3': 64,
    'efficientnet_b0': 128, 'efficientnet_b1': 64, 'efficientnet_b2': 64, 'efficientnet_b3': 64, 'efficientnet_b4': 64,
    'efficientnet_b5': 64, 'efficientnet_b6': 64, 'efficientnet_b7': 64, 'efficientnet_v2_s': 128, 'efficientnet_v2_m': 64,
    'efficientnet_v2_l': 64,
    'regnet_x_400mf': 64, 'regnet_x_800mf': 64, 'regnet_x_1_6gf': 64, 'regnet_x_3_2gf': 64, 'regnet_x_8gf': 64,
    'regnet_x_16gf': 64, 'regnet_x_32gf': 64,
    'regnet_y_400mf': 128, 'regnet_y_800mf': 64, 'regnet_y_1_6gf': 64, 'regnet_y_3_2gf': 64, 'regnet_y_8gf': 64,
    'regnet_y_16gf': 64, 'regnet_y_32gf': 64,
    'convnext_tiny': 128, 'convnext_small': 64, 'convnext_base': 64, 'convnext_large': 64,
    'vit_b_16': 96, 'vit_b_32': 96, 'vit_l_16': 64, 'vit_l_32': 64,
    'swin_t': 224, 'swin_s': 64, 'swin_b': 64, 'swin_v2_t': 256, 'swin_v2_s': 256, 'swin_v2_b': 256, 'maxvit_t': 224,
}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('nets', nargs='*', default=list(SIDES), help='names of torchvision.models')
    parser.add_argument('--opset', type=int, default=None, help='operator set (default: 13, 16 or 17, what the net needs)')
    parser.add_argument('--exporter', choices=['script', 'dynamo'], default='script', help="PyTorch's way to ONNX; dynamo in 2.5 and later")
    parser.add_argument('--images', type=int, default=2, help='images of noise')
    parser.add_argument('--side', type=int, default=None, help='side of the images in pixels')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--halftone', default='node bin/halftone.js', help='how Halftone is started')
    parser.add_argument('--keep', type=Path, default=None, help='keep nets, images and gradients in this folder')
    parser.add_argument('--trace', action='store_true', help='look into images above the limit')
    parser.add_argument('--limit', type=float, default=1e-4, help='exit with an error above this difference')
    return parser.parse_args()


def build(name, side, seed):
    torch.manual_seed(seed)
    options = {}
    if name in ('googlenet', 'inception_v3'):
        options = {'init_weights': True, 'aux_logits': False}
    if name.startswith('vit_') :
        options = {'image_size': side}
    net = getattr(torchvision.models, name)(weights=None, **options)
    # Heads that start at zero have no gradient at all.
    for parameter in net.parameters():
        if parameter.ndim > 1 and not parameter.any():
            torch.nn.init.normal_(parameter, 0, 0.02)
    return net.eval()


def zero_inplace(g, tensor):
    """aten::zero_, which the exporter of PyTorch 1.13 lacks (Swin v2 clears a third of a bias with it)."""
    return g.op('Mul', tensor, g.op('Constant', value_t=torch.zeros(())))


def export(net, side, opset, file, exporter='script'):
    """Writes the net with a free batch; weights above what a file of ONNX holds go beside it."""
    # PyTorch 2 exports without gradients and takes one fused operator for attention there, which no operator set has.
    if hasattr(torch.backends, 'mha'):
        torch.backends.mha.set_fastpath_enabled(False)
    images = torch.zeros(2, 3, side, side)
    names = {'input_names': ['image'], 'output_names': ['logits'], 'opset_version': opset}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        if exporter == 'dynamo':
            free = ({0: torch.export.Dim('batch', min=1, max=64)},)
            torch.onnx.export(net, (images,), str(file), dynamo=True, dynamic_shapes=free, verbose=False, **names)
            return
        chosen = {'dynamo': False} if 'dynamo' in inspect.signature(torch.onnx.export).parameters else {}
        torch.onnx.register_custom_op_symbolic('aten::zero', zero_inplace, 9)
        torch.onnx.export(net, images, str(file), dynamic_axes={'image': [0], 'logits': [0]}, **names, **chosen)


def opsets(asked):
    """13 for most; newer operators (norms, rolls, grids) for some nets, which the exporter refuses to write in 13."""
    return [asked] if asked else [13, 16, 17]


def gradient(net, images, labels):
    images = images.clone().requires_grad_(True)
    torch.nn.functional.cross_entropy(net(images), labels, reduction='sum').backward()
    return images.grad.double().numpy()


def differences(found, expected):
    """Relative L2 difference of each image."""
    flat = lambda x: x.reshape(len(x), -1)
    return np.linalg.norm(flat(found - expected), axis=1) / np.linalg.norm(flat(expected), axis=1)


def check(name, options, folder):
    side = options.side or SIDES.get(name, 224)
    model, x, y, g = (folder / f'{name}.{end}' for end in ('onnx', 'x.npy', 'y.npy', 'g.npy'))
    net = build(name, side, options.seed)
    torch.manual_seed(options.seed + 1)
    images = torch.rand(options.images, 3, side, side)
    labels = torch.arange(options.images)
    refused = None
    for opset in opsets(options.opset):
        try:
            export(net, side, opset, model, options.exporter)
            break
        except Exception as error:  # the exporter's errors have no common class
            refused = str(error).strip().splitlines()[0]
    else:
        return {'net': name, 'side': side, 'problem': f'not exported: {refused}'}
    # Not before: without gradients PyTorch takes a path through attention that it cannot export.
    for parameter in net.parameters():
        parameter.requires_grad_(False)
    np.save(x, images.numpy())
    np.save(y, labels.numpy())
    command = [*options.halftone.split(), 'model', 'gradient', model, '--images', x, '--labels', y, '--out', g]
    run = subprocess.run([str(part) for part in command] + ['--provider', 'cpu'], capture_output=True, text=True)
    if run.returncode != 0:
        return {'net': name, 'side': side, 'opset': opset, 'problem': run.stderr.strip().splitlines()[-1][:300]}
    single = gradient(net, images, labels)
    exact = gradient(net.double(), images.double(), labels)
    found = np.load(g).astype(np.float64)
    row = {
        'net': name, 'side': side, 'opset': opset, 'exporter': options.exporter, 'seed': options.seed,
        'halftone': differences(found, exact).tolist(),
        'torch32': differences(single, exact).tolist(),
        'between': differences(found, single).tolist(),
    }
    if options.trace and max(row['halftone']) > options.limit:
        traced, forced, flips = decisions.forced(model, x, y, lambda: gradient(net, images.double(), labels))
        row['traced'] = {
            'halftone': differences(traced, exact).tolist(),
            'equal': differences(traced, forced).tolist(),
            'flips': flips,
        }
    return row


def main():
    options = parse()
    torch.set_num_threads(2)
    print(f'torch {torch.__version__}, torchvision {torchvision.__version__}', file=sys.stderr)
    missed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name in options.nets:
            row = check(name, options, folder)
            if options.keep is None:
                for file in folder.glob(f'{name}.*'):
                    file.unlink()
            print(json.dumps(row), flush=True)
            missed += 'problem' in row or max(row['halftone']) > options.limit
    print(f'{len(options.nets) - missed} of {len(options.nets)} nets within {options.limit:g} on every image', file=sys.stderr)
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
