"""Renders a face set: one NPZ file of JPEG pictures and truth for each person.

Arrays of a file (n pictures, no pickles): jpeg (bytes of all pictures, uint8) and offset (n + 1,) where each starts;
size_px (n,); actions (n, 52) float16, the true coefficients without resting face and gains, action_names; kind (n,)
str; sequence (n,) int, -1 for stills; t_s (n,); yaw_deg, pitch_deg, roll_deg (n,) as physio.types.Face; face_px (n,);
blur_px, quality (n,). Scalars: identity, age_years, sex, tone, beard, glasses, make_up, hair, lines, resting (52,),
gains (52,).
"""

import multiprocessing
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.synthetic.face_identity import Identity, draw_identity, moved
from tests.synthetic.face_sequences import draw_sequences
from tests.synthetic.face_stills import Moments, draw_stills

_SEED_STEP = 100_000
_RATE_HZ = 8.0


def make_face_set(folder: Path, people: int, seed: int, stills: int, seconds: float, workers: int) -> int:
    """Render persons seed * 100000 + k; those that exist already are kept. Returns the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(LP_NUM_THREADS="1", OMP_NUM_THREADS="1")  # the workers share the cores; threads would only wait
    todo = [k for k in range(people) if not (folder / f"face_{seed}_{k:04d}.npz").exists()]
    job = partial(_make_shares, folder, seed, stills, seconds)
    shares = [todo[w::workers] for w in range(workers)]
    if workers == 1:
        job(shares[0])
        return 0
    processes = [multiprocessing.get_context("spawn").Process(target=job, args=(share,)) for share in shares]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return int(any(process.exitcode for process in processes))


def _make_shares(folder: Path, seed: int, stills: int, seconds: float, numbers: list[int]) -> None:
    """One worker's persons."""
    from tests.synthetic.anny_source import People
    from tests.synthetic.face_shot import Film
    from tests.synthetic.face_studio import Studio

    source, studio, film = People(), Studio(), Film()
    for k in numbers:
        begun = time.monotonic()
        count = _make_one(
            folder / f"face_{seed}_{k:04d}.npz", seed * _SEED_STEP + k, (source, studio, film), stills, seconds
        )
        print(f"{k} {count / (time.monotonic() - begun):.0f} pictures/s", file=sys.stderr)


def _make_one(path: Path, seed: int, tools: tuple[Any, Any, Any], stills: int, seconds: float) -> int:
    """One person's file; returns the number of pictures."""
    from tests.synthetic.face_glasses import wear
    from tests.synthetic.face_head import cut_head
    from tests.synthetic.face_studio import creases
    from tests.synthetic.wardrobe import dress

    source, studio, film = tools
    names = source.action_names
    who = draw_identity(seed, names)
    body = source.make(who.traits)
    rng = np.random.default_rng([seed, 22])
    luminance = float(np.dot(who.look.skin, (0.3, 0.6, 0.1)))
    moments = draw_stills(rng, names, stills, luminance) if stills else None
    if seconds > 0.0:
        course = draw_sequences(rng, names, seconds, _RATE_HZ, luminance)
        moments = course if moments is None else moments.then(course)
    if moments is None:
        raise ValueError("a face set needs stills or seconds")
    head = cut_head(body, dress(body, who.look))
    studio.seat(head if who.glasses is None else wear(body, head, who.glasses), who)
    weights = moved(who, moments.actions, names)
    folds = creases(who, weights, names)
    files, faces_px = [], []
    for k, (shot, setting) in enumerate(zip(moments.shots, moments.settings, strict=True)):
        picture, face_px = studio.take(weights[k], folds[k], shot, setting)
        files.append(film.develop(rng, picture, shot, setting))
        faces_px.append(face_px)
    partial_path = path.with_suffix(".part.npz")
    np.savez(partial_path, **_arrays(who, moments, files, faces_px, names))
    partial_path.replace(path)
    return len(files)


def _arrays(
    who: Identity, moments: Moments, files: list[bytes], faces_px: list[float], names: tuple[str, ...]
) -> dict[str, Any]:
    look = who.look
    return {
        "jpeg": np.frombuffer(b"".join(files), dtype=np.uint8),
        "offset": np.cumsum([0, *map(len, files)]),
        "size_px": np.array([shot.crop_px for shot in moments.shots]),
        "actions": moments.actions.astype(np.float16),
        "action_names": np.array(names),
        "kind": np.array(moments.kinds),
        "sequence": moments.sequence.astype(np.int64),
        "t_s": moments.t_s,
        **{
            name: np.array([getattr(shot, name) for shot in moments.shots], dtype=np.float32)
            for name in ("yaw_deg", "pitch_deg", "roll_deg", "blur_px", "smear_px")
        },
        "face_px": np.array(faces_px, dtype=np.float32),
        "quality": np.array([setting.quality for setting in moments.settings]),
        "exposure": np.array([setting.light.exposure for setting in moments.settings], dtype=np.float32),
        "identity": np.array(who.seed),
        "age_years": np.array(who.traits.age_years),
        "sex": np.array("female" if who.traits.sex > 0.5 else "male"),
        "tone": np.array(who.tone),
        "beard": np.array(look.beard),
        "glasses": np.array(who.glasses is not None),
        "make_up": np.array(max(who.make_up.lips, who.make_up.shadow, who.make_up.liner)),
        "hair": np.array("bald" if look.hair_m == 0.0 else "long" if look.hair_length > 0.0 else "short"),
        "lines": np.array(who.lines),
        "resting": who.resting,
        "gains": who.gains,
    }
