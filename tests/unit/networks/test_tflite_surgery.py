import io
import zipfile
from itertools import islice

import cv2
import flatbuffers
import numpy as np
import pytest
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema
from tiny_networks import ATTENTION_OUTPUTS, tiny_expression_network, tiny_network

from physio.capture.video import VideoSource
from physio.config import ROOT, Settings
from physio.networks.assets import ensure_models
from physio.networks.bundles import read_pose_bundle
from physio.networks.tflite_surgery import (
    IRIS_DEPTH_FROM,
    face_rows,
    refinement_table,
    with_appearance_output,
    with_normalisation,
    with_single_face_output,
    without_silhouette,
)
from physio.perception.pose import PoseDetector


def unpacked(model: bytes) -> schema.ModelT:
    return schema.ModelT.InitFromPackedBuf(model, 0)


def metadata_of(model: bytes) -> metadata_schema.ModelMetadataT:
    tree = unpacked(model)
    (entry,) = [e for e in tree.metadata if e.name == b"TFLITE_METADATA"]
    data = bytes(tree.buffers[entry.buffer].data)
    assert metadata_schema.ModelMetadata.ModelMetadataBufferHasIdentifier(data, 0)
    return metadata_schema.ModelMetadataT.InitFromPackedBuf(data, 0)


def run(tree: schema.ModelT, values: dict[int, np.ndarray]) -> list[np.ndarray]:
    """What the appended operators compute: the three kinds of TFLite operator that they use, in numpy."""
    graph, values = tree.subgraphs[0], dict(values)
    for index, tensor in enumerate(graph.tensors):
        data = tree.buffers[tensor.buffer].data
        if tensor.type == schema.TensorType.INT32 and data is not None:
            values[index] = np.frombuffer(bytes(data), "<i4")
    for operator in graph.operators:
        code = tree.operatorCodes[operator.opcodeIndex].builtinCode
        inputs = [values[i] for i in operator.inputs]
        if code == schema.BuiltinOperator.RESHAPE:
            output = inputs[0].reshape(inputs[1])
        elif code == schema.BuiltinOperator.GATHER:
            output = np.take(inputs[0], inputs[1], axis=operator.builtinOptions.axis)
        else:
            assert code == schema.BuiltinOperator.CONCATENATION
            output = np.concatenate(inputs, axis=operator.builtinOptions.axis)
        assert list(output.shape) == list(graph.tensors[operator.outputs[0]].shape)
        values[operator.outputs[0]] = output
    return [values[i] for i in graph.outputs]


def test_refinement_table_has_the_published_sizes_and_no_landmark_twice():
    table = refinement_table()
    assert {part: len(rows) for part, rows in table.items()} == {
        "lips": 80,
        "left_eye": 71,
        "right_eye": 71,
        "left_iris": 5,
        "right_iris": 5,
    }
    rows = [landmark for part in table.values() for landmark in part]
    assert len(set(rows)) == len(rows)
    assert sorted(table["left_iris"] + table["right_iris"]) == list(range(468, 478))


def test_face_rows_point_refined_landmarks_to_their_part_and_leave_the_rest():
    xy, z = face_rows()
    assert xy[1] == 1  # the nose is not refined
    assert xy[61] == 468  # first of the lips
    assert xy[33] == 468 + 80  # first of the left eye
    assert xy[477] == 699
    assert list(z[:468]) == list(range(468))
    assert set(z[468:473]) == {IRIS_DEPTH_FROM["left_iris"]}
    assert set(z[473:]) == {IRIS_DEPTH_FROM["right_iris"]}


def test_single_face_output_collects_every_landmark_from_its_best_source():
    rng = np.random.default_rng(1)
    tree = unpacked(with_single_face_output(tiny_network(ATTENTION_OUTPUTS)))
    outputs = {n: rng.random((1, 1, 1, size)) for n, size in ATTENTION_OUTPUTS.items()}
    landmarks, presence = run(tree, {1 + i: values for i, values in enumerate(outputs.values())})

    assert landmarks.shape == (1, 1, 1, 1434)
    assert presence is not None
    np.testing.assert_array_equal(presence, outputs["conv_faceflag"])
    expected = np.empty((478, 3))
    expected[:468] = outputs["output_mesh_identity"].reshape(468, 3)
    for part, indices in refinement_table().items():
        expected[indices, :2] = outputs[f"output_{part}"].reshape(-1, 2)
    expected[468:473, 2] = expected[159, 2]
    expected[473:, 2] = expected[386, 2]
    np.testing.assert_array_equal(landmarks.reshape(478, 3), expected)


@pytest.mark.parametrize(
    "outputs",
    [
        {"landmarks": 1434, "presence": 1},
        {
            n.replace("left", "x").replace("right", "left").replace("x", "right"): s
            for n, s in ATTENTION_OUTPUTS.items()
        },
    ],
)
def test_another_face_model_is_refused(outputs):
    with pytest.raises(ValueError, match="not the attention face model"):
        with_single_face_output(tiny_network(outputs))


def test_what_is_not_a_model_is_refused():
    with pytest.raises(ValueError, match="not a TFLite model"):
        with_normalisation(b"\0" * 64, 0.0, 255.0)


def test_normalisation_is_written_once_and_replaced_when_written_again():
    model = with_normalisation(with_normalisation(tiny_network({"out": 4}), 127.5, 127.5), 0.0, 255.0)
    (tensor,) = metadata_of(model).subgraphMetadata[0].inputTensorMetadata
    (unit,) = tensor.processUnits
    assert (list(unit.options.mean), list(unit.options.std)) == ([0.0], [255.0])
    assert tensor.content.contentProperties.colorSpace == metadata_schema.ColorSpaceType.RGB
    assert len(metadata_of(model).subgraphMetadata[0].outputTensorMetadata) == 1


def test_surgery_keeps_weights_aligned_and_bytes_the_same_every_time():
    source = tiny_network({"out": 4})
    model = with_normalisation(source, 0.0, 255.0)
    assert model == with_normalisation(source, 0.0, 255.0)
    weights = bytes(range(37))
    assert bytes(unpacked(model).buffers[1].data) == weights
    assert model.index(weights) % 16 == 0
    assert flatbuffers.util.BufferHasIdentifier(model, 0, b"TFL3")


def test_a_network_without_a_silhouette_is_left_as_it_is():
    for outputs in ({"landmarks": 195, "presence": 1}, ATTENTION_OUTPUTS):
        model = tiny_network(outputs)
        assert without_silhouette(model) == model


def test_the_appearance_output_has_the_features_under_the_answer_and_the_answer(tmp_path):
    """Run by OpenCV: the last convolution's input and its output, place by place."""
    path = tmp_path / "expression.tflite"
    path.write_bytes(with_appearance_output(tiny_expression_network()))
    net = cv2.dnn.readNetFromTFLite(str(path), cv2.dnn.ENGINE_CLASSIC)  # the other crashes on so small a one
    image = np.random.default_rng(2).random((3, 2, 4, 4), np.float32)  # three at once, channels first
    net.setInput(image)
    read = net.forward().reshape(3, 9, -1)
    means = image.mean(axis=(2, 3))
    logits = (means @ [1.0, 2.0])[:, None] * 0.25 * np.arange(7)
    np.testing.assert_allclose(read[:, :2], image.reshape(3, 2, -1), atol=1e-6)
    np.testing.assert_allclose(read[:, 2:].mean(axis=2), logits, atol=1e-5)


@pytest.mark.parametrize("model", [tiny_network({"out": 7}), tiny_expression_network(classes=8)])
def test_another_expression_network_is_refused(model):
    with pytest.raises(ValueError, match="not the expression network"):
        with_appearance_output(model)


@pytest.mark.models
def test_the_silhouette_costs_operators_that_no_landmark_depends_on():
    """The same landmarks to the bit, in a moving clip, from a network with fewer operators and as many outputs."""
    path = ensure_models(Settings.load().models_dir).pose
    bundle = read_pose_bundle(path)
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(io.BytesIO(bundle)) as reduced:
        name = "pose_landmarks_detector.tflite"
        before, after = (unpacked(archive.read(name)).subgraphs[0] for archive in (whole, reduced))
        assert reduced.namelist() == whole.namelist()
    assert len(after.operators) < len(before.operators) - 40
    assert len(after.outputs) == len(before.outputs) == 5
    frames = islice(VideoSource(ROOT / "data" / "demo" / "squat.mp4"), 6)
    one, other = PoseDetector(path), PoseDetector(bundle)
    for frame in frames:
        expected, found = one.detect(frame), other.detect(frame)
        np.testing.assert_array_equal(found.image_px, expected.image_px)
        np.testing.assert_array_equal(found.world_m, expected.world_m)
        np.testing.assert_array_equal(found.visibility, expected.visibility)
    one.close()
    other.close()
