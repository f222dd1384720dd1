"""Make MediaPipe's bare networks fit for its Tasks API: normalisation metadata, one face output instead of seven, and
no work for a silhouette that nobody looks at.

MediaPipe's own metadata writer needs a native module that its current wheel lacks, so the flatbuffers are edited with
the schema classes that the wheel does carry. Bytes in, bytes out; the same input gives the same output everywhere.
"""

import json
from collections.abc import Sequence
from importlib import resources

import flatbuffers
import numpy as np
import numpy.typing as npt
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema

MESH_COUNT = 468
REFINED_PARTS = ("lips", "left_eye", "right_eye", "left_iris", "right_iris")
_SILHOUETTE, _PRESENCE = 2, 1
"""Places among the five outputs of the pose network."""
_POSE_OUTPUTS = 5
IRIS_DEPTH_FROM = {"left_iris": 159, "right_iris": 386}
"""The attention model gives irises no depth: they take that of the upper lid's middle, which lies in front of them."""

_BUFFER_ALIGNMENT = 16  # schema.fbs: Buffer.data is force_align 16; the generated Python code does not honour it
_METADATA_NAME = b"TFLITE_METADATA"

IndexArray = npt.NDArray[np.int32]


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


def refinement_table() -> dict[str, list[int]]:
    """Landmark indices that each refined output of the attention model stands for, by part (see REFINED_PARTS)."""
    text = resources.files("physio.networks").joinpath("face_refinement.json").read_text(encoding="utf-8")
    table: dict[str, list[int]] = json.loads(text)
    return {part: table[part] for part in REFINED_PARTS}


def face_rows() -> tuple[IndexArray, IndexArray]:
    """Where each of the 478 landmarks is read from: row of its x, y in mesh + refined parts (700 rows), row of its z in
    the mesh (468 rows)."""
    xy = np.arange(MESH_COUNT + 10, dtype=np.int32)
    z = np.arange(MESH_COUNT + 10, dtype=np.int32)
    row = MESH_COUNT
    for part, landmarks in refinement_table().items():
        xy[landmarks] = np.arange(row, row + len(landmarks), dtype=np.int32)
        row += len(landmarks)
        if part in IRIS_DEPTH_FROM:
            z[landmarks] = IRIS_DEPTH_FROM[part]
    return xy, z


def with_normalisation(model: bytes, mean: float, std: float) -> bytes:
    """The model with metadata that says: RGB image in, (pixel - mean) / std. Replaces metadata that is there."""
    tree = _unpack(model)
    _set_metadata(tree, _image_metadata(tree, mean, std))
    return _pack(tree)


def with_single_face_output(model: bytes) -> bytes:
    """The attention face model with two outputs, as FaceLandmarker wants: (1, 1, 1, 1434) = 478 x (x, y, z) in pixels
    of the network's input, and the presence logit. Only standard TFLite operators are appended.
    """
    tree = _unpack(model)
    graph = _Graph(tree)
    mesh, lips, left_eye, right_eye, left_iris, right_iris, presence = graph.outputs_by_size()
    xy_rows, z_rows = face_rows()
    points = graph.reshape(mesh, [MESH_COUNT, 3])
    parts = [graph.gather(points, [0, 1], axis=1)]
    parts += [graph.reshape(part, [-1, 2]) for part in (lips, left_eye, right_eye, left_iris, right_iris)]
    xy = graph.gather(graph.concatenate(parts, axis=0), xy_rows, axis=0)
    z = graph.gather(graph.gather(points, [2], axis=1), z_rows, axis=0)
    landmarks = graph.reshape(graph.concatenate([xy, z], axis=1), [1, 1, 1, 3 * len(xy_rows)])
    graph.set_outputs([landmarks, presence])
    return _pack(tree)


def without_silhouette(model: bytes) -> bytes:
    """The pose network without the branch that draws the body's silhouette (256 × 256): a third of its time, though a
    tenth of its multiplications, and nothing else depends on it, so that all other outputs stay the same to the bit.
    One value stands in the silhouette's place, because the five outputs are known by their order. A network of another
    shape is given back as it is."""
    tree = _unpack(model)
    graph = _Graph(tree)
    outputs = [int(i) for i in tree.subgraphs[0].outputs]
    if len(outputs) != _POSE_OUTPUTS or tree.subgraphs[0].tensors[outputs[_SILHOUETTE]].shape.size != 4:
        return model
    outputs[_SILHOUETTE] = graph.reshape(outputs[_PRESENCE], [1, 1, 1, 1])
    graph.set_outputs(outputs)
    graph.drop_unused()
    return _pack(tree)


class _Graph:
    """Appends and drops operators of the only subgraph of a model. Tensors are named by their index."""

    def __init__(self, tree: schema.ModelT) -> None:
        self._tree = tree
        self._graph = tree.subgraphs[0]
        self._codes: dict[int, int] = {}

    def outputs_by_size(self) -> list[int]:
        """The seven outputs of the attention model in their published order; ValueError when it is another model."""
        outputs = [int(i) for i in self._graph.outputs]
        sizes = [int(np.prod(self._graph.tensors[i].shape)) for i in outputs]
        if sizes != [1404, 160, 142, 142, 10, 10, 1]:
            raise ValueError(f"not the attention face model: outputs of {sizes} values")
        # Published order of both is left before right; names guard against an export that swaps the equal-sized ones.
        names = [self._graph.tensors[i].name.decode() for i in outputs]
        if not all(side in name for side, name in zip(("left", "right", "left", "right"), names[2:6], strict=True)):
            raise ValueError(f"not the attention face model: outputs named {names}")
        return outputs

    def set_outputs(self, outputs: list[int]) -> None:
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
        self._tree.buffers.append(_buffer(values.astype("<i4").tobytes()))
        return self._tensor([len(values)], schema.TensorType.INT32, buffer=len(self._tree.buffers) - 1)

    def _tensor(self, shape: list[int], kind: int, buffer: int) -> int:
        tensor = schema.TensorT()
        tensor.shape = np.asarray(shape, np.int32)
        tensor.type = kind
        tensor.buffer = buffer
        tensor.name = f"physio_{len(self._graph.tensors)}".encode()
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1


def _image_metadata(tree: schema.ModelT, mean: float, std: float) -> bytes:
    normalisation = metadata_schema.NormalizationOptionsT()
    normalisation.mean, normalisation.std = [mean], [std]
    unit = metadata_schema.ProcessUnitT()
    unit.optionsType = metadata_schema.ProcessUnitOptions.NormalizationOptions
    unit.options = normalisation
    image = metadata_schema.ImagePropertiesT()
    image.colorSpace = metadata_schema.ColorSpaceType.RGB
    content = metadata_schema.ContentT()
    content.contentPropertiesType = metadata_schema.ContentProperties.ImageProperties
    content.contentProperties = image
    tensor = metadata_schema.TensorMetadataT()
    tensor.name = "image"
    tensor.content = content
    tensor.processUnits = [unit]
    graph = metadata_schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    graph.outputTensorMetadata = [metadata_schema.TensorMetadataT() for _ in tree.subgraphs[0].outputs]
    root = metadata_schema.ModelMetadataT()
    root.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(root.Pack(builder), b"M001")
    return bytes(builder.Output())


def _set_metadata(tree: schema.ModelT, metadata: bytes) -> None:
    entries = tree.metadata or []
    for entry in entries:
        if entry.name == _METADATA_NAME:
            tree.buffers[entry.buffer] = _buffer(metadata)
            return
    tree.buffers.append(_buffer(metadata))
    entry = schema.MetadataT()
    entry.name, entry.buffer = _METADATA_NAME, len(tree.buffers) - 1
    tree.metadata = [*entries, entry]


def _buffer(data: bytes) -> schema.BufferT:
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(data, np.uint8)
    return buffer


def _unpack(model: bytes) -> schema.ModelT:
    if not schema.Model.ModelBufferHasIdentifier(model, 0):
        raise ValueError("not a TFLite model")
    return schema.ModelT.InitFromPackedBuf(model, 0)


def _pack(tree: schema.ModelT) -> bytes:
    builder = _AlignedBuilder(0)
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())
