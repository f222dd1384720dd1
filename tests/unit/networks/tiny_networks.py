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


def tiny_expression_network(classes: int = 7) -> bytes:
    """The expression network's end: an image (1, 4, 4, 2) in, a convolution with 8-bit weights, a mean over space and a
    softmax of `classes` values. Weights of class k are k quarters in the middle, times 2 for the second channel."""
    tree = schema.ModelT()
    tree.version = 3
    weights = np.zeros((classes, 3, 3, 2), np.int8)
    weights[:, 1, 1, 0] = np.arange(classes)
    weights[:, 1, 1, 1] = 2 * np.arange(classes)
    tree.buffers = [schema.BufferT() for _ in range(4)]
    for buffer, data in zip(
        tree.buffers[1:], (weights, np.zeros(classes, "<f4"), np.array([1, 2], "<i4")), strict=True
    ):
        buffer.data = np.frombuffer(data.tobytes(), np.uint8)
    graph = schema.SubGraphT()
    graph.tensors = [
        _tensor("x", [1, 4, 4, 2], 0),
        _tensor("weights", [classes, 3, 3, 2], 1),
        _tensor("bias", [classes], 2),
        _tensor("axes", [2], 3),
        _tensor("maps", [1, 4, 4, classes], 0),
        _tensor("logits", [1, classes], 0),
        _tensor("probabilities", [1, classes], 0),
    ]
    graph.tensors[1].type, graph.tensors[3].type = schema.TensorType.INT8, schema.TensorType.INT32
    scales = graph.tensors[1].quantization = schema.QuantizationParametersT()
    scales.scale, scales.zeroPoint = np.full(classes, 0.25, np.float32), np.zeros(classes, np.int64)
    scales.quantizedDimension = 0
    convolution, mean, softmax = schema.Conv2DOptionsT(), schema.ReducerOptionsT(), schema.SoftmaxOptionsT()
    convolution.strideW = convolution.strideH = 1
    softmax.beta = 1.0
    kinds = schema.BuiltinOperator, schema.BuiltinOptions
    tree.operatorCodes = [_code(kinds[0].CONV_2D), _code(kinds[0].MEAN), _code(kinds[0].SOFTMAX)]
    graph.operators = [
        _operator(0, [0, 1, 2], 4, kinds[1].Conv2DOptions, convolution),
        _operator(1, [4, 3], 5, kinds[1].ReducerOptions, mean),
        _operator(2, [5], 6, kinds[1].SoftmaxOptions, softmax),
    ]
    graph.inputs, graph.outputs = np.array([0], np.int32), np.array([6], np.int32)
    tree.subgraphs = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _code(kind: int) -> schema.OperatorCodeT:
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = kind
    code.version = 1
    return code


def _operator(code: int, inputs: list[int], output: int, kind: int, options: object) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.builtinOptionsType, operator.builtinOptions = code, kind, options
    operator.inputs, operator.outputs = np.array(inputs, np.int32), np.array([output], np.int32)
    return operator


def _tensor(name: str, shape: list[int], buffer: int) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name = name.encode()
    tensor.shape = np.array(shape, np.int32)
    tensor.type = schema.TensorType.FLOAT32
    tensor.buffer = buffer
    return tensor
