"""A synthetic patient: rendered exercise clips whose joint angles, repetitions and facial actions are known exactly.

A development tool (`requirements-dev-synthetic.txt`); the app never imports it. `python -m tests.synthetic --help`.

The stages, each a pure function of the one before and of a seed:

    plan (seed -> ClipPlan) -> body (a person) -> movements (time -> controls) -> skeleton (controls -> bones)
    -> truth (bones -> anatomical angles, repetitions, action units) -> render (bones -> pictures) -> clip (files)

Face sets, which facial action units are fitted on, go a shorter way (face_set): a head alone, turned before the camera,
many pictures of many people; face_reading lays what the app's face network finds beside the truth.

World frame: metres, z up; a person with heading 0 stands at the origin and faces -y, so their left is +x.
"""
