"""An ONNX net of `halftone train` (or one as simple) in PyTorch, with what is asked of it counted image by image."""
import json

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def padding(given):
    """ONNX lists begins, then ends; torch.nn.functional.pad takes pairs from the last axis on."""
    top, left, bottom, right = given
    return left, right, top, bottom


def conv(x, weight, bias=None, *, strides=(1, 1), pads=(0, 0, 0, 0), dilations=(1, 1), group=1, **_):
    return F.conv2d(F.pad(x, padding(pads)), weight, bias, tuple(strides), 0, tuple(dilations), group)


def max_pool(x, *, kernel_shape, strides=(1, 1), pads=(0, 0, 0, 0), **_):
    return F.max_pool2d(F.pad(x, padding(pads), value=-float('inf')), tuple(kernel_shape), tuple(strides))


def gemm(a, b, c=0, *, alpha=1.0, beta=1.0, transA=0, transB=0):
    return alpha * (a.T if transA else a) @ (b.T if transB else b) + beta * c


OPERATORS = {
    'Add': lambda a, b: a + b,
    'Conv': conv,
    'Div': lambda a, b: a / b,
    'Flatten': lambda x, axis=1: x.flatten(axis),
    'Gemm': gemm,
    'GlobalAveragePool': lambda x: x.mean((2, 3), keepdim=True),
    'Identity': lambda x: x,
    'MatMul': lambda a, b: a @ b,
    'MaxPool': max_pool,
    'Mul': lambda a, b: a * b,
    'Relu': torch.relu,
    'Reshape': lambda x, shape, **_: x.reshape([x.shape[i] if n == 0 else int(n) for i, n in enumerate(shape)]),
    'Sigmoid': torch.sigmoid,
    'Sub': lambda a, b: a - b,
}


class OnnxNet(torch.nn.Module):
    """
    Takes [n, channels, height, width] in [0, 1], and gives the logits [n, classes].

    `forwards` and `backwards` count images through the net and back, so that attacks are compared at what they ask.
    """

    def __init__(self, path, flat=False):
        """flat: take [n, channels * height * width, 1, 1] instead, for attacks that count features along the second axis"""
        super().__init__()
        model = onnx.load(path)
        graph = model.graph
        # As `halftone train` writes them.
        self.classes = next((json.loads(p.value) for p in model.metadata_props if p.key == 'classes'), None)
        self.tensors = {t.name: torch.tensor(numpy_helper.to_array(t)) for t in graph.initializer}
        self.nodes = [(OPERATORS[n.op_type], list(n.input), n.output[0], attributes(n)) for n in graph.node]
        given = [i for i in graph.input if i.name not in self.tensors]
        self.entry, self.exit = given[0].name, graph.output[0].name
        self.shape = [d.dim_value for d in given[0].type.tensor_type.shape.dim][1:]
        self.flat = flat
        self.reset()

    def reset(self):
        self.forwards = 0
        self.backwards = 0

    def count(self, gradient):
        self.backwards += len(gradient)

    def forward(self, x):
        self.forwards += len(x)
        if x.requires_grad:
            x.register_hook(self.count)
        values = dict(self.tensors)
        values[self.entry] = x.reshape(-1, *self.shape) if self.flat else x
        for operator, inputs, output, options in self.nodes:
            values[output] = operator(*(values[name] for name in inputs if name), **options)
        return values[self.exit]


def scores(net, images):
    """Logits of images that are a numpy array, not counted."""
    before = net.forwards
    with torch.no_grad():
        logits = net(torch.tensor(np.asarray(images), dtype=torch.float32)).numpy()
    net.forwards = before
    return logits
