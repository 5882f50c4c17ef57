#!/usr/bin/env python3
"""Compares Halftone's Szegedy attack with SciPy's L-BFGS-B on one ONNX net.

`halftone attack szegedy` takes the images and saves 8-bit pictures. For the same pictures, the same net rebuilt in PyTorch and
the same class l, SciPy minimises c |r| + cross-entropy(x + r, l), x + r in [0, 1], from r = 0, for a grid of constants c
with equal ratios; of all points where it asks for the function, the least distorted one that has class l once rounded
to 8 bits counts. Distances are sqrt(mean r^2), in levels.

Nothing in Halftone needs this file or Python: it is for whoever wants to check. Needs torch, onnx, PIL, SciPy and a built
Halftone.

    python3 tools/peers/box_lbfgs.py --model runs/cw-mnist-digits-seed1/model.onnx --per-class 1 --out compared
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize

sys.dont_write_bytecode = True
from least_distortion import check_scores, in_shape, pictures  # noqa: E402
from onnx_in_torch import OnnxNet, scores  # noqa: E402


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', type=Path, required=True)
    parser.add_argument('--per-class', type=int, default=1)
    parser.add_argument('--constants', type=int, default=20, help='of the grid')
    parser.add_argument('--iterations', type=int, default=100, help='of SciPy, for each constant')
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--command', default='node bin/halftone.js', help='how Halftone is started')
    return parser.parse_args()


class Problem:
    """One image and class; keeps the best rounded point that it was asked about."""

    def __init__(self, net, clean, goal):
        self.net, self.clean, self.goal = net, clean.astype(np.float64).ravel(), goal
        self.shape = clean.shape
        self.best = np.inf

    def loss(self, point):
        """Cross-entropy to the class and its gradient."""
        x = torch.tensor(point.reshape(1, *self.shape), dtype=torch.float32, requires_grad=True)
        value = torch.nn.functional.cross_entropy(self.net(x), torch.tensor([self.goal]))
        value.backward()
        rounded = np.round(point * 255) / 255
        length = np.sqrt(((rounded - self.clean) ** 2).mean()) * 255
        if length < self.best and scores(self.net, rounded.reshape(1, *self.shape))[0].argmax() == self.goal:
            self.best = length
        return value.item(), x.grad.numpy().astype(np.float64).ravel()

    def search(self, c, iterations):
        def whole(point):
            value, slope = self.loss(point)
            change = point - self.clean
            length = np.linalg.norm(change)
            # At r = 0 the shortest subgradient, as in Halftone.
            if length == 0:
                steep = np.linalg.norm(slope)
                return value, slope * max(0.0, 1 - c / max(steep, 1e-300))
            return value + c * length, slope + c * change / length

        minimize(whole, self.clean, jac=True, method='L-BFGS-B', bounds=[(0, 1)] * len(self.clean),
                 options={'maxiter': iterations, 'maxcor': 10})


def main():
    options = parse()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    folder = options.out / 'halftone'
    if not (folder / 'results.json').exists():
        command = [*options.command.split(), 'attack', 'szegedy', '--model', options.model, '--per-class', options.per_class]
        subprocess.run([str(part) for part in [*command, '--out', folder, '--provider', 'cpu']], check=True, stdout=subprocess.DEVNULL)
    results = json.loads((folder / 'results.json').read_text())
    rows = [row for row in results['results'] if row['verdict'] != 'wrong-from-start']
    net = OnnxNet(options.model)
    clean = in_shape(pictures(folder, rows, 'cleanFile'), net.shape)
    mine = in_shape(pictures(folder, rows, 'adversarialFile'), net.shape)
    goals = np.array([net.classes.index(row['target']) for row in rows])
    off = check_scores(options, options.out, net, clean, goals)
    if off > 1e-4:
        sys.exit(f'The net in PyTorch is not the net of Halftone: logits differ by {off:.2g}')
    ratios = []
    for n, (image, goal) in enumerate(zip(clean, goals)):
        problem = Problem(net, image, goal)
        _, slope = problem.loss(image.astype(np.float64).ravel())
        net.reset()
        for c in np.geomspace(1.5, 0.01, options.constants) * np.linalg.norm(slope):
            problem.search(c, options.iterations)
        reached = scores(net, mine[n:n + 1])[0].argmax() == goal
        length = float(np.sqrt(((mine[n] - image) ** 2).mean()) * 255) if reached else np.inf
        ratios.append(length / problem.best if np.isfinite(problem.best) else np.nan)
        print(json.dumps({
            'label': rows[n]['label'], 'towards': rows[n]['target'], 'halftone': length, 'scipy': float(problem.best),
            'ratio': ratios[-1], 'halftoneGradients': rows[n]['gradients'], 'scipyGradients': net.backwards,
        }), flush=True)
    print(f'Halftone over SciPy: mean {np.nanmean(ratios):.4f}, worst {np.nanmax(ratios):.4f}; logits differ by {off:.1g}', file=sys.stderr)


if __name__ == '__main__':
    main()
