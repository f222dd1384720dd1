"""TFLite models as trees that can be edited: read, write, and operators appended to or dropped from their one graph.

Edited with the schema classes that MediaPipe's wheel carries. The same input gives the same bytes everywhere.
"""

from collections.abc import Sequence

import flatbuffers
import numpy as np
import numpy.typing as npt
from mediapipe.tasks.metadata import schema_py_generated as schema

IndexArray = npt.NDArray[np.int32]

_BUFFER_ALIGNMENT = 16  # schema.fbs: Buffer.data is force_align 16; the generated Python code does not honour it


class _AlignedBuilder(flatbuffers.Builder):  # type: ignore[misc]
    """A builder that puts tensor data where the runtime may read it in place."""

    def CreateNumpyVector(self, x: npt.NDArray[np.generic]) -> int:  # noqa: N802 (flatbuffers' name)
        """Write an array; bytes (tensor data) start at a multiple of 16."""
        if x.dtype != np.uint8:
            return int(super().CreateNumpyVector(x))
        payload = x.tobytes()
        self.StartVector(1, x.size, _BUFFER_ALIGNMENT)
        self.head: int = self.head - len(payload)
        self.Bytes[self.head : self.head + len(payload)] = payload
        self.vectorNumElems = x.size
        return int(self.EndVector())


class Graph:
    """Appends and drops operators of the only subgraph of a model. Tensors are named by their index."""

    def __init__(self, tree: schema.ModelT) -> None:
        self._tree = tree
        self._graph = tree.subgraphs[0]
        self._codes: dict[int, int] = {}

    @property
    def outputs(self) -> list[int]:
        """The tensors that the model gives, in its order."""
        return [int(i) for i in self._graph.outputs]

    def shape(self, tensor: int) -> list[int]:
        """How many values it has in each direction."""
        return [int(n) for n in self._graph.tensors[tensor].shape]

    def name(self, tensor: int) -> str:
        """What its author called it."""
        return str(self._graph.tensors[tensor].name.decode())

    def last_kinds(self, count: int) -> list[int]:
        """What the last operators do (schema.BuiltinOperator)."""
        return [int(self._tree.operatorCodes[o.opcodeIndex].builtinCode) for o in self._graph.operators[-count:]]

    def set_outputs(self, outputs: list[int]) -> None:
        """Let the model give these tensors."""
        self._graph.outputs = np.asarray(outputs, np.int32)

    def drop_unused(self) -> None:
        """Leave out the operators that no output depends on."""
        made_by = {int(tensor): k for k, one in enumerate(self._graph.operators) for tensor in one.outputs}
        used: set[int] = set()
        wanted = [int(tensor) for tensor in self._graph.outputs]
        while wanted:
            k = made_by.get(wanted.pop())
            if k is not None and k not in used:
                used.add(k)
                wanted += [int(tensor) for tensor in self._graph.operators[k].inputs]
        self._graph.operators = [self._graph.operators[k] for k in sorted(used)]

    def weights_to_float(self) -> None:
        """Store the weights that are 8-bit numbers with a scale per channel as the float32 that they stand for."""
        for tensor in self._graph.tensors:
            data = self._tree.buffers[tensor.buffer].data
            if tensor.type == schema.TensorType.INT8 and data is not None:
                along = [1] * len(tensor.shape)
                along[tensor.quantization.quantizedDimension] = -1
                zero, scale = (
                    np.asarray(values, np.float32).reshape(along)
                    for values in (tensor.quantization.zeroPoint, tensor.quantization.scale)
                )
                values = np.asarray(data, np.uint8).view(np.int8).reshape(tensor.shape).astype(np.float32)
                self._tree.buffers[tensor.buffer] = buffer_of(((values - zero) * scale).astype("<f4").tobytes())
                tensor.type, tensor.quantization = schema.TensorType.FLOAT32, None

    def again(self, operator: schema.OperatorT, tensor: int, shape: list[int]) -> int:
        """What an operator with one such input and constants does, to another tensor."""
        copy = schema.OperatorT()
        copy.opcodeIndex, copy.builtinOptionsType = operator.opcodeIndex, operator.builtinOptionsType
        copy.builtinOptions = operator.builtinOptions
        copy.inputs = np.asarray([tensor, *operator.inputs[1:]], np.int32)
        output = self._tensor(shape, schema.TensorType.FLOAT32, buffer=0)
        copy.outputs = np.asarray([output], np.int32)
        self._graph.operators.append(copy)
        return output

    def reshape(self, tensor: int, shape: list[int]) -> int:
        """Tensor in another shape; one -1 stands for what is left over."""
        size = int(np.prod(self._graph.tensors[tensor].shape))
        full = [size // -int(np.prod(shape)) if n == -1 else n for n in shape]
        options = schema.ReshapeOptionsT()
        options.newShape = np.asarray(full, np.int32)
        inputs = [tensor, self._constant(np.asarray(full, np.int32))]
        kind = schema.BuiltinOptions.ReshapeOptions
        return self._append(schema.BuiltinOperator.RESHAPE, inputs, full, kind, options)

    def gather(self, tensor: int, indices: Sequence[int] | IndexArray, axis: int) -> int:
        """Rows (axis 0) or columns (axis 1) of a matrix in the order of indices."""
        shape = [int(n) for n in self._graph.tensors[tensor].shape]
        shape[axis] = len(indices)
        options = schema.GatherOptionsT()
        options.axis = axis
        inputs = [tensor, self._constant(np.asarray(indices, np.int32))]
        kind = schema.BuiltinOptions.GatherOptions
        return self._append(schema.BuiltinOperator.GATHER, inputs, shape, kind, options)

    def concatenate(self, tensors: list[int], axis: int) -> int:
        """Matrices one after another along axis."""
        shapes = [[int(n) for n in self._graph.tensors[t].shape] for t in tensors]
        shape = list(shapes[0])
        shape[axis] = sum(s[axis] for s in shapes)
        options = schema.ConcatenationOptionsT()
        options.axis = axis
        kind = schema.BuiltinOptions.ConcatenationOptions
        return self._append(schema.BuiltinOperator.CONCATENATION, tensors, shape, kind, options)

    def _append(self, code: int, inputs: list[int], shape: list[int], kind: int, options: object) -> int:
        operator = schema.OperatorT()
        operator.opcodeIndex = self._opcode(code)
        operator.inputs = np.asarray(inputs, np.int32)
        output = self._tensor(shape, schema.TensorType.FLOAT32, buffer=0)
        operator.outputs = np.asarray([output], np.int32)
        operator.builtinOptionsType = kind
        operator.builtinOptions = options
        self._graph.operators.append(operator)
        return output

    def _opcode(self, code: int) -> int:
        if code not in self._codes:
            entry = schema.OperatorCodeT()
            entry.builtinCode = entry.deprecatedBuiltinCode = code
            entry.version = 1
            self._tree.operatorCodes.append(entry)
            self._codes[code] = len(self._tree.operatorCodes) - 1
        return self._codes[code]

    def _constant(self, values: IndexArray) -> int:
        self._tree.buffers.append(buffer_of(values.astype("<i4").tobytes()))
        return self._tensor([len(values)], schema.TensorType.INT32, buffer=len(self._tree.buffers) - 1)

    def _tensor(self, shape: list[int], kind: int, buffer: int) -> int:
        tensor = schema.TensorT()
        tensor.shape = np.asarray(shape, np.int32)
        tensor.type = kind
        tensor.buffer = buffer
        tensor.name = f"physio_{len(self._graph.tensors)}".encode()
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1


def buffer_of(data: bytes) -> schema.BufferT:
    """What a tensor or metadata keeps its bytes in."""
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(data, np.uint8)
    return buffer


def unpack(model: bytes) -> schema.ModelT:
    """The tree of a TFLite model; ValueError for other bytes."""
    if not schema.Model.ModelBufferHasIdentifier(model, 0):
        raise ValueError("not a TFLite model")
    return schema.ModelT.InitFromPackedBuf(model, 0)


def pack(tree: schema.ModelT) -> bytes:
    """The TFLite model of a tree."""
    builder = _AlignedBuilder(0)
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())
