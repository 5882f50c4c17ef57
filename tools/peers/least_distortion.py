#!/usr/bin/env python3
"""Compares Halftone's Carlini-Wagner attacks with Foolbox's L2 and ART's L0 and L-infinity on one ONNX net.

`halftone attack` takes the images, attacks them and saves 8-bit pictures; the library gets the same clean pictures, of
which those that the net has wrong from the start are left out, and the same net, rebuilt in PyTorch and checked against
Halftone's scores. What an attack asks of the net is counted in the net. The libraries' results are judged as they are
(float32) and rounded to 8 bits; Halftone's are 8-bit pictures. Distances are in levels of 0..255.

Nothing in Halftone needs this file or Python: it is for whoever wants to check. Needs torch, onnx, PIL, SciPy, a built
Halftone, and the source trees of Foolbox and eagerpy, or of the Adversarial Robustness Toolbox.

    python3 tools/peers/least_distortion.py l2 --model runs/cw-mnist-digits-seed1/model.onnx --sources foolbox eagerpy \\
      --per-class 10 --halftone searches=5 iterations=100 abortEarly=false \\
      --peer binary_search_steps=5 steps=100 abort_early=False --out compared
"""
import argparse
import ast
import inspect
import json
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.stats import binomtest

sys.dont_write_bytecode = True
from onnx_in_torch import OnnxNet, scores  # noqa: E402

KINDS = {
    'l2': ('carlini-wagner-l2', 'Foolbox'),
    'linf': ('carlini-wagner-linf', 'ART'),
    'l0': ('carlini-wagner-l0', 'ART'),
}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('distance', choices=KINDS)
    parser.add_argument('--model', type=Path, required=True)
    parser.add_argument('--sources', type=Path, nargs='+', default=[], help="source trees of the library, where it is not installed")
    parser.add_argument('--images', default=None, help='as of halftone attack')
    parser.add_argument('--per-class', type=int, default=10)
    parser.add_argument('--count', type=int, default=None, help='images in all, in place of --per-class')
    parser.add_argument('--target', default=None, help='as of halftone attack: a class, or all; untargeted without')
    parser.add_argument('--halftone', nargs='*', default=[], metavar='NAME=VALUE', help="parameters of Halftone's attack")
    parser.add_argument('--peer', nargs='*', default=[], metavar='NAME=VALUE', help="parameters of the library's attack")
    parser.add_argument('--batch', type=int, default=None, help='images that Foolbox attacks together (default: all)')
    parser.add_argument('--flat', action='store_true', help="give ART's L0 the values along the axis that its loop counts")
    parser.add_argument('--corrected', action='store_true', help="let ART's L-infinity, given targets, take the target for a success")
    parser.add_argument('--threads', type=int, default=1, help='of PyTorch')
    parser.add_argument('--out', type=Path, required=True, help='results; what is there already is not computed again')
    parser.add_argument('--command', default='node bin/halftone.js', help='how Halftone is started')
    return parser.parse_args()


def run_halftone(options, folder):
    method, _ = KINDS[options.distance]
    command = [*options.command.split(), 'attack', method, '--model', options.model, '--out', folder, '--provider', 'cpu']
    command += ['--count', options.count] if options.count else ['--per-class', options.per_class]
    command += ['--images', options.images] if options.images else []
    command += ['--target', options.target] if options.target else []
    command += [part for pair in options.halftone for part in ('--param', pair)]
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def picture(path):
    """[channels, height, width], whole levels."""
    pixels = np.asarray(Image.open(path))
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def pictures(folder, rows, name):
    return np.stack([picture(folder / row[name]) for row in rows])


def in_shape(levels, shape):
    """Pictures of a grey net may be saved with three equal channels."""
    return levels[:, : shape[0]].astype(np.float32) / 255


def check_scores(options, folder, net, images, labels):
    """Greatest difference of the logits between Halftone and PyTorch."""
    x, y, g, z = (folder / f'{name}.npy' for name in 'xygz')
    np.save(x, images)
    np.save(y, labels)
    command = [*options.command.split(), 'model', 'gradient', options.model, '--images', x, '--labels', y, '--out', g, '--logits', z]
    subprocess.run([str(part) for part in command] + ['--provider', 'cpu'], check=True, stdout=subprocess.DEVNULL)
    return float(np.abs(np.load(z) - scores(net, images)).max())


def values_of(pairs):
    """name=value as Python values; what is no literal stays text."""
    found = {}
    for pair in pairs:
        name, _, text = pair.partition('=')
        try:
            found[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            found[name] = text
    return found


def run_foolbox(options, net, images, goals, targeted):
    import foolbox

    model = foolbox.PyTorchModel(net.eval(), bounds=(0, 1), device='cpu')
    attack = foolbox.attacks.L2CarliniWagnerAttack(**values_of(options.peer))
    kind = foolbox.criteria.TargetedMisclassification if targeted else foolbox.criteria.Misclassification
    size = options.batch or len(images)
    out, counts = [], []
    for start in range(0, len(images), size):
        part, goal = torch.tensor(images[start:start + size]), torch.tensor(goals[start:start + size])
        net.reset()
        # The attack itself, without the second judgement of Foolbox's __call__.
        out.append(attack.run(model, part, kind(goal)).numpy())
        counts += [[net.backwards / len(part), net.forwards / len(part)]] * len(part)
    return np.concatenate(out), np.array(counts)


def towards_target(method):
    """ART's attack with its test of success turned round where it has a target; all else as in its own source."""
    test = 'np.argmax(self.estimator.predict(x_adv_batch), axis=1) != np.argmax(y_batch, axis=1)'
    source = textwrap.dedent(inspect.getsource(method.generate))
    if source.count(test) != 1:
        sys.exit("ART's L-infinity is not written as it was in 1.20.1: run without --corrected")
    scope = {}
    exec(source.replace(test, f'({test}) != self.targeted'), vars(sys.modules[method.__module__]), scope)
    return type(method.__name__, (method,), {'generate': scope['generate']})


def run_art(options, net, images, goals, targeted):
    from art.attacks.evasion import carlini
    from art.estimators.classification import PyTorchClassifier

    shape = images.shape[1:]
    inner = (int(np.prod(shape)), 1, 1) if options.flat else shape
    classes = scores(net, images[:1].reshape(1, *inner)).shape[1]
    classifier = PyTorchClassifier(net.eval(), torch.nn.CrossEntropyLoss(), inner, classes, clip_values=(0, 1), device_type='cpu')
    kind = carlini.CarliniLInfMethod if options.distance == 'linf' else carlini.CarliniL0Method
    kind = towards_target(kind) if options.corrected else kind
    parts = options.out / 'parts'
    parts.mkdir(exist_ok=True)
    out, counts = [], []
    # One by one: ART's L0 ends for the whole batch as soon as one image of it fails. Each is kept, so that a long run can go on.
    for n, (image, goal) in enumerate(zip(images, goals)):
        part = parts / f'{n}.npz'
        if not part.exists():
            print(f'ART: image {n + 1} of {len(images)}', end='\r', file=sys.stderr, flush=True)
            net.reset()
            attack = kind(classifier, targeted=targeted, verbose=False, **values_of(options.peer))
            found = attack.generate(image.reshape(1, *inner), np.eye(classes, dtype=np.float32)[[goal]])
            # Two runs back for each gradient of the margin, one for either class: counted as one gradient.
            np.savez_compressed(part, image=found.reshape(1, *shape).astype(np.float32), counts=[net.backwards / 2, net.forwards])
        kept = np.load(part)
        out.append(kept['image'])
        counts.append(kept['counts'])
    return np.concatenate(out), np.array(counts)


def reached(logits, goals, targeted):
    return (logits.argmax(1) == goals) == targeted


def distances(levels, clean, kind):
    change = np.abs(levels.astype(np.float64) - clean).reshape(len(clean), -1)
    if kind == 'l2':
        return np.sqrt((change ** 2).sum(1))
    if kind == 'linf':
        return change.max(1)
    # A tanh and back is not exact; ART's own threshold.
    return (change > 1e-6 * 255).sum(1).astype(np.float64)


def lengths(distance, success):
    return [float(d) if s else None for d, s in zip(distance, success)]


def described(success, distance, gradients, forwards):
    return {
        'success': int(success.sum()),
        'median': float(np.median(distance[success])) if success.any() else None,
        'mean': float(distance[success].mean()) if success.any() else None,
        'gradients': float(gradients.mean()),
        'forwards': float(forwards.mean()),
    }


def paired(mine, theirs, both):
    """Halftone's distance less the library's, where both succeeded."""
    difference = mine[both] - theirs[both]
    shorter, longer = int((difference < -1e-9).sum()), int((difference > 1e-9).sum())
    return {
        'images': int(both.sum()),
        'median': float(np.median(difference)) if both.any() else None,
        'medianRatio': float(np.median(mine[both] / np.maximum(theirs[both], 1e-12))) if both.any() else None,
        'halftoneShorter': shorter,
        'peerShorter': longer,
        'signTest': float(binomtest(shorter, shorter + longer).pvalue) if shorter + longer else None,
    }


def main():
    options = parse()
    sys.path[:0] = [str(path) for path in options.sources]
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    folder = options.out / 'halftone'
    if not (folder / 'results.json').exists():
        run_halftone(options, folder)
    results = json.loads((folder / 'results.json').read_text())
    rows = [row for row in results['results'] if row['verdict'] != 'wrong-from-start']
    _, peer = KINDS[options.distance]
    net = OnnxNet(options.model, flat=options.flat)
    clean = in_shape(pictures(folder, rows, 'cleanFile'), net.shape)
    mine = in_shape(pictures(folder, rows, 'adversarialFile'), net.shape)
    targeted = rows[0]['target'] is not None
    goals = np.array([net.classes.index(row['target' if targeted else 'label']) for row in rows])
    off = check_scores(options, options.out, OnnxNet(options.model), clean, goals)
    if off > 1e-4:
        sys.exit(f'The net in PyTorch is not the net of Halftone: logits differ by {off:.2g}')

    kept = options.out / 'peer.npz'
    if kept.exists():
        theirs, counts, seconds = (np.load(kept)[name] for name in ('images', 'counts', 'seconds'))
    else:
        start = time.process_time()
        theirs, counts = (run_foolbox if peer == 'Foolbox' else run_art)(options, net, clean, goals, targeted)
        seconds = time.process_time() - start
        np.savez_compressed(kept, images=theirs, counts=counts, seconds=seconds)
    judge = OnnxNet(options.model)
    rounded = np.round(theirs * 255).astype(np.float32) / 255
    # Foolbox's answer where it found nothing is a black image, which some net may take for the goal by chance.
    found = (np.abs(theirs).reshape(len(theirs), -1).max(1) > 0) & (np.abs(theirs - clean).reshape(len(theirs), -1).max(1) > 0)
    ours = reached(scores(judge, mine), goals, targeted)
    floats = found & reached(scores(judge, theirs), goals, targeted)
    bytes_ = found & reached(scores(judge, rounded), goals, targeted)
    kind = options.distance
    d_mine, d_float, d_bytes = (distances(x * 255, clean * 255, kind) for x in (mine, theirs, rounded))
    d_mine, d_bytes = (d if kind == 'l2' else np.round(d) for d in (d_mine, d_bytes))
    gradients, queries = (np.array([row[name] for row in rows], dtype=float) for name in ('gradients', 'queries'))
    summary = {
        'distance': kind, 'peer': peer, 'model': options.model.parent.name, 'images': len(rows), 'target': options.target,
        'halftoneParams': options.halftone, 'peerParams': options.peer, 'logitsDifferBy': off,
        'halftone': described(ours, d_mine, gradients, gradients + queries),
        'peerFloat': described(floats, d_float, counts[:, 0], counts[:, 1]),
        'peer8Bit': described(bytes_, d_bytes, counts[:, 0], counts[:, 1]),
        'paired8Bit': paired(d_mine, d_bytes, ours & bytes_),
        'pairedFloat': paired(d_mine, d_float, ours & floats),
        'peerProcessorSeconds': float(seconds),
    }
    each = {'halftone': lengths(d_mine, ours), 'peerFloat': lengths(d_float, floats), 'peer8Bit': lengths(d_bytes, bytes_)}
    (options.out / 'compared.json').write_text(json.dumps({**summary, 'each': each}))
    print(json.dumps(summary, indent=1))


if __name__ == '__main__':
    main()
