"""Make the bare networks fit for what runs them.

MediaPipe's, for its Tasks API: normalisation metadata, one face output instead of seven, and no work for a silhouette
that nobody looks at. The expression network, for OpenCV: weights as floats, and the features that its answer rests on.

MediaPipe's own metadata writer needs a native module that its current wheel lacks, so the flatbuffers are edited. Bytes
in, bytes out; the same input gives the same output everywhere.
"""

import json
from importlib import resources

import flatbuffers
import numpy as np
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema

from physio.networks.tflite_graph import Graph, IndexArray, buffer_of, pack, unpack

MESH_COUNT = 468
REFINED_PARTS = ("lips", "left_eye", "right_eye", "left_iris", "right_iris")
EXPRESSION_COUNT = 7
_SILHOUETTE, _PRESENCE = 2, 1
"""Places among the five outputs of the pose network."""
_POSE_OUTPUTS = 5
IRIS_DEPTH_FROM = {"left_iris": 159, "right_iris": 386}
"""The attention model gives irises no depth: they take that of the upper lid's middle, which lies in front of them."""

_METADATA_NAME = b"TFLITE_METADATA"


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
    tree = unpack(model)
    _set_metadata(tree, _image_metadata(tree, mean, std))
    return pack(tree)


def with_single_face_output(model: bytes) -> bytes:
    """The attention face model with two outputs, as FaceLandmarker wants: (1, 1, 1, 1434) = 478 x (x, y, z) in pixels
    of the network's input, and the presence logit. Only standard TFLite operators are appended.
    """
    tree = unpack(model)
    graph = Graph(tree)
    mesh, lips, left_eye, right_eye, left_iris, right_iris, presence = _attention_outputs(graph)
    xy_rows, z_rows = face_rows()
    points = graph.reshape(mesh, [MESH_COUNT, 3])
    parts = [graph.gather(points, [0, 1], axis=1)]
    parts += [graph.reshape(part, [-1, 2]) for part in (lips, left_eye, right_eye, left_iris, right_iris)]
    xy = graph.gather(graph.concatenate(parts, axis=0), xy_rows, axis=0)
    z = graph.gather(graph.gather(points, [2], axis=1), z_rows, axis=0)
    landmarks = graph.reshape(graph.concatenate([xy, z], axis=1), [1, 1, 1, 3 * len(xy_rows)])
    graph.set_outputs([landmarks, presence])
    return pack(tree)


def without_silhouette(model: bytes) -> bytes:
    """The pose network without the branch that draws the body's silhouette (256 × 256): a third of its time, though a
    tenth of its multiplications, and nothing else depends on it, so that all other outputs stay the same to the bit.
    One value stands in the silhouette's place, because the five outputs are known by their order. A network of another
    shape is given back as it is."""
    tree = unpack(model)
    graph = Graph(tree)
    outputs = graph.outputs
    if len(outputs) != _POSE_OUTPUTS or len(graph.shape(outputs[_SILHOUETTE])) != 4:
        return model
    outputs[_SILHOUETTE] = graph.reshape(outputs[_PRESENCE], [1, 1, 1, 1])
    graph.set_outputs(outputs)
    graph.drop_unused()
    return pack(tree)


def with_appearance_output(model: bytes) -> bytes:
    """The expression network with one output (1, 4, 4, 135): the 128 features that its last convolution sees and the 7
    values that this makes of them, place by place; their means over space are what its softmax saw. Weights are floats,
    which OpenCV can read. ValueError when it is another network.
    """
    tree = unpack(model)
    graph = Graph(tree)
    kinds = [schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.MEAN, schema.BuiltinOperator.SOFTMAX]
    if graph.last_kinds(3) != kinds or graph.shape(graph.outputs[0]) != [1, EXPRESSION_COUNT]:
        raise ValueError("not the expression network")
    convolution, _, _ = tree.subgraphs[0].operators[-3:]
    graph.weights_to_float()
    # One output, because one of OpenCV's engines gives only one.
    both = graph.concatenate([int(convolution.inputs[0]), int(convolution.outputs[0])], axis=3)
    graph.set_outputs([both])
    graph.drop_unused()
    return pack(tree)


def _attention_outputs(graph: Graph) -> list[int]:
    """The seven outputs of the attention model in their published order; ValueError when it is another model."""
    sizes = [int(np.prod(graph.shape(i))) for i in graph.outputs]
    if sizes != [1404, 160, 142, 142, 10, 10, 1]:
        raise ValueError(f"not the attention face model: outputs of {sizes} values")
    # Published order of both is left before right; names guard against an export that swaps the equal-sized ones.
    names = [graph.name(i) for i in graph.outputs]
    if not all(side in name for side, name in zip(("left", "right", "left", "right"), names[2:6], strict=True)):
        raise ValueError(f"not the attention face model: outputs named {names}")
    return graph.outputs


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
            tree.buffers[entry.buffer] = buffer_of(metadata)
            return
    tree.buffers.append(buffer_of(metadata))
    entry = schema.MetadataT()
    entry.name, entry.buffer = _METADATA_NAME, len(tree.buffers) - 1
    tree.metadata = [*entries, entry]
