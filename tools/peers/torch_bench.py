#!/usr/bin/env python3
"""PyTorch's side of `npm run bench -- peers`, which starts it and reads what it prints.

`serve` builds torchvision's nets with random weights, exports them to ONNX so that both sides have the same net, and times
raw PyTorch on them: one JSON object a line comes in on stdin, one goes out on stdout for each. `memory NET SIDE BATCH`
takes a few gradients in this fresh process and prints what its memory came to.

Raw PyTorch is what someone writes who knows it: evaluation mode, frozen weights (so that only the input gradient is
computed), no_grad where nothing is differentiated, images that stay tensors, no pass that the attack does not ask for.
"""
import inspect
import json
import os
import re
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

import torch
import torch.nn.functional as F

THREADS = 2
SEED = 0
# What an auxiliary head would add is no part of the classifier; its own initialisation of Inception takes a minute.
OPTIONS = {'inception_v3': {'aux_logits': False, 'init_weights': False}}
# The newest that this PyTorch writes.
OPSETS = (17, 16, 13)
EPSILON = 8 / 255


def build(name, side):
    import torchvision

    torch.manual_seed(SEED)
    net = getattr(torchvision.models, name)(weights=None, **OPTIONS.get(name, {}))
    for parameter in net.parameters():
        # Heads that start at zero have no gradient at all.
        if parameter.ndim > 1 and not parameter.any():
            torch.nn.init.normal_(parameter, 0, 0.02)
    measure_batch_norms(net, side)
    return net.eval()


def measure_batch_norms(net, side):
    """Gives batch normalisation a shift, and the statistics of noise, as training would.

    With its initial statistics activations die out or overflow from layer to layer, and a processor computes with denormals
    many times slower. With them but without a shift, half of what rectifiers see is below zero, and deep random nets are so
    rough that PyTorch's own gradient in 32 bits is 3 % off that in 64; with it, tenths of a percent at most.
    """
    norms = [module for module in net.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    if not norms:
        return
    for module in norms:
        module.momentum = None
        torch.nn.init.constant_(module.bias, 2)
    net.train()
    with torch.no_grad():
        net(draw_images(4, side))


def freeze(net):
    for parameter in net.parameters():
        parameter.requires_grad_(False)


def export(net, side, path):
    """The operator set that the file is written in, by the exporter that all versions of PyTorch have."""
    refused = None
    chosen = {'dynamo': False} if 'dynamo' in inspect.signature(torch.onnx.export).parameters else {}
    for opset in OPSETS:
        try:
            with warnings.catch_warnings(), unfused_attention():
                warnings.simplefilter('ignore')
                torch.onnx.export(
                    net, torch.zeros(2, 3, side, side), str(path), opset_version=opset,
                    input_names=['image'], output_names=['logits'], dynamic_axes={'image': [0], 'logits': [0]}, **chosen)
            return opset
        except Exception as error:  # the exporter's errors have no common class
            refused = error
    raise refused


@contextmanager
def unfused_attention():
    """PyTorch 2 exports without gradients and takes one fused operator for attention there, which no operator set has."""
    mha = getattr(torch.backends, 'mha', None)
    fused = mha.get_fastpath_enabled() if mha else None
    try:
        if mha:
            mha.set_fastpath_enabled(False)
        yield
    finally:
        if mha:
            mha.set_fastpath_enabled(fused)


def draw_images(count, side):
    """Noise on the grid of 8 bits: [count, 3, side, side] in [0, 1]."""
    torch.manual_seed(SEED + 1)
    return torch.randint(0, 256, (count, 3, side, side)).float() / 255


def scores(net, images):
    with torch.inference_mode():
        return net(images)


def loss_and_gradient(net, images, labels):
    images = images.detach().requires_grad_(True)
    loss = F.cross_entropy(net(images), labels, reduction='sum')
    return loss, torch.autograd.grad(loss, images)[0]


def climb(net, images, labels, start, alpha, steps):
    """Steps along the gradient's sign from `start`, clipped to the ball round the images and to [0, 1]."""
    low, high = (images - EPSILON).clamp_(0, 1), (images + EPSILON).clamp_(0, 1)
    adversarial = start
    for _ in range(steps):
        _, gradient = loss_and_gradient(net, adversarial, labels)
        adversarial = torch.add(adversarial, gradient.sign_(), alpha=alpha).clamp_(low, high)
    return adversarial


def fast(net, images, labels, steps):
    _, gradient = loss_and_gradient(net, images, labels)
    return torch.add(images, gradient.sign_(), alpha=EPSILON).clamp_(0, 1)


def basic(net, images, labels, steps):
    return climb(net, images, labels, images, 1 / 255, steps)


def projected(net, images, labels, steps):
    start = torch.empty_like(images).uniform_(-EPSILON, EPSILON).add_(images).clamp_(0, 1)
    # 2.5 times the radius over all 40 steps, also where fewer are timed.
    return climb(net, images, labels, start, 2.5 * EPSILON / 40, steps)


def to_8_bits(images):
    return (images * 255).round_().div_(255)


def judged(net, images, labels, steps):
    """The fast attack as one saves it: the clean images' classes, the images at 8 bits, the classes of those."""
    scores(net, images).argmax(1)
    adversarial = to_8_bits(fast(net, images, labels, steps))
    scores(net, adversarial).argmax(1)
    return adversarial


TASKS = {
    'forward': lambda net, images, labels, steps: scores(net, images),
    'gradient': lambda net, images, labels, steps: loss_and_gradient(net, images, labels),
    'fast': fast, 'judged': judged, 'basic': basic, 'pgd': projected,
}


def gigaflops(flop, run):
    """At best: what is asked is how much the machine can do."""
    run()
    times = []
    for _ in range(25):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return flop / min(times) / 1e9


def libraries():
    """The BLAS that is loaded into this process, where the system tells."""
    try:
        maps = Path('/proc/self/maps').read_text()
    except OSError:
        return None
    found = re.search(r'\S*/(openblas\S*|mkl\S*|atlas\S*|blis\S*|blas)/lib\w*blas\w*[-.]\S*', maps)
    return found.group(1) if found else None


class Server:
    """Answers requests; holds the net that was built last and its images."""

    def __init__(self):
        self.net = self.side = self.images = self.labels = self.result = None

    def hello(self, request):
        import torchvision

        blas = libraries()
        return {'torch': torch.__version__, 'torchvision': torchvision.__version__, 'threads': torch.get_num_threads(), 'blas': blas}

    def peak(self, request):
        size, channels, side = 2048, 256, 56
        a, b = torch.rand(size, size), torch.rand(size, size)
        image, kernel = torch.rand(1, channels, side, side), torch.rand(channels, channels, 3, 3)
        return {
            'product': gigaflops(2 * size ** 3, lambda: a @ b),
            'convolution': gigaflops(2 * 9 * channels ** 2 * side ** 2, lambda: F.conv2d(image, kernel, padding=1)),
        }

    def build(self, request):
        """Exports before the weights are frozen: without gradients PyTorch takes a path through attention that it cannot export."""
        self.net, self.side = build(request['net'], request['side']), request['side']
        opset = export(self.net, self.side, request['model'])
        freeze(self.net)
        return {'opset': opset}

    def draw(self, request):
        self.images = draw_images(request['count'], self.side)
        self.labels = scores(self.net, self.images).argmax(1)
        self.images.numpy().astype('<f4').tofile(request['images'])
        return {'labels': self.labels.tolist()}

    def run(self, request):
        """Milliseconds a call, after one that is not counted if there are several; processor time of all of them."""
        task, calls, steps = TASKS[request['task']], request['calls'], request['steps']
        before = process_time()
        if calls > 1:
            task(self.net, self.images, self.labels, steps)
        start = perf_counter()
        for _ in range(calls):
            self.result = task(self.net, self.images, self.labels, steps)
        each = (perf_counter() - start) * 1000 / calls
        return {'each': each, 'processor': (process_time() - before) * 1000}

    def check(self, request):
        """The cross-entropy that the last run came to, summed; and its gradient as a file, where it has one."""
        if request['task'] == 'gradient':
            loss, gradient = self.result
            gradient.numpy().astype('<f4').tofile(request['gradient'])
            return {'loss': loss.item()}
        logits = self.result if request['task'] == 'forward' else scores(self.net, to_8_bits(self.result))
        return {'loss': F.cross_entropy(logits, self.labels, reduction='sum').item()}


def answers():
    """Where answers go: what libraries print lands beside the errors instead, where it is no answer to anything."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), 'w')
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


def serve():
    server, out = Server(), answers()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(server, request['do'])(request)
        except Exception as error:
            text = str(error).strip().splitlines()
            answer = {'problem': f'{type(error).__name__}: {text[0] if text else "no reason given"}'}
        print(json.dumps(answer), file=out, flush=True)


def status(name):
    """VmRSS (now) or VmHWM (the most so far) of this process, in KiB; None where the system does not tell."""
    try:
        text = Path('/proc/self/status').read_text()
    except OSError:
        return None
    return int(re.search(rf'^{name}:\s+(\d+) kB', text, re.MULTILINE).group(1))


def memory(name, side, batch):
    out = answers()
    import torchvision  # noqa: F401, its import belongs to the baseline

    baseline = status('VmRSS')
    net = build(name, side)
    freeze(net)
    opened = status('VmHWM')
    images = draw_images(batch, side)
    labels = torch.zeros(batch, dtype=torch.long)
    for _ in range(3):
        loss_and_gradient(net, images, labels)
    print(json.dumps({'baseline': baseline, 'opened': opened, 'peak': status('VmHWM')}), file=out, flush=True)


def main():
    torch.set_num_threads(THREADS)
    if sys.argv[1:] == ['serve']:
        serve()
    elif len(sys.argv) == 5 and sys.argv[1] == 'memory':
        memory(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main()
