"""Networks small enough to make in a test: the right inputs and outputs, nothing in between."""

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import schema_py_generated as schema

ATTENTION_OUTPUTS = {
    "output_mesh_identity": 1404,
    "output_lips": 160,
    "output_left_eye": 142,
    "output_right_eye": 142,
    "output_left_iris": 10,
    "output_right_iris": 10,
    "conv_faceflag": 1,
}


def tiny_network(outputs: dict[str, int]) -> bytes:
    """A TFLite model with an image input, the named outputs (size of each), a constant and no operators."""
    tree = schema.ModelT()
    tree.version = 3
    empty, constant = schema.BufferT(), schema.BufferT()
    constant.data = np.arange(37, dtype=np.uint8)
    tree.buffers = [empty, constant]
    tree.operatorCodes = []
    graph = schema.SubGraphT()
    graph.tensors = [
        _tensor("input", [1, 8, 8, 3], 0),
        *(_tensor(n, [1, 1, 1, size], 0) for n, size in outputs.items()),
    ]
    graph.tensors.append(_tensor("weights", [37], 1))
    graph.inputs = np.array([0], np.int32)
    graph.outputs = np.arange(1, 1 + len(outputs), dtype=np.int32)
    graph.operators = []
    tree.subgraphs = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(name: str, shape: list[int], buffer: int) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name = name.encode()
    tensor.shape = np.array(shape, np.int32)
    tensor.type = schema.TensorType.FLOAT32
    tensor.buffer = buffer
    return tensor
