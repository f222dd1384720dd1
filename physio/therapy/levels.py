"""From when on the face raises an alert, per patient."""

from dataclasses import dataclass

from physio.errors import TherapyError

LEAST_PSPI, MOST_PSPI = 1.0, 16.0
LEAST_HOLD_S, MOST_HOLD_S = 0.5, 30.0
LEAST_PROBABILITY, MOST_PROBABILITY = 0.5, 0.99


@dataclass(frozen=True, slots=True)
class AlertLevels:
    """Pain raises an alert when PSPI is at least pspi and the probability of pain at least probability, for hold_s
    seconds altogether without a break. TherapyError for what cannot be meant.

    A PSPI of 3 is where Hammal and Cohn (2012) begin their highest class of four. The time leaves out the single
    grimace, whose rise and fall take one to four seconds; the probability the smile and the effort, which share action
    units with pain. These two are this project's choice: docs/decisions/0024.
    """

    pspi: float = 3.0
    hold_s: float = 2.0
    probability: float = 0.7

    def __post_init__(self) -> None:
        for code, value, least, most in (
            ("therapy.pspi_out_of_range", self.pspi, LEAST_PSPI, MOST_PSPI),
            ("therapy.hold_out_of_range", self.hold_s, LEAST_HOLD_S, MOST_HOLD_S),
            ("therapy.probability_out_of_range", self.probability, LEAST_PROBABILITY, MOST_PROBABILITY),
        ):
            if not least <= value <= most:
                raise TherapyError(code, value=value, least=least, most=most)


DEFAULT_LEVELS = AlertLevels()
